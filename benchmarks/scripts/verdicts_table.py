"""verdicts.md, and data/error_rates.csv, from verdicts.csv and verdicts_needed.csv."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import norm

from loyaltystudy.simulation._claim_worlds import TRUTHS
from loyaltystudy.simulation._panels import PANEL_TRUTHS

NOTHING = pd.DataFrame(columns=["claim", "world", "n", "simulations", "rate"])
# What a cell may have: verdict, world, smallest n it is asked at, the nominal rate, which side
NOMINAL = (
    ("supported", "false", 0, 0.05, "at most"),
    ("supported", "true", 1000, 0.80, "at least"),
    ("contradicted", "true", 0, 0.025, "at most"),
)


def misses(table: pd.DataFrame) -> pd.DataFrame:
    """Cells beyond a nominal rate by more than two Monte Carlo standard errors."""
    rows = []
    for verdict, world, least, nominal, side in NOMINAL:
        part = table[(table["world"] == world) & (table["n"] >= least)]
        rate = part[verdict] / part["simulations"]
        slack = 2 * np.sqrt(nominal * (1 - nominal) / part["simulations"])
        bad = rate > nominal + slack if side == "at most" else rate < nominal - slack
        rows.append(part[bad].assign(rate=rate[bad], verdict=verdict, nominal=f"{side} {nominal}"))
    return pd.concat(rows)


def beyond(rate: float, world: str, simulations: int) -> bool:
    """Whether a rate of `supported` misses its nominal bound."""
    cell = {"world": world, "n": 1000, "simulations": simulations, "contradicted": 0}
    return len(misses(pd.DataFrame([cell | {"supported": rate * simulations}]))) > 0


def for_five_percent(rate: float) -> float:
    """The n at which a false claim would pass in 5 % of the studies, from the rate at n 1,000.

    A false claim with one part passes where its estimate exceeds the smallest effect; the
    estimate's standard error falls with the root of n, so that ``n (1.645 / z)^2`` does, with z
    the normal quantile of the rate of not passing. NaN where habits alone come near that effect.
    """
    z = norm.isf(rate)
    return float(1000 * (norm.isf(0.05) / z) ** 2) if z > 0.3 else np.nan


def write_table(csv: Path, needed: Path, markdown: Path) -> None:
    """The rates by claim, what misses, what it would take, and how it was made."""
    table = read(csv)
    bad, takes = misses(table), told_sizes(table, needed)
    asked = [((table["world"] == w) & (table["n"] >= least)).sum() for _, w, least, *_ in NOMINAL]
    heading = [
        *HEAD,
        "",
        f"{sum(asked) - len(bad)} of {sum(asked)} rates lie within their nominal bound.",
        "",
        *COLUMNS,
    ]
    wrong = set(zip(bad["claim"], bad["n"], bad["verdict"], bad["world"], strict=True))
    lines = []
    for (claim, n), part in table.groupby(["claim", "n"], sort=False):
        by = part.set_index("world")
        cells = [_cell(by, v, w, (claim, n, v, w) in wrong) for v, w in SHOWN]
        many = "/".join(str(k) for k in sorted(set(part["simulations"])))
        told = takes["note"].get(claim, "") if n == 1000 else ""
        lines.append(f"| {claim} | {n:,} | {many} | " + " | ".join([*cells, told]) + " |")
    failed = int(table["failed"].sum())
    if failed:
        told = ", ".join(table.loc[table["failed"] > 0, "claim"].unique())
        heading.insert(
            -2,
            f"In {failed} studies the test could not be run ({told}); they count "
            "as neither supported nor contradicted.",
        )
        heading.insert(-2, "")
    reached = _reached(csv.with_name("worlds_reached.csv"))
    markdown.write_text("\n".join([*heading, *lines, *reached]) + "\n", encoding="utf-8")


def write_rates(csv: Path, needed: Path, out: Path) -> None:
    """Each claim's rates at n 1,000, as ``ls.list_claims()`` and the report tell them."""
    table = read(csv)
    takes, at = told_sizes(table, needed), table[table["n"] == 1000]
    true, false = (at[at["world"] == w].set_index("claim") for w in ("true", "false"))
    rates = pd.DataFrame(
        {
            "supported_if_false": false["supported"] / false["simulations"],
            "supported_if_true": true["supported"] / true["simulations"],
            "contradicted_if_true": true["contradicted"] / true["simulations"],
            "simulations": true["simulations"],
            "n_needed": takes["n"].astype("Int64"),
            "rates_note": takes["note"],
            "rule_hash": true["rule"],
        }
    )
    rates.loc[true.index].to_csv(out, index_label="claim", lineterminator="\n")


