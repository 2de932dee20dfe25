"""One claim on the page: what was said, what would settle it, what the data say and cannot say."""

import pandas as pd

from loyaltystudy.claims import ONE_WAY, SET_ASIDE, SOURCES, Claim, error_rates
from loyaltystudy.report._disclosure import decimals, decimals_of_n
from loyaltystudy.report._hypotheses import hypothesis, source_title
from loyaltystudy.report._phrases import phrase_words, reason_words, rule_words
from loyaltystudy.report._templates import rendered
from loyaltystudy.report._translations import called, capital, claim_limits, number, say, whole

_HEADLINE = ("customers", "members")
_WIDTH, _EDGE = 420, 14


def claim_block(c: Claim, rows: pd.DataFrame, language: str, *, planned=None) -> str:
    """A claim as a fold; of ``rows`` those that measure any of it, and who set it aside."""
    aside = rows[rows["why"].astype(str).str.startswith(SET_ASIDE)]
    rows = rows[rows["measured"] != "none"]
    groups, plain = _summary(c, rows, language)
    apart = (~rows["population"].isin(_HEADLINE)).astype(int) + rows["kind"].eq("simulated")
    ordered = rows.loc[apart.sort_values(kind="stable").index]  # the simulated ones last
    return rendered(
        "claim.html",
        language,
        claim=c,
        groups=groups,
        plain=plain,
        hypothesis=hypothesis(c, language),
        exploratory=planned is not None and c.name not in planned and len(rows) > 0,
        spoken="nb" if "Norwegian" in SOURCES[c.source] else "sv",
        title=source_title(c.source, language),
        rule=rule_words(c.rule, language),
        needs=_needs(c, language),
        rates=_rates(c, language),
        studies=[(row, _one_study(c, row, language)) for row in ordered.itertuples()],
        simulated_alone=set(rows["kind"]) == {"simulated"},
        aside=[(row.study, row.why.removeprefix(SET_ASIDE)) for row in aside.itertuples()],
        limits=_limits(c, rows, language),
    )


def headline_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """Of real customers and members; of the same study put twice, the later row."""
    real = rows[(rows["kind"] != "simulated") & rows["population"].isin(_HEADLINE)]
    return real.drop_duplicates("study", keep="last")


def _summary(c: Claim, rows: pd.DataFrame, language: str) -> tuple[list, str]:
    """Verdicts by whose they are, and the verdict as a sentence."""
    counted = headline_rows(rows)
    groups = [("", [*counted["verdict"].value_counts().items()])] if len(counted) else []
    others = rows.drop(counted.index).drop_duplicates("study", keep="last")
    others = others[~others["study"].isin(counted["study"])]
    for (population, kind), part in others.groupby(["population", "kind"], sort=True):
        who = "simulated" if kind == "simulated" else population
        groups.append((who, [*part["verdict"].value_counts().items()]))
    if not groups:
        verdict = "untestable" if c.untestable else "not measured"
        return [("", [(verdict, 1)])], say(f"say {verdict}", language)
    real = others[others["kind"] != "simulated"]
    return groups, _sentence(next(r for r in (counted, real, others) if len(r)), language)


def _sentence(rows: pd.DataFrame, language: str) -> str:
    """What the answers say, and how it was measured; studies that could judge it come first."""
    judged = rows[rows["verdict"] != "not measured"]
    if judged.empty:
        ways = {"none": "not measured", "part": "part"}
        lines = {ways.get(measured, "not possible") for measured in rows["measured"]}
        return say(
            f"say {max(lines, key=['not measured', 'not possible', 'part'].index)}", language
        )
    if len(set(judged["verdict"])) > 1:
        return say("say mixed", language)
    who = "simulated" if set(judged["kind"]) == {"simulated"} else "say"
    plain, ways = say(f"{who} {judged['verdict'].iloc[0]}", language), set(judged["measured"])
    if len(ways) == 1 and ways <= {"proxy", "part"}:
        plain += f" ({capital(say(ways.pop(), language))}.)"
    truth = _truth(next(judged.itertuples()), language)
    return f"{plain} {truth}" if truth and len(judged) == 1 and who == "simulated" else plain


def _needs(c: Claim, language: str) -> str:
    either = f" {say('or', language)} "
    return ", ".join(
        either.join(called(name, language) for name in need.split("|")) for need in c.needs
    )


