"""The comparison with curves and interactions for every block alike."""

from functools import partial

import numpy as np

from loyaltystudy.errors import SurveyError, refuse
from loyaltystudy.explain._crossvalidation import row_folds
from loyaltystudy.explain._frame import Frame
from loyaltystudy.explain._tables import Variant, adjusted_r2
from loyaltystudy.rsquared import Estimates, curved_basis, curved_left_out, subset_r2

SHAPES = ("linear", "curved")
MOST_BLOCKS = 8
ROWS_PER_COLUMN = 3


class CurvedModels:
    """Every subset of blocks with curves of its columns and products of every two."""

    def __init__(self, frame: Frame) -> None:
        _check(frame)
        self.frame = frame
        x, variable = frame.array[:, :-1], [c.partition("=")[0] for c in frame.columns[:-1]]
        self.basis, self.note = curved_basis(x, frame.weights, variable), "curves and products"
        most = len(x) / ROWS_PER_COLUMN
        if self.basis.x.shape[1] > most:
            wide, self.note = self.basis.x.shape[1], "curves without products"
            self.basis = curved_basis(x, frame.weights, variable, products=False)
            self.note += f" ({wide} columns would be more than a third of the {len(x)} rows)"
        wide = self.basis.x.shape[1]
        if wide > most:
            raise SurveyError(
                f"shape='curved': {wide} columns of curves for {len(x)} rows, more than a third. "
                "Take fewer columns, more respondents, or shape='linear'."
            )

    def variant(self) -> tuple[Variant, str]:
        """Estimates of every subset, and a sentence on what was fitted."""
        frame, y = self.frame, self.frame.array[:, -1]
        every = [frame.members(subset) for subset in range(1 << len(frame.blocks))]
        by_row = partial(curved_left_out, self.basis, y, frame.weights, every)
        values, without, ranks = by_row(frame.clusters)
        without = frame.calibrated(values, without, lambda: by_row()[1])
        found = Estimates.from_units(values, without)
        note = f"{self.note} for every block alike, {ranks[-1]} columns in all"
        return Variant(found, adjusted_r2(frame, found, ranks), ranks), note

    def folds(self, seed: int):
        """Moments of the basis and the outcome in every fold, and the columns of any predictors."""
        frame, y = self.frame, self.frame.array[:, -1:]
        x = np.column_stack([self.basis.x, (y - y.mean()) / y.std()])
        return row_folds(x, frame, seed, [*map(str, range(x.shape[1]))])


def _check(frame: Frame) -> None:
    problems = []
    if frame.rows is None:
        problems.append("shape='curved': needs rows to make curves of; these are moments.")
    if frame.strata is not None:
        problems.append("shape='curved': not made for strata. Leave them out of the design.")
    if len(frame.blocks) > MOST_BLOCKS:
        problems.append(f"shape='curved': {len(frame.blocks)} blocks; at most {MOST_BLOCKS}.")
    refuse(problems)
    # constant and collinear columns are named as in the linear comparison
    subset_r2(frame.whole, frame.outcome, [frame.columns[:-1]])
