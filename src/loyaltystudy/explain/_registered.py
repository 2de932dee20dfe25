"""Registered comparisons: what is given away of their errors beside pooled moments."""

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from loyaltystudy.rsquared import (
    MEASURES,
    RegisteredEstimates,
    deviations,
    subset_r2,
    tails_of,
    worst_tails,
)

SHARE = 0.5  # of a published squared error that one unit may bear
NAMED = ("comparison", "measure", "block", "less", "width")
COLUMNS = (*NAMED, "se", "bias", "freedom", "design", "value", "few", "skew")
UNSEEN = ("alone_cv", "unique_cv")


def block_key(columns: Sequence[str]) -> str:
    """A block by its variables, whatever it is called and however these are coded."""
    return "+".join(sorted({column.split("=")[0] for column in columns}))


def comparison_key(outcome: str, blocks: Mapping[str, Sequence[str]], controls=()) -> str:
    """A comparison by its variables.

    >>> comparison_key("loyalty", {"people": ["age=2", "age=3", "gender"], "bond": ["likes"]})
    'loyalty ~ age+gender | likes'
    """
    sides = " | ".join(sorted(block_key(columns) for columns in blocks.values()))
    given = f" given {block_key(controls)}" if controls else ""
    return f"{outcome} ~ {sides}{given}"


def registered_lines(frame, values, without, strata, unseen: dict) -> pd.DataFrame:
    """Standard errors, units behind them (3 digits), skewness and biases (2) of the measures.

    ``frame``: of rows; ``values``, ``without``, ``strata``: R² of every subset, without each unit
    in turn, and the units' strata or None; ``unseen``: cross-validated figures: ``all``, ``alone``,
    ``unique``.

    Returns
    -------
    DataFrame
        A line a block and measure, and a line a pair of blocks and measure (``block``, ``less``).
        Lines of which one unit bears more than half the squared error are left out.
    """
    root, bias, freedom = deviations(values, without, strata)
    keys = [block_key(columns) for columns in frame.blocks.values()]
    few, skew = worst_tails([tails_of(of(root)) for of in MEASURES.values()])
    lines = []
    for measure, of in MEASURES.items():
        d, b = of(root), of(bias)
        for j, key in enumerate(keys):
            line = {"measure": measure, "block": key, "width": int(frame.widths[j])}
            line |= {"few": _digits(few[j], 3), "skew": _digits(skew[j], 2)}
            line |= {"bias": _digits(b[j], 2)}
            lines.append(line | {"d": d[:, j]})
        for i, j in combinations(range(len(keys)), 2):
            line = {"measure": measure, "block": keys[i], "less": keys[j]}
            lines.append(line | {"d": d[:, i] - d[:, j]})
    text = [_with_error(line) for line in lines if _spread(line["d"])]
    for measure in UNSEEN:
        figures = zip(keys, unseen[measure.removesuffix("_cv")], strict=True)
        text += [{"measure": measure, "block": key, "value": round(v, 3)} for key, v in figures]
    text.append({"measure": "r2_cv", "value": round(unseen["all"], 3)})
    by_design = frame.clusters is not None or strata is not None
    key = comparison_key(frame.outcome, frame.blocks, frame.controls)
    table = pd.DataFrame(text).assign(comparison=key, freedom=freedom, design=int(by_design))
    return table.reindex(columns=COLUMNS)


def _spread(d: np.ndarray) -> bool:
    """Whether no unit bears more than half of a squared error."""
    total = (d**2).sum()
    return total > 0 and (d**2).max() <= SHARE * total


def _with_error(line: dict) -> dict:
    se = float(np.sqrt((line.pop("d") ** 2).sum()))
    return line | {"se": _digits(se, 3)}


def _digits(value: float, digits: int) -> float:
    return float(f"{value:.{digits}g}")


def read_lines(lines: pd.DataFrame, whole, outcome, blocks, controls) -> RegisteredEstimates:
    """Estimates of a comparison from moments and its registered lines."""
    keys = [block_key(columns) for columns in blocks.values()]
    values = subset_r2(whole, outcome, list(blocks.values()), controls)
    text = lines[lines["less"].isna() & lines["measure"].isin(MEASURES)]
    covariance = {m: _covariance(lines[lines["measure"] == m], keys) for m in MEASURES}
    root, freedom = np.empty((0, len(values))), float(lines["freedom"].iloc[0])
    known = {"covariance": covariance, "by_design": bool(lines["design"].iloc[0])}
    bias, tails = _bias(lines, keys, len(values)), _tails(text, keys)
    return RegisteredEstimates(values, bias, root, freedom, tails, **known)


def _tails(text: pd.DataFrame, keys: list[str]) -> np.ndarray:
    """How many units each block's errors rest on, and how skewed they are: in all of its lines."""
    known = text.drop_duplicates("block").set_index("block")
    known = known.reindex(columns=["few", "skew"]).fillna({"skew": 0.0})  # files before had no skew
    return known.reindex(keys).to_numpy().T


def _covariance(lines: pd.DataFrame, keys: list[str]) -> np.ndarray:
    """From errors of blocks and of differences: cov = (a² + b² - (a - b)²) / 2."""
    single = lines[lines["less"].isna()].set_index("block")["se"]
    pairs = lines[lines["less"].notna()].set_index(["block", "less"])["se"]
    variance = np.array([single.get(key, np.nan) for key in keys]) ** 2
    c = np.diag(variance)
    for i, j in combinations(range(len(keys)), 2):
        a, b = keys[i], keys[j]
        gap = pairs.get((a, b), pairs.get((b, a), np.nan))
        c[i, j] = c[j, i] = (variance[i] + variance[j] - gap**2) / 2
    return c


def _bias(lines: pd.DataFrame, keys: list[str], subsets: int) -> np.ndarray:
    """A bias of every subset that gives the measures' own: the shortest of those that do."""
    text = lines[lines["less"].isna()].set_index(["measure", "block"])["bias"]
    unit, rows, wanted = np.eye(subsets), [], []
    for measure, of in MEASURES.items():
        contrasts = of(unit).T
        for j, key in enumerate(keys):
            if np.isfinite(value := text.get((measure, key), np.nan)):
                rows.append(contrasts[j])
                wanted.append(value)
    if not rows:
        return np.zeros(subsets)
    return np.linalg.lstsq(np.array(rows), np.array(wanted), rcond=1e-10)[0]


def unseen_figures(lines: pd.DataFrame, blocks) -> dict:
    """Cross-validated figures from registered lines, in the order of the blocks."""
    keys = [block_key(columns) for columns in blocks.values()]
    table = lines.set_index(["measure", "block"])["value"]
    figures = {m.removesuffix("_cv"): np.array([table[m, key] for key in keys]) for m in UNSEEN}
    return figures | {"all": float(lines.loc[lines["measure"] == "r2_cv", "value"].iloc[0])}
