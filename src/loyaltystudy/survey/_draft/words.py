"""Words that files of answers use: for no answer, for graded answers, for weights and numbers."""

import re
from functools import cache

from loyaltystudy.survey._headers import squeeze
from loyaltystudy.survey._shipped import data_folder
from loyaltystudy.survey._yaml import read_yaml

_GRADED = re.compile(
    r"\d|great deal|hardly|happy|average|approve|about right|too |"
    r"agree|satisf|likely|important|often|always|never|rarely|seldom|sometimes|extremely|somewhat|"
    r"not at all|strongly|moderate|a little|very|quite|excellent|poor|good|bad|less|more|better|"
    r"worse|high|low|enough|much|many|times|daily|weekly|monthly|hours|favor|oppose|interested|"
    r"instämm|nöjd|stämmer|håller med|ofta|aldrig|alltid|sällan|ibland|mycket|bra|dålig|"
    r"enig|fornøyd|ofte|aldri|alltid|sjelden|svært|ganske|acuerdo|nada|mucho|muy|siempre|nunca"
)


@cache
def answer_words() -> dict:
    return read_yaml(data_folder() / "answer_words.yaml")


@cache
def _no_answer() -> frozenset[str]:
    words = answer_words()["no_answer"]
    return frozenset(_bare(word) for group in words.values() for word in group)


def _bare(label: str) -> str:
    """A label without numbers, brackets and marks around it."""
    text = squeeze(label)
    text = re.sub(r"(?<=\w)\s*[(\[].*[)\]]\s*$", "", text)
    return re.sub(r"^[\W\d_]+|[\W_]+$", "", text).strip()


def is_no_answer(label: str) -> bool:
    """Whether a label says that there is no answer.

    >>> [is_no_answer(text) for text in ("(Don't know)", "9. Vet ej", "Agree", "Missing")]
    [True, True, False, True]
    """
    bare = _bare(label)
    if bare in _no_answer():
        return True
    halves = [half.strip() for half in re.split(r"[/,;]| or | eller ", bare) if half.strip()]
    return len(halves) > 1 and all(half in _no_answer() for half in halves)


def is_no_answer_cell(cell: str) -> bool:
    """Whether a cell of a file without labels stands for no answer."""
    return squeeze(cell) in answer_words()["no_answer_cells"] or is_no_answer(cell)


@cache
def _ordered() -> tuple[tuple[str, ...], ...]:
    found = [tuple(squeeze(word) for word in row) for row in answer_words()["ordered"]]
    return tuple(sorted(found, key=len))


def order_of(labels) -> tuple[str, ...] | None:
    """The shortest known list of graded answers that holds all the labels, squeezed."""
    wanted = {squeeze(label) for label in labels}
    if len(wanted) < 2:
        return None
    return next((row for row in _ordered() if wanted <= set(row)), None)


def is_usual(word: str) -> bool:
    """Whether an answer is one that questionnaires list, and nobody's own word.

    >>> is_usual("Kvinna"), is_usual("Other, please specify"), is_usual("Anna at the till")
    (True, True, False)
    """
    text = squeeze(word)
    head = re.split(r"[^\w-]", text)[0]
    listed = any(text in row for row in _ordered())
    return listed or head in answer_words()["usual"] or bool(re.match(r"\W*\d", text))


def are_graded(labels) -> bool:
    """Whether most labels sound like grades of one scale."""
    texts = [squeeze(label) for label in labels]
    graded = sum(bool(_GRADED.search(text)) for text in texts)
    return bool(texts) and graded >= len(texts) / 2


def _name_parts(name: str) -> set[str]:
    text = squeeze(name)
    return {text, *re.split(r"[\W_]+", text)}


def is_weight_name(name: str) -> bool:
    return bool(_name_parts(name) & set(answer_words()["weight"]))


def is_respondent_name(name: str) -> bool:
    return squeeze(name) in answer_words()["respondent"]


def is_tool_name(name: str) -> bool:
    text = squeeze(name)
    return text in answer_words()["tool"] or text.rsplit("/", 1)[-1] in answer_words()["tool"]


def is_personal_name(name: str) -> bool:
    """Whether a column's name says that it points to a person."""
    text = f" {' '.join(re.split(r'[^a-zåäöæø-]+', squeeze(name)))} "
    return any(f" {word} " in text for word in answer_words()["personal"])
