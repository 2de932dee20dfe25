"""Every fixed text that people read, in English, Swedish and Norwegian Bokmål."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from numbers import Integral
from typing import TYPE_CHECKING

from loyaltystudy.errors import SurveyError
from loyaltystudy.survey import constructs, package_folder, read_yaml

if TYPE_CHECKING:
    import pandas as pd

LANGUAGES = ("en", "sv", "nb")
_OURS = ("verdict", "measured", "measure", "flagged")  # columns whose cells are keys of words


@cache
def texts() -> dict[str, dict[str, str]]:
    """Every text by its key and language, as ``translations.yaml`` has them."""
    return read_yaml(package_folder() / "report" / "translations.yaml")


def check_language(language: str) -> str:
    """The language, if figures and reports are written in it."""
    if language not in LANGUAGES:
        raise SurveyError(f"language={language!r} is not known. Take one of {[*LANGUAGES]}.")
    return language


def say(key: str, language: str, *values: object) -> str:
    """A text in a language, its places filled; whole numbers as the language writes them.

    >>> say("supported", "sv"), say("answered", "nb", 12, "kunder")
    ('får stöd', '12 personer svarte (kunder).')
    >>> say("answered", "en", 1300, "customers")
    '1,300 people answered (customers).'
    """
    put = [whole(value, language) if isinstance(value, Integral) else value for value in values]
    return str(texts()[key][check_language(language)]).format(*put)


@cache
def _claim_limits() -> dict[str, dict[str, str]]:
    return read_yaml(package_folder() / "report" / "claim_limits.yaml")


def claim_limits(claim, language: str) -> str:
    """What a claim of the register says that data cannot settle, in a language."""
    own = claim.limits or claim.untestable or ""
    return _claim_limits().get(claim.name, {}).get(language, own) if own else ""


def whole(value: int, language: str) -> str:
    """A whole number with its thousands apart: by a comma, or by a space that does not break.

    >>> whole(1300, "en"), whole(1300, "sv"), whole(25000, "nb"), whole(999, "sv")
    ('1,300', '1\\xa0300', '25\\xa0000', '999')
    """
    return f"{value:,}".replace(",", "," if language == "en" else "\N{NO-BREAK SPACE}")


def called(name: str, language: str, labels: Mapping[str, str] | None = None) -> str:
    """What a scale or variable is called: by its label, else as the construct of that name.

    In English a name without a label stays as it is, but for its underscores.

    >>> called("would_miss", "en"), called("would_miss", "nb"), called("my_scale", "sv")
    ('would miss', 'Ville savne merkevaren', 'my scale')
    >>> called("trust", "en", {"trust": "Trust in the shop"})
    'Trust in the shop'
    """
    if labels and name in labels:
        return labels[name]
    if check_language(language) != "en" and name in constructs():
        return str(constructs()[name]["label"][language])
    return name.replace("_", " ")


def capital(text: str) -> str:
    """A text as a sentence begins."""
    return text[:1].upper() + text[1:]


def called_block(name: str, language: str, labels: Mapping[str, str] | None = None) -> str:
    """What a block of the vocabulary is called; a block of one's own keeps its name.

    ``labels`` may have a key ``block NAME``, which says what it holds.

    >>> called_block("emotional_bonds", "sv"), called_block("my_block", "sv")
    ('känslomässiga band', 'my block')
    """
    key = f"block {name}"
    return (labels or {}).get(key) or _said(key, language, name.replace("_", " "))


@cache
def _claim_names() -> dict[str, dict[str, str]]:
    return read_yaml(package_folder() / "report" / "claim_names.yaml")


def called_claim(name: str, language: str) -> str:
    """What a claim is called in figures and tables; in English by its name in the register.

    >>> called_claim("would-miss", "sv"), called_claim("would-miss", "en")
    ('skulle sakna varumärket', 'would-miss')
    """
    return _claim_names().get(name, {}).get(check_language(language), name)


def spoken(
    table: pd.DataFrame, language: str, labels: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """A table to be read: its headings, and cells that hold words of ours, in a language."""
    ways = {
        "scale": lambda cell: called(cell, language, labels),
        "name": lambda cell: called(cell, language, labels),
        "claim": lambda cell: called_claim(cell, language),
        "block": lambda cell: called_block(cell, language, labels),
        "sign": lambda cell: _said(f"sign {cell}", language, cell),
    } | dict.fromkeys(_OURS, lambda cell: _said(cell, language, cell))
    table = table.copy()
    if "careless_if" in table:
        rules = zip(table["sign"], table["careless_if"], strict=True)
        table["careless_if"] = [_said(f"careless if {s}", language, rule) for s, rule in rules]
    for column in table.columns.intersection([*ways]):
        table[column] = [ways[column](str(cell)) for cell in table[column]]
    return table.rename(columns=lambda c: _said(f"column {c}", language, str(c)))


def _said(key: str, language: str, otherwise: str) -> str:
    return say(key, language) if key in texts() else otherwise


def number(value: float, language: str, decimals: int = 3) -> str:
    """A number as the language writes it, with a true minus sign.

    >>> number(-0.25, "en"), number(1.5, "sv"), number(-0.0001, "en")
    ('−0.250', '1,500', '0.000')
    """
    text = f"{value:.{decimals}f}"
    if float(text) == 0:
        text = text.lstrip("-")
    text = text.replace("-", "−")
    return text if language == "en" else text.replace(".", ",")
