"""The register: every claim with its quote, hypothesis, needs and rule."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module

import pandas as pd

from loyaltystudy.claims._rules import Evidence, Rule
from loyaltystudy.errors import SurveyError
from loyaltystudy.survey import constructs, shelf

SOURCES = {
    "fandom": "Kundrelationer och fanskap (blog, Swedish)",
    "bonds": "Morten Kjærnes: Lojalitet krever emosjonelle bånd (Norwegian)",
    "courtship": "Malin Sundström: När någon limmar på dig, 28 Feb 2017 (Swedish)",
    "dream-date": "Marie Hillblom: Kan min drömdejt avslöja hur du ska bygga kundlojalitet?, "
    "27 Sep 2019 (Swedish)",
    "five-tips": "Vill du bli medlem? (Swedish)",
}


@dataclass(frozen=True)
class Claim:
    """A sentence of a text, what it means for data, and what would settle it.

    ``needs`` are constructs; an entry with ``|`` is met by any one of them. ``rules`` pair with
    the evidence that ``test(study, seed)`` returns, part by part. ``country`` is the ISO 3166
    code of the one country that a claim speaks of: with field work elsewhere (the codebook's
    ``country``) a part of it is not measured.
    """

    name: str
    source: str
    quote: str
    english: str
    hypothesis: str
    needs: tuple[str, ...]
    rules: tuple[Rule, ...]
    test: Callable[..., Sequence[Evidence]]
    design: str = "associational"
    limits: str = ""
    takes: str = "study"  # or "panel": purchases, one row each
    country: str = ""
    untestable: str = ""  # why no data could settle it, where that is so

    @property
    def rule(self) -> str:
        if self.untestable:
            return f"none: {self.untestable}"
        return "; and ".join(f"({i}) {rule}" for i, rule in enumerate(self.rules, 1))

    @property
    def rule_hash(self) -> str:
        """Twelve digits that change with the hypothesis, the needs or the rule."""
        text = "\n".join([self.name, self.hypothesis, *self.needs, self.rule, self.design])
        return hashlib.sha256(text.encode()).hexdigest()[:12]


RATES = (
    "supported_if_false",
    "supported_if_true",
    "contradicted_if_true",
    "simulations",
    "n_needed",
    "rates_note",
)
PURCHASES = ("purchases", "contacts")  # what claims about panels may need
_REGISTER: dict[str, Claim] = {}
_MODULES = ("fandom", "bonds", "knowing_customers", "courtship", "dream_date", "five_tips")


def claim(name: str, *, source: str, needs: Sequence[str], rules: Sequence[Rule], **words):
    """Register the function below as the test of a claim.

    The function takes ``(study, seed)`` and returns one :class:`Evidence` for each rule, in
    order.
    """
    known = PURCHASES if words.get("takes") == "panel" else constructs()
    unknown = [c for need in needs for c in need.split("|") if c not in known]
    if unknown or source not in SOURCES or name in _REGISTER:
        raise SurveyError(f"Claim {name!r}: unknown {unknown or source!r}, or registered twice.")

    def register(test):
        _REGISTER[name] = Claim(
            name, source, needs=tuple(needs), rules=tuple(rules), test=test, **words
        )
        return test

    return register


@cache
def register() -> dict[str, Claim]:
    """Every claim by name, in the order of the texts."""
    for module in _MODULES:
        import_module(f"loyaltystudy.claims._texts.{module}")
    order = list(SOURCES)
    return dict(sorted(_REGISTER.items(), key=lambda item: order.index(item[1].source)))


@cache
def error_rates() -> pd.DataFrame:
    """How often each claim's verdict errs in simulated studies, by claim; see ``list_claims``."""
    table = pd.read_csv(shelf() / "error_rates.csv", index_col="claim")
    return table.assign(rates_note=table["rates_note"].fillna(""))


def list_claims() -> pd.DataFrame:
    """The register of claims.

    Returns
    -------
    DataFrame
        ``claim, source, says`` (the original words), ``english, hypothesis, needs, rule,
        rule_hash, design``, and the error rates of the verdict in simulated studies of 1,000
        respondents: ``supported_if_false, supported_if_true, contradicted_if_true`` (shares of
        ``simulations`` studies each), ``n_needed`` and ``rates_note`` (for a claim that misses
        5 % where it is false or 80 % where it is true: the sample size at which it does not, and
        the rate there; missing where no size helps). Missing for untestable claims, and where
        the rule was changed since they were simulated.

    Notes
    -----
    ``python benchmarks/scripts/verdicts.py`` makes the rates; ``benchmarks/results/verdicts.md``
    has them at n 500 too, and says how the false worlds are made hard.

    Examples
    --------
    >>> table = list_claims().set_index("claim")
    >>> table.loc["would-miss", "needs"]
    'would_miss, satisfaction, loyalty'
    >>> bool(table.loc["would-miss", "supported_if_true"] > 0.8)
    True
    """
    rows = [
        {
            "claim": c.name,
            "source": c.source,
            "says": c.quote,
            "english": c.english,
            "hypothesis": c.hypothesis,
            "needs": ", ".join(need.replace("|", " or ") for need in c.needs),
            "rule": c.rule,
            "rule_hash": c.rule_hash,
            "design": c.design,
        }
        for c in register().values()
    ]
    table, rates = pd.DataFrame(rows), error_rates()
    told = rates.reindex(table["claim"]).reset_index(drop=True)
    same = told.pop("rule_hash") == table["rule_hash"]
    told = told[list(RATES)].where(same)
    return pd.concat([table, told.fillna({"rates_note": ""})], axis=1)
