"""benchmarks/results/coverage.csv as benchmarks/results/coverage.md."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

INTRODUCTION = """# Coverage of the intervals for explained variance

Share of 95 % intervals that cover the truth, by simulation: `python benchmarks/scripts/coverage.py`
(resumable cell by cell; counts in `coverage.csv`; worlds with exact truths in `coverage_worlds.py`;
the seed of a cell is the CRC-32 of its name). Goal: .93 to .97, to .985 at a true zero, where an
honest interval has one side only. With 2,000 samples a cell one standard error of a coverage of .95
is .005, with 1,000 .007; with the {boot} samples of {draws} draws that the bootstrap got, .013.

Predictors correlate {within} within a block and {between} between blocks (blocks of 4, 4 and 3
columns; a block with no dominance is independent of the others). The truth named is that of the
measure in its row. Kinds: normal; five-point (skewed five-point predictors and errors);
heteroscedastic (error variance .25 + .75 z², z the standardised sum of the predictors); t8
(predictors multivariate t with 8 degrees of freedom, errors t with 8).

Methods: *jackknife* (`explained_interval`: what `compare_blocks` gives from rows, clusters and
groups), *theory* (`heart.theory`: what it gives from a correlation table), *percentile* and *BCa*
bootstrap on the same samples.
"""
MIDDLE = (np.min, np.median, np.max)
HEADINGS = {
    "jackknife": "Jackknife, main grid",
    "theory": "Normal theory (from a correlation table), main grid",
    "percentile": "Percentile bootstrap, same samples",
    "bca": "BCa bootstrap, same samples",
}


def write_table(counts: pd.DataFrame, path: Path) -> None:
    from coverage import BOOTSTRAPPED, DRAWS

    from helpers.coverage_worlds import BETWEEN, WITHIN

    counts = counts.assign(coverage=counts["covered"] / counts["simulations"])
    main = counts[counts["scenario"] == "main"]
    side = counts[counts["scenario"] != "main"]
    parts = [INTRODUCTION.format(boot=BOOTSTRAPPED, draws=DRAWS, within=WITHIN, between=BETWEEN)]
    parts.append(_since(path.with_name("coverage_check.csv")))
    for method, heading in HEADINGS.items():
        parts.append(f"## {heading}\n\n{_grid(main, method, ['kind', 'n', 'measure'])}\n")
    parts.append("## Elsewhere: jackknife\n\n" + _grid(side, "jackknife", ["scenario", "measure"]))
    chi2 = side[side["method"] == "jackknife, chi2"]
    if len(chi2):
        parts.append(
            "\nThe same groups and clusters with the chi² and normal quantiles, as if the standard "
            "error were known:\n\n" + _grid(chi2, "jackknife, chi2", ["scenario", "measure"])
        )
    known = side[side["method"] == "jackknife, units - 1"]
    if len(known):
        parts.append(
            "\nStrata with degrees of freedom one less than the units, not units less strata:\n\n"
            + _grid(known, "jackknife, units - 1", ["scenario", "measure"])
        )
    if "jackknife, rows" in set(side["method"]):
        parts.append(
            "\nThe samples of the groups by hash (`loyaltystudy.survey._keys`, as data in partitions have "
            "them) with each row left out instead:\n\n"
            + _grid(side, "jackknife, rows", ["scenario", "measure"])
        )
    parts.append("\n## Elsewhere: theory\n\n" + _grid(side, "theory", ["scenario", "measure"]))
    parts.append("\n## Adjusted differences between blocks\n\n" + _differences(counts))
    parts.append("\n## Common parts, and conditional dominance\n\n" + _parts(counts))
    parts.append("\n## What falls short\n\n" + _short(counts))
    path.write_text("\n".join(parts))


def _since(file: Path) -> str:
    """What the shorter run of `--check` says of limits that changed after the long one."""
    check = pd.read_csv(file)
    now, before = ([f"{f(check[c]):.3f}" for f in MIDDLE] for c in ("now", "before"))
    return (
        "The tables of the jackknife are of limits without Satterthwaite's degrees of freedom in the upper one, "
        "skewness and the least value of dominance. With these (`--check 1000`: the grid at n 150 and "
        f"500, {len(check)} cells, counts in `coverage_check.csv`) the cells cover {now[1]} in the "
        f"median, {now[0]} to {now[2]}; those of the tables {before[1]}, {before[0]} to {before[2]}. "
        "With 1,000 samples a cell one standard error is .007.\n"
    )


def rows_of(counts: pd.DataFrame) -> pd.Series:
    return (counts["method"] == "jackknife") & (counts["what"] == "effect")


def pooled(counts: pd.DataFrame, method: str, keys: list[str]) -> pd.DataFrame:
    """Coverage of effects by truth, both layouts and all blocks with that truth together."""
    rows = counts[(counts["method"] == method) & (counts["what"] == "effect")]
    sums = rows.groupby([*keys, "truth"], sort=False)[["covered", "simulations"]].sum()
    share = (sums["covered"] / sums["simulations"]).rename("coverage").reset_index()
    return share.pivot_table(index=keys, columns="truth", values="coverage", sort=True)


def _grid(counts: pd.DataFrame, method: str, keys: list[str]) -> str:
    found = pooled(counts, method, keys)
    if found.empty:
        return "Not simulated.\n"
    order = pd.MultiIndex.from_frame(counts[keys].drop_duplicates())
    found = found.loc[[key for key in order if key in found.index]]
    head = [*keys, *(f"{truth:.2f}".lstrip("0") if truth else "0" for truth in found.columns)]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for key, row in found.iterrows():
        cells = [_show(value, truth) for truth, value in row.items()]
        lines.append("| " + " | ".join([*map(str, key), *cells]) + " |")
    return "\n".join(lines) + "\n"


def _show(value: float, truth: float) -> str:
    if np.isnan(value):
        return ""
    text = f"{value:.3f}".lstrip("0") if value < 1 else "1"
    return f"**{text}**" if _outside(value, truth) else text


def _outside(value: float, truth: float) -> bool:
    return value < 0.93 or value > (0.985 if truth == 0 else 0.97)


def _differences(counts: pd.DataFrame) -> str:
    rows = counts[counts["what"] == "difference"]
    lines = [
        "| scenario | kind | n | method | least | mean | most |",
        "|---|---|---|---|---|---|---|",
    ]
    keys = ["scenario", "kind", "n", "method"]
    for key, part in rows.groupby(keys, sort=False)["coverage"]:
        cells = [f"{part.min():.3f}", f"{part.mean():.3f}", f"{part.max():.3f}"]
        lines.append("| " + " | ".join([*map(str, key), *cells]) + " |")
    return "\n".join(lines) + "\n"


PARTS = """What several blocks share (`BlockComparison.commonality`, limits of `Estimates.leaning`)
and conditional dominance with some but not all others in the model. Least, mean and most coverage
over all such parts of a row's worlds, of which the named number had been simulated; *near zero*
are common parts within a tenth of a mean interval's length of zero, where they are bound to be
conservative, *clear* the others.

