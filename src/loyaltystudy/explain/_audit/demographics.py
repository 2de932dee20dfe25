"""Demographics at their best: splines, all categories, interactions; judged cross-validated."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd

from loyaltystudy.explain._audit.baseline import Audited, not_given, order_row, row
from loyaltystudy.explain._columns import dummies, variables
from loyaltystudy.explain._crossvalidation import Unseen, cross_validated_r2, folds_of
from loyaltystudy.explain._frame import Frame
from loyaltystudy.rsquared import dominance_r2

CHECK, BLOCK = "best_demographics", "demographics"
FEW = 7  # a numeric column with at most so many values becomes dummies, with more a spline
KNOTS = (0.05, 0.35, 0.65, 0.95)  # Harrell's quantiles for four knots
SHRINK = (0.1, 0.3, 1.0, 3.0, 10.0)  # added to the diagonal, as multiples of it
WIDEST = 500  # columns of demographics with interactions
MOST_BLOCKS = 8  # 256 subsets, each cross-validated


def best_demographics(audited: Audited) -> list[dict]:
    """The comparison with the version of the demographics that predicts best.

    Versions: as given; flexible (restricted cubic splines with four knots, dummies of numeric
    columns with up to seven values); flexible with all two-way interactions between variables,
    fitted plainly where there are three rows a column, and shrunken by ridge at five strengths.
    The version with the highest cross-validated R² alone is taken, which favours demographics a
    little, as it should here. Knots are quantiles of the predictor in all rows; coefficients come
    from the training folds alone.
    """
    frame = audited.frame
    if BLOCK not in frame.blocks:
        return not_given(CHECK, f"No block named {BLOCK!r} in this comparison.")
    if frame.rows is None:
        return not_given(CHECK, "Needs rows to make splines and interactions; these are moments.")
    if len(frame.blocks) > MOST_BLOCKS:
        return not_given(CHECK, f"Made for at most {MOST_BLOCKS} blocks; join some.")
    frames, lines = versions(frame)
    rows = [r for name, made in frames.items() for r in _version_rows(audited, *made, name)]
    alone = {name: rows[2 * i]["estimate"] for i, name in enumerate(frames)}
    best = max(frames, key=lambda name: alone[name])
    base = _dominance(audited, frame)
    new = base if best == "as given" else _dominance(audited, *frames[best])
    rows += [row("as_compared", b, "dominance_cv", v) for b, v in base.items()]
    rows += [row(CHECK, b, "dominance_cv", v, f"Demographics {best}.") for b, v in new.items()]
    width = len(frames[best][0].blocks[BLOCK])
    said = f"Demographics at their best, {best} ({width} columns), all cross-validated"
    summary = order_row(CHECK, said, new, audited, base)
    summary["note"] += lines
    return [*rows, summary]


def versions(frame: Frame) -> tuple[dict[str, tuple[Frame, float]], str]:
    """Frame and shrinkage: demographics as given, flexible, with interactions, and shrunken."""
    parts = [flexible(frame.rows, own) for own in variables(frame.blocks[BLOCK]).values()]
    found = {"as given": (frame, 0.0)}
    wide = pd.concat(parts, axis=1)
    if set(wide) != set(frame.blocks[BLOCK]):
        found["flexible"] = (_with(frame, wide), 0.0)
    crossed = [_products(a, b) for a, b in combinations(parts, 2)]
    if not crossed:
        return found, " One demographic variable: no interactions."
    wide = independent(pd.concat([wide, *crossed], axis=1))
    others = sum(len(c) for b, c in frame.blocks.items() if b != BLOCK) + len(frame.controls)
    if wide.shape[1] > WIDEST:
        return found, f" Interactions left out: {wide.shape[1]} columns."
    crossed = _with(frame, wide)
    if wide.shape[1] + others <= len(frame.rows) / 3:
        found["flexible with interactions"] = (crossed, 0.0)
    for shrink in SHRINK:
        found[f"flexible with interactions, ridge {shrink:g}"] = (crossed, shrink)
    return found, ""


def flexible(rows: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Dummies as they are; a numeric column as dummies of its values or as a spline."""
    if len(columns) > 1 or "=" in columns[0]:
        return rows[columns]
    x = rows[columns[0]]
    if x.nunique() <= 2:
        return x.to_frame()
    if x.nunique() <= FEW:
        return dummies(x.astype("category"))
    return independent(restricted_cubic_spline(x))


