"""verdicts.md, and data/error_rates.csv, from verdicts.csv and verdicts_curve.csv."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from loyaltystudy.claims._register import register
from loyaltystudy.simulation._worlds_of_claims import claim_worlds

SHARE, WAY, N = 0.18, "thirds", 1000
SIZES = ("false", "smallest", "true")
FALSE, TRUE, RIVAL = 0.05, 0.80, 0.10  # supported: at most, at least, at most
# Why a claim that misses does: its own sentence, not a fault of the run
WHY = {
    "uniform-mail-is-spam": "moods that raise every answer hide a negative relation; at n 3,000 82 %",
    "routine-programme-undermines": "membership was not drawn by lot, without which one survey cannot "
    "tell",
    "moral-bonds-hard": "added R² of single questions below .02; at n 4,000 75 %",
    "moral-breach-falls-fast": "a bend takes more people; at n 1,500 85 %",
    "programme-is-not-enough": "two absences and an effect in one; at n 1,500 95 %",
    "contact-beyond-wish-repels": "contact was not drawn by lot, without which one survey cannot tell",
    "demographics-weak": "an upper limit below .05 with curves; at n 3,000 all of 20",
    "engaged-spend-2.5-times": "the interval must lie within the band; at n 3,000 all of 40",
    "two-logics": "metric invariance is refused where people are used to agreeing",
    "averages-mislead": "one occasion a person cannot tell: shown, never judged",
    "keeping-word": "six effects in one, each of which must hold; at n 1,500 87 %",
    "background-over-demographics": "three comparisons in one, with curves; at n 2,000 all of 20",
    "devotion-ladder": "an H of .50 whose interval must lie above .40",
}


def rates(table: pd.DataFrame, verdict: str, *, markers: bool, worlds=None) -> pd.Series:
    """Share of a verdict by claim (and world) at the main share of method and n."""
    own = table[(table["n"] == N) & (table["markers"] == markers)]
    main = (own["share"] == SHARE) & (own["way"] == WAY)
    panels = own["claim"].map(_of_panel)
    own = own[main | panels]
    own = own if worlds is None else own[own["world"].isin(worlds)]
    return (
        own.set_index(["claim", "world"])[verdict]
        / own.set_index(["claim", "world"])["simulations"]
    )


def _of_panel(claim: str) -> bool:
    return register()[claim].takes == "panel"


def slack(nominal: float, many) -> float:
    """Two Monte Carlo standard errors."""
    return 2 * np.sqrt(nominal * (1 - nominal) / many)


def by_claim(table: pd.DataFrame) -> pd.DataFrame:
    """The rates of every claim, and what misses."""
    marked, plain = (rates(table, "supported", markers=m) for m in (True, False))
    refused = rates(table, "contradicted", markers=True)
    robust = rates(table, "not_robust", markers=True)
    main = (table["share"] == SHARE) & (table["way"] == WAY) | table["claim"].map(_of_panel)
    many = table[main & table["world"].isin(SIZES)].groupby("claim")["simulations"].min()
    rows = []
    for claim in dict.fromkeys(table["claim"]):
        worlds = claim_worlds().get(claim)
        rivals = [marked.get((claim, r.name), np.nan) for r in worlds.rivals] if worlds else []
        rows.append(
            {
                "claim": claim,
                "supported_if_false": marked.get((claim, "false")),
                "supported_at_smallest": marked.get((claim, "smallest"), np.nan),
                "supported_if_true": marked.get((claim, "true")),
                "contradicted_if_true": refused.get((claim, "true")),
                "not_robust_if_true": robust.get((claim, "true")),
                "no_markers_if_false": plain.get((claim, "false"), np.nan),
                "no_markers_if_true": plain.get((claim, "true"), np.nan),
                "supported_by_rivals": np.nanmax(rivals) if np.isfinite(rivals).any() else np.nan,
                "simulations": many.get(claim, np.nan),
            }
        )
    found = pd.DataFrame(rows).set_index("claim")
    order = [name for name in register() if name in found.index]
    return found.loc[order].assign(rates_note=[_note(found.loc[name]) for name in order])


def _note(row: pd.Series) -> str:
    n, said = row["simulations"], []
    for column, words in (
        ("supported_if_false", "where false"),
        ("supported_at_smallest", "at the smallest effect"),
        ("no_markers_if_false", "where false, no markers"),
    ):
        if row[column] > FALSE + slack(FALSE, n):
            said.append(f"{words}: supported in {row[column]:.0%}")
    if row["supported_if_true"] < TRUE - slack(TRUE, n):
        said.append(f"where true: supported in {row['supported_if_true']:.0%}")
    if row["supported_by_rivals"] > RIVAL + slack(RIVAL, n):
        said.append(f"a rival: supported in {row['supported_by_rivals']:.0%}")
    why = WHY.get(row.name, "")
    return "; ".join([*said, *([why] if said and why else [])])


def write_rates(csv: Path, out: Path) -> None:
    """Each claim's rates as ``ls.list_claims()`` and the report give them."""
    table = pd.read_csv(csv, dtype={"world": str})
    hashes = table.groupby("claim")["rule"].last()
    found = by_claim(table).drop(columns="not_robust_if_true")
    found.assign(rule_hash=hashes.reindex(found.index)).to_csv(
        out, index_label="claim", lineterminator="\n", float_format="%.4g"
    )


