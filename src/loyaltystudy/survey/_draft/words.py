"""Words that files of answers use: for no answer, for weights, for numbers of respondents."""

import re
from functools import cache

from loyaltystudy.survey._headers import code_and_text, squeeze
from loyaltystudy.survey._shipped import data_folder
from loyaltystudy.survey._yaml import read_yaml

SHORT = 3  # words of a wording that is a name
_PRONOUN = re.compile(r"^(i|we|it|this|that|jag|vi|det|jeg|ich|wir|das|es)\s+")


@cache
def answer_words() -> dict:
    return read_yaml(data_folder() / "answer_words.yaml")


@cache
def _no_answer() -> frozenset[str]:
    words = answer_words()["no_answer"]
    return frozenset(bare(word) for group in words.values() for word in group)


def bare(label: str) -> str:
    """A label without numbers, brackets and marks around it."""
    text = squeeze(label)
    text = re.sub(r"(?<=\w)\s*[(\[].*[)\]]\s*$", "", text)
    return re.sub(r"^[\W\d_]+|[\W_]+$", "", text).strip()


def is_no_answer(label: str) -> bool:
    """Whether a label says that there is no answer.

    >>> [is_no_answer(text) for text in ("(Don't know)", "9. Vet ej", "Agree", "Missing")]
    [True, True, False, True]
    >>> is_no_answer("I don't know / this does not apply")
    True
    """
    text = bare(label)
    halves = [half.strip() for half in re.split(r"[/,;]| or | eller ", text) if half.strip()]
    return _says_none(text) or (len(halves) > 1 and all(map(_says_none, halves)))


def _says_none(text: str) -> bool:
    """In the list, or but for a pronoun before it: I don't know, this does not apply."""
    return text in _no_answer() or _PRONOUN.sub("", text) in _no_answer()


def is_no_answer_cell(cell: str) -> bool:
    """Whether a cell of a file without labels stands for no answer."""
    return squeeze(cell) in answer_words()["no_answer_cells"] or is_no_answer(cell)


@cache
def ordered_lists() -> tuple[tuple[str, ...], ...]:
    """Known lists of graded answers, squeezed, the shortest first."""
    found = [tuple(squeeze(word) for word in row) for row in answer_words()["ordered"]]
    return tuple(sorted(found, key=len))


def is_usual(word: str) -> bool:
    """Whether an answer is one that questionnaires list, and nobody's own word.

    >>> is_usual("Kvinna"), is_usual("Other, please specify"), is_usual("Anna at the till")
    (True, True, False)
    """
    text = squeeze(word)
    head = re.split(r"[^\w-]", text)[0]
    listed = any(text in row for row in ordered_lists())
    return listed or head in answer_words()["usual"] or bool(re.match(r"\W*\d", text))


def _name_parts(name: str) -> set[str]:
    """The name, and its words, also where only a capital begins one."""
    text = re.sub(r"(?<=[a-zåäöæø])(?=[A-ZÅÄÖÆØ])", "_", name)
    return {squeeze(name), *re.split(r"[\W_]+", squeeze(text))}


def is_weight_name(name: str) -> bool:
    """Whether a name says weight: as a word, a part of one, or a ``w`` before the rest."""
    parts, words = _name_parts(name), answer_words()["weight"]
    within = [word for word in words if len(word) > 3]
    return bool(parts & {*words}) or any(word in part for part in parts for word in within)


def is_respondent_name(name: str) -> bool:
    code, _ = code_and_text(name)
    return bool((_name_parts(code or name)) & {*answer_words()["respondent"]})


def is_tool_name(name: str) -> bool:
    """Whether survey tools call a column of their own so, also after a group or with a text."""
    code, _ = code_and_text(name)
    names = {squeeze(name), squeeze(name).rsplit("/", 1)[-1], squeeze(code)}
    return bool(names & {*answer_words()["tool"]}) or squeeze(name).endswith(
        tuple(answer_words()["tool_endings"])
    )


def is_personal_name(name: str) -> bool:
    """Whether a column's name says that it points to a person."""
    text = f" {' '.join(re.split(r'[^a-zåäöæø-]+', squeeze(name)))} "
    return any(f" {word} " in text for word in answer_words()["personal"])


def is_category(name: str, wording: str) -> bool:
    """Whether a name, or a wording of a word or three, is about what has names and no order.

    >>> is_category("mstat", ""), is_category("q7", "Marital status"), is_category("age", "Age")
    (True, True, False)
    """
    words = re.findall(r"[^\W\d_]+", f"{wording}".casefold())
    said = f" {' '.join(words)} " if len(words) <= SHORT else ""
    bare_name = " ".join(re.findall(r"[^\W\d_]+", name.casefold()))
    return any(bare_name == w or f" {w} " in said for w in answer_words()["categories"])