def restricted_cubic_spline(x: pd.Series) -> pd.DataFrame:
    r"""A natural cubic spline: linear beyond the outer knots; columns x, x', x''.

    With knots :math:`t_1 < \dots < t_k` and :math:`u_+ = \max(u, 0)`, column j + 1 is

    .. math:: \frac{(x - t_j)_+^3 - (x - t_{k-1})_+^3 \frac{t_k - t_j}{t_k - t_{k-1}}
              + (x - t_k)_+^3 \frac{t_{k-1} - t_j}{t_k - t_{k-1}}}{(t_k - t_1)^2}

    Reference: Harrell (2015), Regression modeling strategies, 2.4.5. R: ``Hmisc::rcspline.eval``.
    """
    t, name = np.unique(x.quantile(list(KNOTS))), str(x.name)
    columns = {name: x.to_numpy(float)}

    def cubed(knot: float) -> np.ndarray:
        return np.maximum(columns[name] - knot, 0) ** 3

    for j in range(len(t) - 2):
        span = t[-1] - t[-2]
        bend = cubed(t[j]) - cubed(t[-2]) * (t[-1] - t[j]) / span
        bend += cubed(t[-1]) * (t[-2] - t[j]) / span
        columns[f"{name}{chr(39) * (j + 1)}"] = bend / (t[-1] - t[0]) ** 2
    return pd.DataFrame(columns, index=x.index)


def independent(table: pd.DataFrame) -> pd.DataFrame:
    """Columns that are neither constant nor combinations of those before (empty cells go)."""
    kept, basis = [], np.ones((len(table), 1)) / np.sqrt(len(table))
    for name in table:
        column = table[name].to_numpy(float)
        # Gram-Schmidt twice: once leaves what rounding lost of nearly dependent columns
        rest = column - basis @ (basis.T @ column)
        rest -= basis @ (basis.T @ rest)
        length = np.sqrt(rest @ rest)
        if length > 1e-7 * max(np.sqrt(column @ column), 1e-300):
            kept.append(name)
            basis = np.column_stack([basis, rest / length])
    return table[kept]


def _products(a: pd.DataFrame, b: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame({f"{x} x {y}": a[x] * b[y] for x in a for y in b})


def _with(frame: Frame, wide: pd.DataFrame) -> Frame:
    rest = frame.rows.drop(columns=frame.blocks[BLOCK])
    blocks = {**frame.blocks, BLOCK: list(wide)}
    return replace(frame, blocks=blocks, rows=pd.concat([rest, wide], axis=1))


def _r2(audited: Audited, frame: Frame, shrink: float, subsets) -> np.ndarray:
    """Cross-validated R² of subsets of blocks, on the same folds for every version."""
    folds, at = folds_of(frame, audited.seed), {c: i for i, c in enumerate(frame.columns)}
    if folds is None:
        return np.full(len(subsets), np.nan)
    models = [frame.members(subset) for subset in subsets]
    if not shrink:
        return cross_validated_r2(folds, models, at[frame.outcome])
    shrunken = {at[c] for c in frame.blocks[BLOCK]}
    return ridge_r2(folds, models, at[frame.outcome], shrunken, shrink)


def ridge_r2(folds: Unseen, models, y: int, shrunken: set[int], shrink: float) -> np.ndarray:
    """As ``cross_validated_r2``, with ``shrink`` times their variance added to some columns."""
    test, train = folds.test, folds.train
    shift = test.mean - train.mean
    sst = test.cross[..., y, y] + test.weight * shift[..., y] ** 2
    found = []
    for columns in models:
        xx, xy = train.cross[..., columns, :][..., columns], train.cross[..., columns, y]
        more = np.diag([shrink * (c in shrunken) for c in columns]) + 1e-9 * np.eye(len(columns))
        floor = 1e-9 * train.weight[..., None, None] * np.eye(len(columns))
        b = np.linalg.solve(xx * (1 + more) + floor, xy[..., None])[..., 0]
        form, used = np.concatenate([-b, np.ones((*b.shape[:-1], 1))], axis=-1), [*columns, y]
        within = np.einsum("...i,...ij,...j", form, test.cross[..., used, :][..., used], form)
        sse = within + test.weight * (form * shift[..., used]).sum(-1) ** 2
        found.append(np.mean(1 - sse.sum(axis=0) / sst.sum(axis=0)) if columns else 0.0)
    return np.array(found)


def _dominance(audited: Audited, frame: Frame, shrink: float = 0.0) -> pd.Series:
    values = _r2(audited, frame, shrink, range(1 << len(frame.blocks)))
    return pd.Series(dominance_r2(values), index=list(frame.blocks))


def _version_rows(audited: Audited, frame: Frame, shrink: float, name: str) -> list[dict]:
    """What demographics reach alone and add to all others, in one version."""
    bit, full = 1 << list(frame.blocks).index(BLOCK), (1 << len(frame.blocks)) - 1
    none, alone, rest, whole = _r2(audited, frame, shrink, [0, bit, full ^ bit, full])
    width = len(frame.blocks[BLOCK])
    note = f"Demographics {name}, {width} column{'s' * (width > 1)}; on rows not seen."
    return [
        row(CHECK, f"{BLOCK} ({name})", "alone_cv", alone - none, note),
        row(CHECK, f"{BLOCK} ({name})", "unique_cv", whole - rest, note),
    ]
