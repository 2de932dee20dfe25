"""What a codebook may say: the shapes of items, variables, scales, and of the whole."""

from dataclasses import field
from functools import partial
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field
from pydantic.dataclasses import dataclass

from loyaltystudy.errors import SurveyError, did_you_mean

# A wording or label: one text in the language of the field work, or one for each language.
Words = Annotated[
    dict[str, str], BeforeValidator(lambda v: {"und": v} if isinstance(v, str) else v)
]

# The shorter forms that ask a question too: none, one or several of them.
ShorterForms = Annotated[
    tuple[Literal["brief", "short"], ...],
    BeforeValidator(lambda v: () if v == "full" else (v,) if isinstance(v, str) else v),
]


UNDECIDED = "undecided"  # of a drafted codebook: nobody has said yet what is measured
Construct = Annotated[str | None, BeforeValidator(lambda v: None if v == UNDECIDED else v)]

_record = partial(dataclass, frozen=True, kw_only=True, config={"extra": "forbid"})


@_record
class Answers:
    """Declared answers: a range of whole numbers, a range of any numbers, or single codes.

    ``question`` stands above a table of statements that share these answers.
    """

    range: tuple[float, float] | None = None
    whole: bool = True
    codes: dict[float, Words] = field(default_factory=dict)
    question: Words = field(default_factory=dict)

    @property
    def low(self) -> float:
        return self.range[0] if self.range else min(self.codes)

    @property
    def high(self) -> float:
        return self.range[1] if self.range else max(self.codes)

    def describe(self) -> str:
        if self.range:
            return f"{self.low:g}..{self.high:g}" + (" (whole numbers)" if self.whole else "")
        return ", ".join(f"{code:g}" for code in self.codes)


@_record
class Column:
    """What every asked column has."""

    name: str = ""
    wording: Words = field(default_factory=dict)
    answers: Answers = field(default_factory=Answers)
    missing: tuple[float, ...] = ()
    column: str = ""
    recode: dict[str, float | None] = field(default_factory=dict)
    optional: bool = False
    page: str = ""
    form: ShorterForms = ()  # the full form asks everything
    note: str = ""

    @property
    def low(self) -> float:
        return self.answers.low

    @property
    def high(self) -> float:
        return self.answers.high


@_record
class Item(Column):
    """A question of a scale; ``reversed`` items are turned by the declared range."""

    kind: Literal["item"] = "item"
    reversed: bool = False
    attention: float | None = None  # the one answer that an attentive respondent gives


@_record
class Variable(Column):
    """A single column that stands for itself."""

    kind: Literal["nominal", "ordinal", "numeric", "text"]
    construct: Construct = None
    stands_in_for: dict[str, str] = field(default_factory=dict)
    vignettes: dict[float, Words] = field(default_factory=dict)  # arm to text; drawn at random
    label: Words = field(default_factory=dict)


@_record
class Scale:
    """Items that measure one construct, scored as their mean.

    ``construct`` is what the scale measures by its wording; ``stands_in_for`` names constructs
    that it measures by proxy only, each with the reason why it is no more than that.
    """

    name: str = ""
    construct: Construct = None
    items: Annotated[tuple[str, ...], Field(min_length=1)]
    stands_in_for: dict[str, str] = field(default_factory=dict)
    minimum_answered: Annotated[float, Field(gt=0, le=1)] = 0.75
    source: str = ""
    label: Words = field(default_factory=dict)
    note: str = ""


# A margin: group (a code, a label, or numbers as 18-29) to its share or count in the population.
Margin = Annotated[
    dict[str, float],
    BeforeValidator(lambda v: {str(k): n for k, n in v.items()} if isinstance(v, dict) else v),
]


@_record
class Design:
    """Columns that say who answered, when (of several times), and how they were drawn.

    With ``margins`` answers are weighted to them as they are read: ``weight`` is then the raked
    weight, ``base_weight`` the weight that the file has, if it has one.
    """

    respondent: str | None = None
    wave: str | None = None
    weight: str | None = None
    strata: str | None = None
    cluster: str | None = None
    base_weight: str | None = None
    margins: dict[str, Margin] = field(default_factory=dict)

    @property
    def weight_of_file(self) -> str | None:
        """The column of weights among the answers as they come, before any raking."""
        return self.base_weight if self.margins else self.weight

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that the design names."""
        named = (self.respondent, self.wave, self.weight, self.strata, self.cluster)
        return tuple(name for name in (*named, self.base_weight) if name)


@partial(_record, repr=False)
class Codebook:
    """What a survey asked and what it measures; made by :func:`load_codebook`."""

    study: str
    title: str
    titles: dict[str, str] = field(default_factory=dict)  # what respondents read, by language
    kind: Literal["real", "simulated"] = "real"
    population: Literal[
        "customers", "members", "visitors", "employees", "others", "public", "simulated"
    ]
    languages: tuple[str, ...] = ("en",)
    licence: str = ""
    origin: str = ""
    country: str = ""  # ISO 3166 code of the field work, where it matters to a claim
    respondents: int | None = None  # of an open study, as published
    world: str = ""  # of simulated answers: which of list_worlds() they were drawn from
    missing: tuple[float, ...] = ()
    items: dict[str, Item] = field(default_factory=dict)
    scales: dict[str, Scale] = field(default_factory=dict)
    variables: dict[str, Variable] = field(default_factory=dict)
    blocks: dict[str, tuple[str, ...]] = field(default_factory=dict)
    design: Design = field(default_factory=Design)
    overlaps: tuple[str, ...] = ()  # studies that asked some of the same people
    comparisons: tuple[tuple[str, ...], ...] = ()  # blocks registered for a release
    set_aside: dict[str, str] = field(default_factory=dict)  # claim to why it is not judged here
    pages: dict[str, Words] = field(default_factory=dict)  # in the order of asking
    leads: dict[str, Words] = field(default_factory=dict)  # page to what is said on top of it

    @property
    def columns(self) -> dict[str, Column]:
        """Every asked column, items first."""
        return {**self.items, **self.variables}

    def measures(self, construct: str) -> Scale | Variable | None:
        """The scale or variable that measures a construct; the full one before a stand-in."""
        entries = (*self.scales.values(), *self.variables.values())
        full = (entry for entry in entries if entry.construct == construct)
        proxies = (entry for entry in entries if construct in entry.stands_in_for)
        return next(full, next(proxies, None))

    def questions(self, scale: str):
        """The items of a scale as a table: ``item, asked, low, high, reversed``."""
        import pandas as pd

        if scale not in self.scales:
            near = did_you_mean(scale, self.scales)
            raise SurveyError(f"No scale {scale!r}.{near} Scales: {[*self.scales]}.")
        rows = []
        for item in (self.items[name] for name in self.scales[scale].items):
            asked = item.wording.get("en") or next(iter(item.wording.values()), "")
            rows.append((item.name, asked, item.low, item.high, item.reversed))
        return pd.DataFrame(rows, columns=["item", "asked", "low", "high", "reversed"])

    def __repr__(self) -> str:
        return (
            f"Codebook '{self.study}': {len(self.scales)} scales of {len(self.items)} items, "
            f"{len(self.variables)} variables, {len(self.blocks)} blocks"
        )
