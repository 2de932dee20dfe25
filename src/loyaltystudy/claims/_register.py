"""The register: every claim with its quote, hypothesis, needs, rules and worlds."""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from importlib import import_module

import pandas as pd

from loyaltystudy.claims._history import earlier_rules
from loyaltystudy.claims._rules import Evidence, Rule
from loyaltystudy.claims._shared_method import BENCHMARK, FLOOR, SINGLE_ITEM, VALIDITY
from loyaltystudy.claims._statistics.base import MOST_AT_AN_END
from loyaltystudy.claims._test_hash import test_hash
from loyaltystudy.errors import SurveyError
from loyaltystudy.survey import constructs, data_folder, package_folder

SOURCES = {
    "fandom": "Kundrelationer och fanskap (blog, Swedish)",
    "bonds": "Morten Kjærnes: Lojalitet krever emosjonelle bånd (Norwegian)",
    "courtship": "Malin Sundström: När någon limmar på dig, 28 Feb 2017 (Swedish)",
    "dream-date": "Marie Hillblom: Kan min drömdejt avslöja hur du ska bygga kundlojalitet?, "
    "27 Sep 2019 (Swedish)",
    "five-tips": "Vill du bli medlem? (Swedish)",
}
# The modules of each text, in order; a claim is looked for in its own text alone.
MODULES = {
    "fandom": ("fandom",),
    "bonds": ("bonds", "knowing_customers", "who_customers_are"),
    "courtship": ("courtship",),
    "dream-date": ("dream_date",),
    "five-tips": ("five_tips", "several_brands"),
}


@dataclass(frozen=True, eq=False)
class Part:
    """One part of a claim: a statistic of a study, and the rule that it is put to."""

    rule: Rule
    statistic: Callable[..., Evidence]
    args: tuple = ()
    options: Mapping = field(default_factory=dict)

    def evidence(self, study, seed: int) -> Evidence:
        """What the study says of this part."""
        seeded = {"seed": seed} if getattr(self.statistic, "takes_seed", False) else {}
        return self.statistic(study, *self.args, **self.options, **seeded)


def part(rule: Rule, statistic: Callable[..., Evidence], *args, **options) -> Part:
    """A rule and the statistic that it judges, with the statistic's arguments."""
    return Part(rule, statistic, args, options)


@dataclass(frozen=True, eq=False)
class Claim:
    """A sentence of a text, what it means for data, and what would settle it.

    ``needs`` are constructs; an entry with ``|`` is met by any one of them, and where that one is
    among the ``proxies`` it is a stand-in, for the reason given. ``parts`` are judged each by its
    rule; ``shown`` are figures beside them that decide nothing. ``country`` is the ISO 3166 code
    of the one country that a claim speaks of: with field work elsewhere (the codebook's
    ``country``) a part of it is not measured. ``version`` counts rules; ``date`` and ``reason``
    say when and why a rule was changed.
    """

    name: str
    source: str
    quote: str
    english: str
    translations: Mapping[str, str]
    needs: tuple[str, ...]
    parts: tuple[Part, ...]
    shown: tuple[Part, ...] = ()
    version: int = 1
    date: str = ""
    reason: str = ""
    design: str = "associational"
    limits: str = ""
    takes: str = "study"  # or "panel": purchases, one row each
    country: str = ""
    untestable: str = ""  # why no data could settle it, where that is so
    proxies: Mapping[str, str] = field(default_factory=dict)
    worlds: object = None

    @property
    def hypothesis(self) -> str:
        """In English."""
        return self.translations["en"]

    @property
    def rules(self) -> tuple[Rule, ...]:
        return tuple(part.rule for part in self.parts)

    def test(self, study, seed: int) -> tuple[Evidence, ...]:
        """What a study says of each part, in order."""
        return tuple(part.evidence(study, seed) for part in self.parts)

    @property
    def rule(self) -> str:
        if self.untestable:
            return f"none: {self.untestable}"
        parts = [f"({i}) {p.rule}{_only_with(p)}" for i, p in enumerate(self.parts, 1)]
        return "; and ".join(parts)

    @property
    def rule_hash(self) -> str:
        """Twelve digits that change with the hypothesis, the needs, the rule or its version.

        And with the names and arguments of its statistics; see ``test_hash`` for their code.
        """
        lines = [self.name, self.hypothesis, *self.needs, self.rule, self.design]
        if self.version > 1:
            lines += [f"version {self.version}", _METHOD, *map(_described, self.parts)]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]


_METHOD = f"shared method {BENCHMARK} {FLOOR} {SINGLE_ITEM} {VALIDITY}"


def _only_with(p: Part) -> str:
    """What a study must have for a part to be more than not robust."""
    if p.options.get("clear"):
        most = f"{100 * MOST_AT_AN_END:.0f} %"
        return f"; at most not robust where over {most} of the answers lie at one end of the scale"
    causes = p.options.get("causes", ())
    *most, last = causes or ("",)
    named = f"{', '.join(most)} and {last}" if most else last
    close = ", or where one of them correlates above .85 with what is said to add"
    some = close if set(causes) & {*constructs()} else ""
    return f"; at most not robust in a study without {named}{some}" if causes else ""


def _described(p: Part) -> str:
    """A part's statistic and its arguments, as they go into the hash."""
    text = {k: getattr(v, "__name__", v) for k, v in sorted(p.options.items())}
    return f"{p.statistic.__name__} {p.args} {text}"