def told_sizes(table: pd.DataFrame, needed: Path) -> pd.DataFrame:
    """What claims that miss at n 1,000 would take: ``n`` (missing: none does) and ``note``."""
    bad = misses(table)
    bad = bad[(bad["n"] == 1000) & (bad["verdict"] == "supported")]
    sizes = pd.read_csv(needed, dtype={"world": str}) if needed.is_file() else NOTHING
    sizes, told = sizes.set_index(["claim", "world"]), {}
    for row in bad.itertuples():
        key = (row.claim, row.world)
        found = sizes.loc[key] if key in sizes.index else None
        n = np.nan if found is None else found["n"]
        note = _size_note(row.world, found)
        old_n, old = told.get(row.claim, (0, ""))
        told[row.claim] = (
            max(n, old_n) if n == n and old_n == old_n else np.nan,
            f"{old}; {note}".lstrip("; "),
        )
    return pd.DataFrame.from_dict(told, orient="index", columns=["n", "note"])


def _size_note(world: str, found) -> str:
    if found is None:
        return f"where {world}: not yet sought"
    if found["n"] == found["n"] and found["rate"] == found["rate"]:
        return f"where {world}: {found['rate']:.1%} at n {found['n']:,.0f}"
    if found["n"] == found["n"]:  # read off a curve, not tried out
        return f"where {world}: about n {found['n']:,.0f}, by few studies"
    if world == "true":
        return "where true: no n up to 20,000 finds it in 80 %"
    return "where false: no n helps, habits of answering alone come near the smallest effect"


def read(csv: Path) -> pd.DataFrame:
    """The cells in the order of the texts; worlds as text, which pandas would take for truths."""
    table = pd.read_csv(csv, dtype={"world": str})
    place = table["claim"].map({claim: i for i, claim in enumerate([*TRUTHS, *PANEL_TRUTHS])})
    return table.assign(place=place).sort_values(["place", "n"])


def _cell(by: pd.DataFrame, verdict: str, world: str, wrong: bool) -> str:
    if world not in by.index:
        return ""
    rate = f"{by.loc[world, verdict] / by.loc[world, 'simulations']:.1%}"
    return f"**{rate}**" if wrong else rate


def _reached(csv: Path) -> list[str]:
    """Figures intended and reached, a line a world and part."""
    if not csv.is_file():
        return []
    table = pd.read_csv(csv, dtype={"world": str})
    lines = [
        "",
        "## Do the worlds hold what they say?",
        "",
        "One simulated sample a world, through the claim's own test (`python "
        "benchmarks/scripts/worlds_reached.py`). Where a figure is 0 by intention and not when "
        "reached, habits and unreliable controls make the difference. A dash: no figure is "
        "intended (it follows from another part, or depends on n).",
        "",
        "| claim | world | part | intended | reached | respondents |",
        "|---|---|---|---|---|---|",
    ]
    for row in table.itertuples():
        aim = "-" if np.isnan(row.intended) else f"{row.intended:.3g}"
        lines.append(
            f"| {row.claim} | {row.world} | {row.part} | {aim} | {row.reached:.3f} | "
            f"{row.drawn:,} |"
        )
    return lines


SHOWN = (
    ("supported", "false"),
    ("supported", "false, no habits"),
    ("supported", "true"),
    ("contradicted", "true"),
)
HEAD = (
    "# Error rates of the verdicts (simulated)",
    "",
    "How often each claim's own test and rule say `supported` or `contradicted`, in simulated "
    "studies where the claim is false and where it is true (`ls.list_worlds()` has the worlds). "
    "Nominal: `supported` in the false world at most 5 %, in the true one at least 80 % at "
    "n 1,000; `contradicted` in the true one at most 2.5 %; each give or take two Monte Carlo "
    "standard errors. **Bold** is beyond that.",
    "",
    "In the false worlds the claimed effect is absent, but answers share habits (a mood and "
    "agreeing: 3 to 8 % of a scale's variance; 3 % of the respondents are careless), scales have "
    "alphas of .7 to .85, and what is controlled for is measured no better. The rules know nothing "
    'of this. Column "no habits": the same false world without mood, agreeing and careless '
    "respondents, run for claims that miss; what is left there is due to controls that are "
    "measured with error.",
    "",
    "Respondents are those who begin the questionnaire: a fifth of them skip a fifth of the "
    "questions. Made by `python benchmarks/scripts/verdicts.py`.",
)
COLUMNS = (
    "| claim | n | studies | supported, false | ... no habits | supported, true | "
    "contradicted, true | n it would take |",
    "|---|---|---|---|---|---|---|---|",
)


if __name__ == "__main__":
    here = Path(__file__).parent
    write_table(here / "verdicts.csv", here / "verdicts_needed.csv", here / "verdicts.md")
