"""What a form asks, page by page: the one reading of the codebook that every export shares."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from loyaltystudy.errors import SurveyError
from loyaltystudy.report._translations import LANGUAGES, say, texts
from loyaltystudy.survey import Codebook, Column, Item, Scale, Variable

FORMS = ("brief", "short", "full")
CHOICES_FROM_RANGE = 11  # a range of at most so many whole numbers is a row of buttons (0-10)

# Seconds a question takes, for minutes(). Rules of thumb, not measurements: time a pilot.
SECONDS = {"question": 7.5, "long list": 12.0, "open text": 20.0}
LONG_LIST = 7  # answers; more than these take longer to read
WORDS_A_MINUTE = 240


@dataclass(frozen=True)
class Choice:
    """An answer that can be chosen: its code as written in a file, and its label."""

    code: str
    label: str


@dataclass(frozen=True, eq=False)
class Question:
    """A column as it is asked in one language."""

    column: Column
    text: str
    choices: tuple[Choice, ...]  # none: an open number or text
    above: str = ""  # what is asked above the table in which it stands

    @property
    def name(self) -> str:
        """The column's name in the file of answers."""
        return field_name(self.column)

    @property
    def shared(self) -> tuple[Choice, ...]:
        """The answers that a table can share: rating items only, whose labels are short."""
        return self.choices if isinstance(self.column, Item) else ()

    @property
    def is_row(self) -> bool:
        """Whether its answers are numbers that need no words."""
        return all(choice.code == choice.label for choice in self.choices)

    @property
    def is_text(self) -> bool:
        return getattr(self.column, "kind", "") == "text"


@dataclass(frozen=True, eq=False)
class Arms:
    """A vignette drawn at random: the arm's column, and the text of each arm."""

    name: str
    texts: tuple[Choice, ...]


@dataclass(frozen=True, eq=False)
class Page:
    """A page: vignettes first, then blocks of questions that share their answers."""

    key: str
    title: str
    lead: str
    arms: tuple[Arms, ...]
    blocks: tuple[tuple[Question, ...], ...]


@dataclass(frozen=True, eq=False)
class Form:
    """A questionnaire in one language.

    With ``records`` the respondent's number is asked for, so that what a company's records hold
    can be joined; else nothing tells who answered.
    """

    study: str
    title: str
    form: str
    language: str
    respondent: str | None
    minutes: float
    pages: tuple[Page, ...]
    records: bool = False

    @property
    def welcome(self) -> str:
        """What stands on top."""
        said = say("form welcome", self.language)
        return f"{said} {say('form joined', self.language)}" if self.records else said

    @property
    def arms(self) -> list[Arms]:
        return [arms for page in self.pages for arms in page.arms]


def is_table(block: tuple[Question, ...]) -> bool:
    """Whether a block is asked as a table: several questions, or a statement to be judged."""
    return len(block) > 1 or bool(block[0].above)


def field_name(column: Column) -> str:
    return column.column or column.name


def code_text(code: float) -> str:
    """A code as it stands in a file: no decimals where it is whole.

    >>> code_text(7.0), code_text(1.5), code_text(1234567)
    ('7', '1.5', '1234567')
    """
    return str(int(code)) if float(code).is_integer() else repr(float(code))


def read_form(
    codebook: Codebook, *, language: str, form: str = "full", records: bool = False
) -> Form:
    """The questionnaire of a codebook in one language.

    ``records``: whether a company's records are to be joined: see :class:`Form`.

    Returns
    -------
    Form
        Pages in the codebook's order. On a page the vignettes stand first, then items, then
        variables; items of a page with the same answers form one block.

    Raises SurveyError if the form or language is unknown; listing every question, answer and page
    title that lacks words in the language, and every page that is not declared.
    """
    _check_form(form)
    if language not in LANGUAGES or language not in codebook.languages:
        raise SurveyError(
            f"language={language!r}: the codebook has {[*codebook.languages]}, "
            f"questionnaires {[*LANGUAGES]}. Take one that stands in both."
        )
    reader = _Reader(codebook, language)
    pages = [
        Page(key, reader.words(title, f"page '{key}'"), reader.lead(key), *reader.page(columns))
        for key, title, columns in _by_page(codebook, form, reader.problems)
    ]
    if reader.problems:
        raise SurveyError(reader.problems, heading=f"Codebook '{codebook.study}'")
    first = language == codebook.languages[0]  # the language of the codebook's own title
    title = codebook.titles.get(language) or (
        codebook.title if first else say("form title", language)
    )
    length = minutes(codebook, form)
    named = codebook.design.respondent
    return Form(codebook.study, title, form, language, named, length, tuple(pages), records)