POINT = (
    "the smallest effect was compared with the point; unreliability and shared method were left in"
)
PURCHASES = ("purchases", "contacts")  # what claims about panels may need
_REGISTER: dict[str, Claim] = {}


def claims_of(source: str) -> Callable[..., Claim]:
    """What registers a claim of one text."""
    return partial(_claim, source)


def changed(reason: str, *, version: int = 2) -> dict:
    """Of a claim whose rule was changed: to which version, when, and why."""
    return {"version": version, "date": "2026-11-29", "reason": reason}


def _claim(
    source: str, name: str, *, hypothesis: str, sv: str, nb: str, needs: Sequence[str], **words
) -> Claim:
    """Register a claim: everything that is said of it stands in this one call."""
    said = {"en": hypothesis, "sv": sv, "nb": nb}
    known = PURCHASES if words.get("takes") == "panel" else constructs()
    unknown = [c for need in needs for c in need.split("|") if c not in known]
    absent = [language for language, text in said.items() if not text]
    if unknown or absent or source not in SOURCES or name in _REGISTER:
        raise SurveyError(
            f"Claim {name!r}: unknown {unknown or source!r}, no hypothesis in {absent}, or "
            "registered twice."
        )
    if (worlds := words.get("worlds")) and not worlds.asks:
        words["worlds"] = replace(worlds, asks=tuple(needs))
    made = Claim(name, source, translations=said, needs=tuple(needs), **words)
    _REGISTER[name] = made
    return made


@cache
def names_of(source: str) -> list[str]:
    """The claims of one text, read off its modules, which are not loaded."""
    folder = package_folder() / "claims" / "_texts"
    texts = [(folder / f"{name}.py").read_text(encoding="utf-8") for name in MODULES[source]]
    return re.findall(r'^claim\(\s*"([^"]+)"', "\n".join(texts), flags=re.MULTILINE)


@cache
def text_claims(source: str) -> dict[str, Claim]:
    """The claims of one text by name; no other text is loaded."""
    for module in MODULES[source]:
        import_module(f"loyaltystudy.claims._texts.{module}")
    return {name: c for name, c in _REGISTER.items() if c.source == source}


@cache
def register() -> dict[str, Claim]:
    """Every claim by name, in the order of the texts."""
    return {name: c for source in SOURCES for name, c in text_claims(source).items()}


def find_claims(names: Sequence[str]) -> dict[str, Claim]:
    """All claims of the texts that hold some claims, by name.

    A text is loaded only if a claim was not found in those before it; which text is likely is
    read off its modules (:func:`names_of`).
    """
    found: dict[str, Claim] = {}
    for source in sorted(SOURCES, key=lambda s: not set(names) & set(names_of(s))):
        if set(names) <= set(found):
            break
        found |= text_claims(source)
    return {n: c for source in SOURCES for n, c in found.items() if c.source == source}


@cache
def error_rates() -> pd.DataFrame:
    """How often each claim's verdict errs in simulated studies, by claim; see ``list_claims``."""
    table = pd.read_csv(data_folder() / "error_rates.csv", index_col="claim")
    return table.assign(rates_note=table["rates_note"].fillna(""))


def list_claims() -> pd.DataFrame:
    """List every claim, where it is from, and the rule that decides it.

    Returns
    -------
    DataFrame
        ``claim, source, says`` (the original words), ``english, hypothesis, needs, rule,
        rule_hash``; ``test_hash`` (twelve digits that change with the code of the claim's
        statistics, which the rule's hash knows by name and arguments only), ``design``;
        ``rule_version, rule_date, rule_reason`` (why the rule is not the
        first one) and ``rule_hash_1`` (of the first); ``threshold`` (where each part's bound
        comes from); and the error rates of the verdict in simulated studies of 1,000 respondents
        with 18 % of shared method: ``supported_if_false, supported_at_smallest`` (at exactly the
        smallest effect, or the bound), ``supported_if_true, contradicted_if_true`` with markers,
        ``no_markers_if_false, no_markers_if_true`` (supported, without), ``supported_by_rivals``
        (the worst of its rival worlds; shares of ``simulations`` studies each) and
        ``rates_note`` (what misses and why). Missing for untestable claims, and where the rule
        was changed since they were simulated.

    Notes
    -----
    ``python benchmarks/scripts/verdicts.py`` makes the rates; ``benchmarks/results/verdicts.md``
    has the whole curve, and says how the false worlds are made hard.

    Examples
    --------
    >>> table = list_claims().set_index("claim")
    >>> table.loc["would-miss", "needs"], int(table.loc["would-miss", "rule_version"])
    ('would_miss', 2)
    """
    first = earlier_rules(1).groupby("claim")["rule_hash"].first()
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
            "test_hash": test_hash(c) if c.parts else "",
            "design": c.design,
            "rule_version": c.version,
            "rule_date": c.date,
            "rule_reason": c.reason,
            "rule_hash_1": first.get(c.name, c.rule_hash if c.version == 1 else ""),
            "threshold": "; ".join(dict.fromkeys(f"{r.bound:.3g}: {r.source}" for r in c.rules)),
        }
        for c in register().values()
    ]
    table, rates = pd.DataFrame(rows), error_rates()
    known = rates.reindex(table["claim"]).reset_index(drop=True)
    same = known.pop("rule_hash") == table["rule_hash"]
    return pd.concat([table, known.where(same).fillna({"rates_note": ""})], axis=1)