def write_table(csv: Path, curve: Path, markdown: Path) -> None:
    """The rates by claim, rivals, other ways and shares of method, and the whole curve."""
    table = pd.read_csv(csv, dtype={"world": str})
    found = by_claim(table)
    lines = [
        *HEAD,
        "",
        _summary(found),
        "",
        *_claims(found),
        "",
        *_rivals(table),
        "",
        *_beside(table),
    ]
    if curve.is_file():
        lines += ["", *_curve(pd.read_csv(curve, dtype={"world": str}))]
    markdown.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _summary(found: pd.DataFrame) -> str:
    n = found["simulations"]
    false = (found["supported_if_false"] <= FALSE + slack(FALSE, n)).sum()
    smallest = found["supported_at_smallest"].dropna()
    at = (smallest <= FALSE + slack(FALSE, n[smallest.index])).sum()
    true = (found["supported_if_true"] >= TRUE - slack(TRUE, n)).sum()
    plain = found["no_markers_if_false"].dropna()
    none = (plain <= FALSE + slack(FALSE, n[plain.index])).sum()
    return (
        f"With markers, of {len(found)} claims {false} are supported in at most 5 % (plus two Monte "
        f"Carlo errors) where false, {at} of {len(smallest)} at the smallest effect, and {true} in at "
        f"least 80 % where true. Without markers {none} of {len(plain)} in at most 5 % where false."
    )