"""  # what is not listed has not been simulated yet; the script goes on where it stopped


def _parts(counts: pd.DataFrame) -> str:
    rows = counts[counts["method"] == "jackknife"]
    common = rows[rows["what"] == "common"]
    near = common["truth"].abs() < common["length"] / 10
    sorts = {
        "common, clear": common[~near],
        "common, near zero": common[near],
        "conditional": rows[rows["what"] == "conditional"],
    }
    lines = ["| part | scenario | kind | n | parts | least | mean | most |", "|---" * 8 + "|"]
    for name, found in sorts.items():
        for key, share in found.groupby(["scenario", "kind", "n"], sort=False)["coverage"]:
            figures = [f"{v:.3f}" for v in (share.min(), share.mean(), share.max())]
            cells = [name, *map(str, key), str(len(share)), *figures]
            lines.append("| " + " | ".join(cells) + " |")
    return PARTS + "\n".join(lines) + "\n"


def _short(counts: pd.DataFrame) -> str:
    """Every jackknife cell outside the goal, with the side on which it misses."""
    rows = counts[rows_of(counts)]
    keys = ["scenario", "kind", "n", "measure", "truth"]
    sums = rows.groupby(keys, sort=False)[["covered", "below", "above", "simulations"]].sum()
    sums = sums.reset_index()
    share = sums["covered"] / sums["simulations"]
    bad = np.array([_outside(v, t) for v, t in zip(share, sums["truth"], strict=True)])
    main = counts[(counts["scenario"] == "main") & rows_of(counts)]
    below = (main["coverage"] < 0.93).sum()
    lines = [
        f"{sum(bad)} of {len(bad)} jackknife cells lie outside the goal (bold above): "
        f"{sum((share < 0.93) & bad)} below .93, {sum((share > 0.93) & bad)} above .97 (or .985).",
        f"(Each block of a world counted by itself, {below} of the {len(main)} of the main grid "
        f"lies below .93: {main['coverage'].min():.4f}.)",
        "",
        "| scenario | kind | n | measure | truth | coverage | truth below | truth above |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row, value in zip(sums[bad].itertuples(), share[bad], strict=True):
        misses = (row.below / row.simulations, row.above / row.simulations)
        cells = [row.scenario, row.kind, row.n, row.measure, f"{row.truth:g}", f"{value:.3f}"]
        lines.append("| " + " | ".join([*map(str, cells), *(f"{m:.3f}" for m in misses)]) + " |")
    return "\n".join(lines) + "\n"
