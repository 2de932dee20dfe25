"""panel.yaml: which columns of a file of purchases say what."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from loyaltystudy.errors import SurveyError
from loyaltystudy.survey import read_yaml


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Columns(_Model):
    """Names of the columns in the file, by what they hold."""

    household: str
    brand: str
    time: str | None = None
    spend: str | None = None
    quantity: str | None = None
    contact: str | None = None
    receipt: str | None = None

    def named(self) -> dict[str, str]:
        """Role by column name, roles without a column left out."""
        return {name: role for role, name in self.model_dump().items() if name is not None}

    @model_validator(mode="after")
    def _once(self) -> Columns:
        names = [name for name in self.model_dump().values() if name is not None]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"columns named for two roles: {twice}")
        return self


class LeaveOut(_Model):
    """Rows declared to be no purchases: those with such a value, or with none; and why."""

    column: str
    values: tuple[Any, ...] = ()
    missing: bool = False
    why: str


class PanelSpec(_Model):
    """What a panel.yaml says.

    ``records``: ``purchases``, one a row; or ``use``, a household x brand table of 0 and 1 that
    tells whether a brand is used, never how often. ``time_unit``: of a numeric time column.
    ``order``: without a time column, whether the order of rows is that of purchase.
    ``brands``: labels of brand codes; two codes under one label become one brand. ``makers``: the
    maker of brands that are sizes or forms of one product. ``category``: the kept column that
    tells product categories apart, where there are several. ``stands_in_for``: what the records
    are no more than a stand-in for, and why. ``set_aside``: claims that the panel is not put to,
    and why. ``keep``: further columns to keep. ``leave_out``: rows that are no purchases.
    ``panel_size``: all households of the panel, with and without purchase, if their number is
    known. ``demographics``: columns of the households' table that describe them, none of which
    follows from the others.
    """

    name: str
    title: str
    licence: str = "not stated"
    origin: str = ""
    population: Literal["customers", "members", "visitors", "employees", "others", "simulated"] = (
        "customers"
    )
    records: Literal["purchases", "use"] = "purchases"
    columns: Columns
    time_unit: Literal["seconds", "days"] | None = None
    order: Literal["rows", "none"] = "rows"
    brands: dict[Any, str] = Field(default_factory=dict)
    makers: dict[str, str] = Field(default_factory=dict)
    category: str | None = None
    stands_in_for: dict[Literal["purchases", "contacts"], str] = Field(default_factory=dict)
    set_aside: dict[str, str] = Field(default_factory=dict)
    keep: tuple[str, ...] = ()
    leave_out: tuple[LeaveOut, ...] = ()
    panel_size: int | None = Field(default=None, ge=1)
    demographics: tuple[str, ...] = ()


def read_spec(spec) -> PanelSpec:
    """A specification from a path, a mapping or a PanelSpec.

    Raises
    ------
    SurveyError
        If the file is not there or not strict YAML, a key is unknown or missing, or a value is
        of the wrong kind; all of them at once.

    Examples
    --------
    >>> from loyaltystudy.purchases import read_spec
    >>> spec = read_spec({"name": "ours", "title": "Our shop",
    ...                   "columns": {"household": "card", "brand": "maker"}})
    >>> spec.columns.named()
    {'card': 'household', 'maker': 'brand'}
    """
    if isinstance(spec, PanelSpec):
        return spec
    if isinstance(spec, str | Path):
        name, content = Path(spec).name, read_yaml(spec)
    elif isinstance(spec, dict):
        name, content = "spec", spec
    else:
        raise SurveyError(
            f"spec: expected the path of a panel.yaml, a dict or a PanelSpec; "
            f"found {type(spec).__name__}."
        )
    try:
        return PanelSpec.model_validate(content)
    except ValidationError as error:
        problems = [_plain(problem) for problem in error.errors()]
        raise SurveyError(problems, heading=name) from None


def _plain(problem) -> str:
    where = ".".join(str(part) for part in problem["loc"]) or "the file"
    what = {"missing": "is missing", "extra_forbidden": "is no key of a panel.yaml"}
    text = what.get(problem["type"], problem["msg"].removeprefix("Value error, "))
    given = "" if problem["type"] == "missing" else f" (found {problem['input']!r:.60})"
    return f"{where}: {text}{given}."