def _claims(found: pd.DataFrame) -> list[str]:
    lines = [
        "| claim | studies at least | false | smallest | true | contradicted, true | not robust, true "
        "| no markers: false | true | worst rival | what misses |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    columns = [c for c in found.columns if c not in ("simulations", "rates_note")]
    for claim, row in found.iterrows():
        cells = " | ".join("" if pd.isna(row[c]) else f"{row[c]:.2f}" for c in columns)
        lines.append(f"| {claim} | {row['simulations']:.0f} | {cells} | {row['rates_note']} |")
    return lines


def _rivals(table: pd.DataFrame) -> list[str]:
    lines = [
        "## Rivals: worlds in which the claim is false for a reason of its own",
        "",
        "| claim | rival | what holds there | supported | not robust | inconclusive | contradicted |",
        "|---|---|---|---|---|---|---|",
    ]
    own = table[(table["share"] == SHARE) & (table["way"] == WAY) & table["markers"]]
    own = own.set_index(["claim", "world"])
    for claim, worlds in claim_worlds().items():
        for rival in worlds.rivals:
            if (claim, rival.name) not in own.index:
                continue
            row = own.loc[(claim, rival.name)]
            verdicts = ("supported", "not_robust", "inconclusive", "contradicted")
            cells = " | ".join(f"{row[v] / row['simulations']:.2f}" for v in verdicts)
            why = rival.why + (
                f" (one survey cannot tell: {rival.untellable})" if rival.untellable else ""
            )
            lines.append(f"| {claim} | {rival.name} | {why} | {cells} |")
    return lines


def _beside(table: pd.DataFrame) -> list[str]:
    other = table[(table["share"] != SHARE) | (table["way"] != WAY)]
    other = other[other["claim"].map(lambda c: register()[c].takes == "study")]
    if other.empty:
        return []
    lines = [
        "## Other shares and ways of method: mean share supported over the claims run",
        "",
        "| method | markers | claims | studies a cell | false | smallest | true | over 5 % where false "
        "or at the smallest effect |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for (share, way, markers), own in other.groupby(["share", "way", "markers"]):
        rate = (own["supported"] / own["simulations"]).groupby(own["world"]).agg(["mean", "max"])
        cells = [
            f"{rate.loc[w, 'mean']:.2f} (most {rate.loc[w, 'max']:.2f})" if w in rate.index else ""
            for w in ("false", "smallest", "true")
        ]
        asked = "asked" if markers else "none"
        few, most = own["simulations"].min(), own["simulations"].max()
        missed = own[own["world"].isin(["false", "smallest"])]
        rate = missed["supported"] / missed["simulations"]
        missed = missed[rate > FALSE + slack(FALSE, missed["simulations"])]
        names = ", ".join(dict.fromkeys(missed["claim"])) or "none"
        lines.append(
            f"| {share:.0%}, {way} | {asked} | {own['claim'].nunique()} | "
            f"{few}{f' to {most}' if few < most else ''} | {' | '.join(cells)} | {names} |"
        )
    return [*lines, "", SHARES_MOVE]


def _curve(curve: pd.DataFrame) -> list[str]:
    worlds = ["false", "half", "smallest", "twice", "true"]
    lines = [
        "## The whole curve of the default rule",
        "",
        f"Two scales (`{curve['claim'].iloc[0]}`), share supported at a trait effect of 0, .05, .10 (the "
        f"smallest), .20 and .30; {curve['simulations'].min()} to {curve['simulations'].max()} studies a cell.",
        "",
        "| n | method | markers | " + " | ".join(("0", ".05", ".10", ".20", ".30")) + " |",
        "|---|---|---|---|---|---|---|---|",
    ]
    keys = ["n", "share", "way", "markers"]
    for (n, share, way, markers), own in curve.groupby(keys):
        rate = (own["supported"] / own["simulations"]).set_axis(own["world"])
        cells = " | ".join(f"{rate[w]:.2f}" if w in rate.index else "" for w in worlds)
        lines.append(f"| {n:,} | {share:.0%}, {way} | {'asked' if markers else 'none'} | {cells} |")
    return lines


SHARES_MOVE = (
    "`little-value` at its false world: the centre of the answers is set for a share of one third "
    "with the plain habits; more method spreads the scores, and the share of the answers itself is "
    ".342 at 18 %. Its interval takes in the share had method not spread them."
)
HEAD = (
    "# Error rates of the verdicts (simulated)",
    "",
    "How often each claim's own test and rule say *supported* in simulated studies of 1,000 "
    "respondents (`ls.list_worlds()` has the worlds). 18 % of every rating's variance is shared "
    "method, a third each mood, agreeing and liking of the company (Lance et al. 2010 estimate "
    "18 %). **With markers** the study asks two markers and the attitude to the company, whose "
    "scale follows the liking with r .9; **without**, the same answers are put to the rule as those "
    "of a study that did not ask them. *False*: no effect; *smallest*: exactly at the smallest effect "
    "or bound; *true*: a trait effect of .30, or the claim's own figure. Nominal: at most 5 % where "
    "false and at the smallest effect, at least 80 % where true, at most 10 % under a rival.",
    "",
    "3 % of the respondents are careless, a fifth of them skip a fifth of the questions, alphas "
    "differ. Made by `python benchmarks/scripts/verdicts.py`; seeds follow from the cells' names. A run "
    "goes on where it stopped, up to 400 studies a cell (100 of three slow tests).",
)