class _Reader:
    """Reads words in one language and collects what is missing."""

    def __init__(self, codebook: Codebook, language: str) -> None:
        self.language, self.leads, self.problems = language, codebook.leads, []
        self.only = codebook.languages == (language,)  # then words need no language mark

    def words(self, texts: dict[str, str], where: str) -> str:
        text = texts.get(self.language) or (texts.get("und") if self.only else None)
        if not text or not text.strip():
            self.problems.append(f"{where}: no words in {self.language!r}.")
            return ""
        return text.strip()

    def page(self, columns) -> tuple[tuple[Arms, ...], tuple[tuple[Question, ...], ...]]:
        arms = [self.arms(c) for c in columns if getattr(c, "vignettes", None)]
        asked = [self.question(c) for c in columns if not getattr(c, "vignettes", None)]
        blocks: dict[object, list[Question]] = {}
        for place, question in enumerate(asked):
            key = (question.shared, question.above) if question.shared else place
            blocks.setdefault(key, []).append(question)
        return tuple(arms), tuple(map(tuple, blocks.values()))

    def lead(self, page: str) -> str:
        return self.words(self.leads[page], f"lead of page '{page}'") if page in self.leads else ""

    def arms(self, column: Variable) -> Arms:
        texts = [
            Choice(code_text(code), self.words(words, f"'{column.name}', arm {code_text(code)}"))
            for code, words in column.vignettes.items()
        ]
        return Arms(field_name(column), tuple(texts))

    def question(self, column: Column) -> Question:
        text = self.words(column.wording, f"'{column.name}'")
        above = column.answers.question if isinstance(column, Item) else None
        above = self.words(above, f"'{column.name}', above its table") if above else ""
        return Question(column, text, self.choices(column), above)

    def choices(self, column: Column) -> tuple[Choice, ...]:
        answers, where = column.answers, f"'{column.name}', answer"
        if answers.codes:
            offered = {
                code_text(code): self.words(words, f"{where} {code_text(code)}")
                for code, words in answers.codes.items()
            }
        elif _is_row(column):
            numbers = range(int(answers.low), int(answers.high) + 1)
            offered = {str(number): str(number) for number in numbers}
        else:
            return ()
        offered |= {
            code_text(code): say(f"missing {code_text(code)}", self.language)
            for code in column.missing
            if f"missing {code_text(code)}" in texts()
        }
        return tuple(Choice(code, label) for code, label in offered.items())


def _is_row(column: Column) -> bool:
    """Whether a range is short enough to be answered by choosing one of its numbers."""
    answers = column.answers
    if not answers.range or not answers.whole or getattr(column, "kind", "") == "numeric":
        return False
    return answers.high - answers.low < CHOICES_FROM_RANGE


def _check_form(form: str) -> None:
    if form not in FORMS:
        raise SurveyError(f"form={form!r} is not known. Take one of {[*FORMS]}.")


def is_asked(column: Column, codebook: Codebook, form: str = "full") -> bool:
    """Whether a form asks a column: where a codebook has pages, one that stands on a page."""
    said = bool(column.wording or getattr(column, "vignettes", None))
    placed = bool(column.page) if codebook.pages else said
    return placed and (form == "full" or form in column.form)


