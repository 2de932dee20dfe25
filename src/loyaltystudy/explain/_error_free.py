"""The comparison on error-free variables: R² of every subset once error variance is taken off."""

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from loyaltystudy.errors import SurveyError
from loyaltystudy.explain._frame import Frame
from loyaltystudy.explain._left_out import LeftOut, leave_out
from loyaltystudy.explain._reliabilities import Reliabilities, rho_of
from loyaltystudy.explain._tables import ROUNDING, Variant
from loyaltystudy.rsquared import (
    CLEAR,
    IMPROPER,
    MEASURES,
    Moments,
    alone_r2,
    error_free,
    indistinct,
    least_eigenvalue,
    lifted,
    surely_possible,
)

NEARLY_ZERO = 1e-6  # least eigenvalue without a unit, below which no R² can be trusted


@dataclass(frozen=True, eq=False)
class ErrorFree:
    """One error-free version of a comparison.

    ``left_out``: the error-free moments and their jackknife, lifted where they had to be;
    ``problem``: why there are no points of blocks beside others, if so; else empty.
    """

    variant: Variant
    left_out: LeftOut
    problem: str


def error_free_versions(frame: Frame, found: Reliabilities) -> list[ErrorFree]:
    """The comparison at the reliabilities, then at every step of assumed ranges."""
    left = leave_out(frame)
    return [_version(frame, left, *rho_of(found, at, frame, left)) for at in found.grid()]


def _version(frame: Frame, left: LeftOut, rho, rho_without) -> ErrorFree:
    columns = tuple(frame.columns)
    left = replace(left, whole=left.whole.select(columns))
    whole = error_free(left.whole, rho)
    least = float(least_eigenvalue(whole))
    without = None if rho_without is None else error_free(left.without, rho_without)
    problem = _problem(whole, least)
    if without is not None and least >= IMPROPER:
        possible = surely_possible(whole, without, NEARLY_ZERO)
        if not possible and (least_eigenvalue(without) < NEARLY_ZERO).any():
            # all lifted alike, so that the units still differ by what each of them does alone
            whole = error_free(left.whole, lifted(left.whole, rho))
            without = error_free(left.without, lifted(left.without, rho_without))
            problem = f"{_indistinct(whole)}; intervals with reliabilities raised until possible"
    changed = replace(left, whole=whole, without=without)
    return ErrorFree(_estimated(frame, changed, problem, least), changed, problem)


def _problem(whole: Moments, least: float) -> str:
    if least < IMPROPER:
        return (
            f"{_indistinct(whole)} (impossible matrix): no R² beside others is given, "
            "alone where it is possible"
        )
    if least < CLEAR:
        return f"{_indistinct(whole)}; intervals hold, points of blocks beside others do not"
    return ""


def _indistinct(whole: Moments) -> str:
    names = ", ".join(indistinct(whole))
    return f"these cannot be distinguished after correction for error: {names}"


def _estimated(frame: Frame, left: LeftOut, problem: str, least: float) -> Variant:
    improper = least < IMPROPER
    r2 = partial(frame.subset_r2, tolerant=True)
    found = left.estimates(r2, [alone_r2] if improper else [*MEASURES.values()])
    points = found.r2 - found.bias if found.known else found.r2
    if problem:
        clear = _clear(frame, left)
        points = np.where(clear, points, np.nan)
        if improper:
            root = np.where(clear, found.root, 0.0)
            found = replace(found, r2=np.where(clear, found.r2, np.nan), root=root)
    points = np.where(np.abs(points) <= 1 + ROUNDING, points, np.nan)
    return Variant(found, points, frame.ranks, None if improper else lambda: [left])


def _clear(frame: Frame, left: LeftOut) -> np.ndarray:
    """Which subsets have a point: none of the blocks, and single ones that are possible."""
    clear = np.zeros(1 << len(frame.blocks), dtype=bool)
    for subset, own in [(0, []), *((1 << j, b) for j, b in enumerate(frame.blocks.values()))]:
        columns = [*frame.controls, *own, frame.outcome]
        clear[subset] = least_eigenvalue(left.whole.select(columns)) >= CLEAR
        if clear[subset] and left.without is not None:
            rest = least_eigenvalue(left.without.select(columns))
            clear[subset] = bool((rest >= NEARLY_ZERO).all())
    if not clear[0]:
        raise SurveyError(
            f"reliability: the outcome {frame.outcome!r} and the controls cannot be distinguished "
            "after correction. Assume higher reliabilities, or leave the controls out."
        )
    return clear