def _rates(c: Claim, language: str) -> str:
    """How often the verdict errs in simulated studies, in words; nothing where that is unknown."""
    rates = error_rates()
    if c.name not in rates.index or rates.loc[c.name, "rule_hash"] != c.rule_hash:
        return ""
    row, who = rates.loc[c.name], say("households" if c.takes == "panel" else "people", language)
    shares = [number(100 * row[f"supported_if_{kind}"], language, 0) for kind in ("false", "true")]
    lines = [say("rates said", language, int(row["simulations"]), who, *shares)]
    if row["rates_note"]:
        lines += [
            say(f"rates {kind}", language)
            for kind in ("false", "true")
            if f"where {kind}" in row["rates_note"]
        ]
    return " ".join(lines)


def _one_study(c: Claim, row, language: str) -> dict:
    """What the page says of one study, beside its row."""
    simulated, small = row.kind == "simulated", row.why == say("withheld", "en")
    n = f", n {whole(int(row.n), language)}"
    return {
        "simulated": simulated,
        "who": say("simulated" if simulated else row.population, language),
        "n": f" – {say('withheld', language)}" if small else n,
        "truth": _truth(row, language),
        "note": phrase_words(getattr(row, "truth_note", ""), language),
        "reasons": [] if small else reason_words(str(row.why), language),
        **_figures(c, row, language),
    }


def _figures(c: Claim, row, language: str) -> dict:
    """The estimate and its interval in words, and their places on a line."""
    if pd.isna(row.estimate):
        return {"words": "", "reach": None}
    words = say("estimate", language)
    if pd.isna(row.low):
        point = number(row.estimate, language, decimals_of_n(row.n))
        return {"words": f"{words}: {point}", "reach": None}
    places, row = decimals(row.low, row.high), row._replace(estimate=_inside(row))
    point, low, high = (number(v, language, places) for v in (row.estimate, row.low, row.high))
    words += f", {say('interval', language)}: {point} [{low}; {high}]"
    return {"words": words, "reach": _reach(c, row, language)}


def _inside(row) -> float:
    """The point, or 0 where it lies below an interval that ends there: less than chance gives."""
    return max(row.estimate, 0.0) if row.low == 0 else row.estimate


def _truth(row, language: str) -> str:
    """Whether the claim holds in the simulated world, and whether the verdict errs there."""
    truth = getattr(row, "truth", "")
    if truth not in ("true", "false", "unset"):
        return ""
    wrong = {"true": "contradicted", "false": "supported", "unset": ""}[truth] == row.verdict
    lines = say(f"truth {truth}", language)
    return f"{lines} {say('truth missed', language)}" if wrong else lines


def _reach(c: Claim, row, language: str) -> dict:
    """Where the estimate, its interval, zero and the bound of a single rule lie on a line."""
    bound = _bound(c)
    ends = [row.estimate, 0.0, row.low, row.high, *([] if bound is None else [bound])]
    low, span = min(ends), (max(ends) - min(ends)) or 1.0

    def x(value: float) -> str:
        return f"{_EDGE + (value - low) / span * (_WIDTH - 2 * _EDGE):.1f}"

    places = {name: x(getattr(row, name)) for name in ("estimate", "low", "high")}
    places |= {"width": _WIDTH, "edge": _EDGE, "zero": x(0), "bound": bound and x(bound)}
    return places | {"bound_text": bound and number(bound, language, 2)}


def _bound(c: Claim) -> float | None:
    """The bound of a claim with a single rule; which part a row shows is not said else."""
    if len(c.rules) != 1 or c.rules[0].kind not in ("effect", "absent", "side", "figure"):
        return None
    rule = c.rules[0]
    return rule.bound * (rule.direction if rule.kind == "effect" else 1)


def _limits(c: Claim, rows: pd.DataFrame, language: str) -> list[str]:
    """Limits of the design, of the measurement, and the claim's own."""
    design = next((d for d in ("randomised", "descriptive") if d in c.design), "associational")
    lines = [] if c.untestable else [say(f"limit {design}", language)]
    lines += [
        say(f"limit {how}", language) for how in ("proxy", "part") if how in set(rows["measured"])
    ]
    if rows["why"].str.contains(ONE_WAY, regex=False).any():
        lines.append(say("limit habits", language))
    if (rows["kind"] == "simulated").any():
        lines.append(say("simulated note", language))
    if (rows["why"] == say("withheld", "en")).any():
        lines.append(say("limit small", language))
    return [*lines, *filter(None, [claim_limits(c, language)])]
