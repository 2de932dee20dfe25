"""The page "The evidence so far": each claim's studies, the pooled line, and what is missing."""

from __future__ import annotations

import sys
from math import isclose, isnan
from pathlib import Path

import pandas as pd
from mdparts import table

from loyaltystudy.claims import (
    SOURCES,
    earlier_verdicts,
    error_rates,
    register,
    stored_evidence,
)
from loyaltystudy.claims._shipped_evidence import settled_matrix
from loyaltystudy.simulation._joint import NORDIC
from loyaltystudy.survey import constructs

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # tools are no part of the package
from tools.pooled_claims import evidence_parts, pooled_claims

LEAD = """# The evidence so far

For each claim the studies that measure it, what they find, the line over all of them where three
or more measure it in full or by a stand-in, and what is missing. Made from the verdicts that ship;
every study's page begins with its limits.

- *Who*: customers and members are pooled; visitors, employees and others are shown apart.
- *A new study*: where the true value of another study of this kind is to be expected, in 95 of 100.
  With few studies the interval is wide; that is what few studies say.
- Answers given at one sitting share method. A figure stands at the least plausible share of it; its
  interval, and that of the pooled line, reach from there to the share that a verdict must stand.
- An adjusted share below zero, less than chance would give, is shown as zero, the end of its
  interval.
- Pooled studies measure different companies with different questions: read I² beside the mean.
- Simulated studies are not evidence. Rehearsals that were given as studies stand at the end, and
  count nowhere else.
"""
EARLIER = """
## Under earlier rules

The rules were changed twice, in the open: what each version said of a claim on a study, wherever an
earlier one had given a verdict. Empty: that version had not judged it, or is today's.
"""
REHEARSED = """
## Rehearsals: no evidence

Simulated answers to somebody's questionnaire. Nobody was asked, and no figure above holds them.
"""
APART = "shown apart"
HEADLINE = ("customers", "members")


def evidence_page() -> str:
    """The page as Markdown."""
    parts = evidence_parts()
    pooled = pooled_claims(parts)
    given = stored_evidence()
    given = given[~given["study"].isin(parts["study"])]
    given, rehearsed = given[given["kind"] == "real"], given[given["kind"] == "simulated"]
    text = [LEAD, summary(parts, given)]
    for source, title in SOURCES.items():
        text.append(f"\n## {title}\n")
        for c in register().values():
            if c.source == source:
                text.append(section(c, parts, given, pooled))
    text += [EARLIER, table(under_earlier_rules(parts))]
    if len(rehearsed):
        rows = [{"claim": row.claim} | given_row(row) for row in rehearsed.itertuples()]
        text += [REHEARSED, table(rows)]
    return "\n".join(text)


def under_earlier_rules(parts: pd.DataFrame) -> list[dict]:
    """Verdicts by each version of the rules, of claims that some version had judged."""
    now = parts.drop_duplicates(["claim", "study"]).set_index(["claim", "study"])["verdict"]
    was = earlier_verdicts()
    was = was[was["study"] != NORDIC].set_index(["claim", "study"])
    today = now.reindex(was.index).fillna("not measured")
    versions = {c: c.replace("verdict_", "version ") for c in was if c.startswith("verdict_")}
    found = was.assign(today=today)[[*versions, "today"]]
    judged = (~found.isin(["", "not measured"])).any(axis=1)
    found = found[judged].reset_index()
    order = [name for name in register() if name in set(found["claim"])]
    rows = found.set_index("claim").loc[order].reset_index().rename(columns=versions)
    return rows.to_dict("records")


def summary(parts: pd.DataFrame, given: pd.DataFrame) -> str:
    """How many claims have evidence from real customers or members."""
    rows = pd.concat([parts, given], ignore_index=True)
    inside = rows[rows["population"].isin(HEADLINE) & rows["measured"].isin(["full", "proxy"])]
    full = inside[inside["measured"] == "full"]["claim"].nunique()
    return (
        f"\n**{inside['claim'].nunique()} of {len(register())} claims** have evidence from real "
        f"customers or members, {full} of them in full, from {inside['study'].nunique()} studies "
        "and panels.\n"
    )


def section(c, parts: pd.DataFrame, given: pd.DataFrame, pooled: pd.DataFrame) -> str:
    """One claim."""
    own, other = parts[parts["claim"] == c.name], given[given["claim"] == c.name]
    lines = [f"### {c.name}\n", f"{c.hypothesis}\n"]
    rows = [study_row(study, found) for study, found in own.groupby("study", sort=False)]
    rows += [given_row(row) for row in other.itertuples()]
    lines += [table(rows)] if rows else ["No open data found.\n"]
    lines += [pooled_line(row) for row in pooled[pooled["claim"] == c.name].itertuples()]
    lines.append(missing(c, own, other))
    return "\n".join(line for line in lines if line)


def study_row(study: str, found: pd.DataFrame) -> dict:
    """A study: who, how measured, verdict, and the figure of each part."""
    first = found.iloc[0]
    figures = [figure(row) for row in found.itertuples()]
    return _row(study, first, int(found["n"].max()), "; ".join(figures))


def given_row(row) -> dict:
    """A study that users gave: the verdict with the figure that decides."""
    return _row(row.study, row, int(row.n), "" if isnan(row.estimate) else figure(row))


def figure(row) -> str:
    """A figure with its interval; a point beyond the interval's end is shown at that end."""
    point = row.estimate if isnan(row.low) else min(max(row.estimate, row.low), row.high)
    return f"{point:.3f} [{row.low:.3f}, {row.high:.3f}]"


def _row(study: str, row, n: int, figures: str) -> dict:
    apart = "" if row.population in HEADLINE else f", {APART}"
    return {
        "study": study,
        "who": f"{n:,} {row.population}{apart}",
        "measured": row.measured,
        "verdict": row.verdict,
        "figures of its parts": figures,
    }


def pooled_line(row) -> str:
    used = "" if isclose(row.used, row.estimate) else f" ({row.used:.3f} less shared method)"
    return (
        f"- **{row.what}**, {row.k} studies of {row.group}: {row.estimate:.3f}{used} "
        f"[{row.low:.3f}, {row.high:.3f}]; a new study [{row.predict_low:.3f}, "
        f"{row.predict_high:.3f}]; I² {row.i2:.0%}."
    )


def missing(c, own: pd.DataFrame, other: pd.DataFrame) -> str:
    """What no study asks of the claim, what was struck, and how many people would settle it."""
    said = []
    struck = settled_matrix().query("claim == @c.name and settled == 'struck'")
    if len(struck):
        said.append(f"Struck: {', '.join(sorted(struck['study']))}.")
    whole = pd.concat([own["measured"], other["measured"]])
    if not whole.isin(["full", "proxy"]).any() and c.needs:
        words = {name: entry["label"]["en"] for name, entry in constructs().items()}
        asked = [" or ".join(words.get(n, n) for n in need.split("|")) for need in c.needs]
        said.append(f"A study needs: {'; '.join(asked)}.")
    if people := people_needed(c.name):
        said.append(people)
    return "\n" + " ".join(said) + "\n" if said else ""


def people_needed(claim: str) -> str:
    """From the simulations: the size at which four studies of five support the claim if true."""
    rates = error_rates()
    if "n_needed" not in rates or claim not in rates.index:
        return ""
    n = rates.loc[claim, "n_needed"]
    return "" if pd.isna(n) else f"About {int(n):,} people settle it, if it is true (simulated)."
