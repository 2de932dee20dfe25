"""Equal degrees of freedom: what would a block of the same width reach by chance?"""

from dataclasses import replace

import numpy as np

from loyaltystudy.explain._audit.baseline import Audited, dominances, not_given, order_row, row
from loyaltystudy.rsquared import MEASURES, Moments, row_moments, stack

CHECK = "equal_width"
PERMUTATIONS = 100
FEWER = 20  # in over 10,000 rows, where chance R² is small and so is its spread


def equal_width(audited: Audited) -> list[dict]:
    """Each measure less its mean over permutations of the block's rows, the others as they are.

    The permuted block keeps its columns and their correlations, so it has the same degrees of
    freedom; what it reaches is what width alone buys. The interval is the comparison's own: it
    is for the population value, which no width enlarges.
    """
    frame = audited.frame
    if frame.rows is None:
        return not_given(CHECK, "Needs rows to permute; these are moments.")
    table = audited.comparison.table.set_index(["measure", "block"])
    rows = []
    chance = {block: _chance(audited, j) for j, block in enumerate(frame.blocks)}
    for measure in MEASURES:
        for j, block in enumerate(frame.blocks):
            by_chance, found = chance[block][measure], table.loc[(measure, block)]
            wide = f"{frame.widths[j]} column{'s' * int(frame.widths[j] > 1)}"
            note = f"Permuted, its {wide} still reach {by_chance:.3f}, of {found['estimate']:.3f}."
            estimate = found["estimate"] - by_chance
            rows.append(row(CHECK, block, measure, estimate, note, found["low"], found["high"]))
    said = "Less what a permuted block of the same width reaches"
    return [*rows, order_row(CHECK, said, dominances(rows), audited)]


def _chance(audited: Audited, block: int) -> dict[str, float]:
    """Mean of each measure of one block over permutations of its rows."""
    frame, rng = audited.frame, np.random.default_rng([audited.seed, block])
    x = frame.rows[frame.columns].to_numpy()
    # in standard deviations, so that cross-products lose no digits to columns of large numbers
    x = (x - frame.weights @ x / frame.weights.sum()) / x.std(axis=0)
    names = list(frame.blocks.values())[block]
    at = [frame.columns.index(c) for c in names]
    draws = FEWER if len(x) > 10_000 else PERMUTATIONS
    whole = row_moments(x, frame.weights, frame.whole.columns)
    parts = [_permuted(x, at, rng.permutation(len(x)), frame.weights, whole) for _ in range(draws)]
    values = frame.subset_r2(stack(parts))
    return {m: float(of(values)[:, block].mean()) for m, of in MEASURES.items()}


def _permuted(x, at, order, weights, whole: Moments) -> Moments:
    """Moments with some centred columns permuted; only their cross-products are made anew."""
    # whole rows of the block move: its columns keep their correlations with one another
    moved = x[order][:, at]
    # weights stay where they are, so the weighted mean of the moved rows is a new one
    moved = moved - weights @ moved / weights.sum()
    cross = whole.cross.copy()
    cross[at] = (moved * weights[:, None]).T @ x
    cross[:, at] = cross[at].T
    cross[np.ix_(at, at)] = (moved * weights[:, None]).T @ moved
    return replace(whole, cross=cross)
