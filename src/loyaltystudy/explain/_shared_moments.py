"""``moments.csv`` and ``estimates.csv``: what is given away of a study in place of its rows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError, refuse
from loyaltystudy.explain._crossvalidation import linear_unseen
from loyaltystudy.explain._estimation import without_units
from loyaltystudy.explain._frame import Frame
from loyaltystudy.explain._registered import COLUMNS, registered_lines
from loyaltystudy.explain._release import breaches, nominal_columns, repaired
from loyaltystudy.rsquared import row_moments
from loyaltystudy.survey import SharedMoments, write_whole


@dataclass(frozen=True, eq=False)
class Release:
    """What may be given away: made by :func:`make_release`, written by :func:`write_release`.

    Attributes
    ----------
    rows : DataFrame
        The rows whose moments these are; never written.
    weights : ndarray
    estimates : DataFrame
        Lines of ``estimates.csv``.
    done : list of str
        What was joined, coded or left out so that nobody stands out.
    """

    rows: pd.DataFrame
    weights: np.ndarray
    estimates: pd.DataFrame
    done: list[str]


def make_release(frame: Frame, comparisons: Sequence[Sequence[str]], seed: int = 0) -> Release:
    """What may be given away of the rows of a model frame.

    Parameters
    ----------
    frame : Frame
        Of rows: the outcome, and every block that is to be given away.
    comparisons : list of lists of str
        Registered comparisons: names of the frame's blocks.
    seed : int
        Of the folds of cross-validation.

    Raises
    ------
    SurveyError
        If the frame has no rows, or too few people for any repair.
    """
    if frame.rows is None:
        raise SurveyError("Moments are given away of rows; these data have none at hand.")
    rows, done = repaired(frame.rows[frame.columns], frame.weights, frame.outcome)
    lines = []
    for names in comparisons:
        part = _narrowed(frame, rows, names)
        if part is not None:
            figures = (*without_units(part), part.strata)
            lines.append(registered_lines(part, *figures, linear_unseen(part, seed)))
    kept = pd.concat(lines, ignore_index=True) if lines else pd.DataFrame(columns=COLUMNS)
    return Release(rows, frame.weights, kept.drop_duplicates(), done)


def _narrowed(frame: Frame, rows: pd.DataFrame, names: Sequence[str]) -> Frame | None:
    """The frame of some of its blocks, of what repair left of their columns."""
    blocks = {name: [c for c in frame.blocks[name] if c in rows] for name in names}
    blocks = {name: columns for name, columns in blocks.items() if columns}
    controls = [c for c in frame.controls if c in rows]
    if len(blocks) < len(names):
        return None
    part = replace(frame, blocks=blocks, controls=controls, rows=rows)
    return replace(part, rows=rows[part.columns])


def write_release(release: Release, folder) -> None:
    """Write ``moments.csv`` and ``estimates.csv``; refused if a person could be read out.

    ``moments.csv``: a row a variable with n, weight, weight2, count (people in the category),
    mean, then the centred cross-products with each variable (lower triangle).

    Raises
    ------
    SurveyError
        With everything that forbids it.
    """
    refuse(breaches(release.rows, release.weights), heading="Moments that must not be given away")
    folder = Path(folder)
    moments = moments_table(release.rows, release.weights)
    for name, table in (("moments", moments), ("estimates", release.estimates)):
        text = table.to_csv(index=False, float_format="%.12g", lineterminator="\n")
        write_whole(folder / f"{name}.csv", text)


def moments_table(rows: pd.DataFrame, w: np.ndarray) -> pd.DataFrame:
    """Moments of all rows as the table of ``moments.csv``."""
    m = row_moments(rows.to_numpy(float), w, tuple(rows.columns))
    dummies = {c for columns in nominal_columns(m.columns).values() for c in columns}
    counts = [(rows[c] > 0.5).sum() if c in dummies else np.nan for c in m.columns]
    sizes = {"n": int(m.n), "weight": float(m.weight), "weight2": float(m.weight2)}
    table = pd.DataFrame({**sizes, "variable": m.columns, "count": counts, "mean": m.mean})
    lower = np.where(np.tri(len(m.columns), dtype=bool), m.cross, np.nan)
    return pd.concat([table, pd.DataFrame(lower, columns=list(m.columns))], axis=1)


def read_shared(folder) -> SharedMoments:
    """Moments and registered errors from a folder that :func:`write_release` filled."""
    folder = Path(folder)
    lines = folder / "estimates.csv"
    registered = pd.read_csv(lines) if lines.is_file() else None
    return SharedMoments.from_table(pd.read_csv(folder / "moments.csv"), registered)