def _by_page(codebook, form, problems) -> Iterator[tuple[str, dict, list[Column]]]:
    asked = [c for c in codebook.columns.values() if is_asked(c, codebook, form)]
    if not asked:
        problems.append(f"the {form} form asks nothing; give questions a `page` or a `wording`.")
    if not codebook.pages:
        yield "questions", dict.fromkeys(LANGUAGES, codebook.title), asked
        return
    problems += [
        f"'{c.name}': page {c.page!r} is not among the pages {[*codebook.pages]}."
        for c in asked
        if c.page not in codebook.pages
    ]
    for key, title in codebook.pages.items():
        if here := [column for column in asked if column.page == key]:
            yield key, title, here


def minutes(codebook: Codebook, form: str = "full") -> float:
    r"""Estimated time to answer a form, in minutes.

    .. math:: T = \frac{7.5\,q + 12\,l + 20\,t}{60} + \frac{w}{240}

    with q questions, l questions with more than seven answers to read through, t open text
    questions and w words of running text: the welcome, and vignettes (the mean over arms, since
    each respondent reads one).
    The weights are rules of thumb, not measurements: time a pilot before promising a length.

    Returns
    -------
    float
        Minutes. Words are counted in the codebook's first language.

    >>> from loyaltystudy.survey import load_codebook
    >>> from loyaltystudy.survey._shipped import data_folder
    >>> minutes(load_codebook(data_folder() / "instrument"), "short") < 8
    True
    """
    _check_form(form)
    seconds = _reading(say("form welcome", "en"))
    for column in codebook.columns.values():
        if not is_asked(column, codebook, form):
            continue
        vignettes = getattr(column, "vignettes", None)
        if vignettes:
            texts = [next(iter(words.values())) for words in vignettes.values()]
            seconds += sum(map(_reading, texts)) / len(texts)
        elif getattr(column, "kind", "") == "text":
            seconds += SECONDS["open text"]
        else:
            long = len(column.answers.codes) > LONG_LIST
            seconds += SECONDS["long list" if long else "question"]
    return seconds / 60


def _reading(text: str) -> float:
    return len(text.split()) / WORDS_A_MINUTE * 60


def form_codebook(codebook: Codebook, form: str) -> Codebook:
    """The codebook of one form: what its answers can be read with.

    Parameters
    ----------
    codebook : Codebook
    form : {"full", "short", "brief"}
        ``"full"`` is the codebook itself.

    Returns
    -------
    Codebook
        Columns of the form, and those that no form asks (records, the respondent's id). A scale
        that the form asks only in part keeps those items, and stands in for its construct
        instead of measuring it. A scale with no items left is gone, from its block too.

    Examples
    --------
    >>> from loyaltystudy.survey import load_codebook
    >>> from loyaltystudy.survey._shipped import data_folder
    >>> short = form_codebook(load_codebook(data_folder() / "instrument"), "short")
    >>> short.scales["engagement"].stands_in_for
    {'engagement': '3 of its 10 items, those of the short form'}
    """
    _check_form(form)
    if form == "full":
        return codebook

    def stays(column: Column) -> bool:
        return is_asked(column, codebook, form) or not is_asked(column, codebook)

    items = {name: item for name, item in codebook.items.items() if stays(item)}
    variables = {name: entry for name, entry in codebook.variables.items() if stays(entry)}
    scales = {name: _part(scale, items, form) for name, scale in codebook.scales.items()}
    scales = {name: scale for name, scale in scales.items() if scale}
    known = {**scales, **variables}
    blocks = {
        block: tuple(member for member in members if member in known)
        for block, members in codebook.blocks.items()
    }
    blocks = {block: members for block, members in blocks.items() if members}
    return replace(codebook, items=items, variables=variables, scales=scales, blocks=blocks)


def _part(scale: Scale, items: dict[str, Item], form: str) -> Scale | None:
    kept = tuple(item for item in scale.items if item in items)
    if len(kept) == len(scale.items) or not kept:
        return scale if kept else None
    why = f"{len(kept)} of its {len(scale.items)} items, those of the {form} form"
    standing = dict(scale.stands_in_for)
    if scale.construct:
        standing[scale.construct] = why
    return replace(scale, items=kept, construct=None, stands_in_for=standing)
