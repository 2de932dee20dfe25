"""Reliabilities of the columns of a comparison: omega of the scales, or what the user assumes."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np

from loyaltystudy.errors import SurveyError, refuse
from loyaltystudy.explain._frame import Frame
from loyaltystudy.explain._left_out import LeftOut
from loyaltystudy.scales import Statistic, alpha_of, fit_one_factor, omega_of
from loyaltystudy.survey import Study

STEPS = 4  # reliabilities tried in an assumed range
MOST_RANGES = 3

Range = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Reliabilities:
    """Reliability of each column that is corrected.

    ``kinds``: column to ``"omega"``, ``"alpha"`` or ``"assumed"``; ``rho``: column to its
    reliability; of a range the middle; ``ranges``: column to the range that is assumed; ``pulls``:
    column to what each row of the frame pulls its reliability by, where that is estimated.
    """

    kinds: dict[str, str]
    rho: dict[str, float]
    ranges: dict[str, Range]
    pulls: dict[str, np.ndarray]

    def grid(self) -> list[dict[str, float]]:
        """The values first, then every combination of steps through the ranges."""
        steps = [np.linspace(*limits, STEPS) for limits in self.ranges.values()]
        every = [dict(zip(self.ranges, map(float, at), strict=True)) for at in product(*steps)]
        return [self.rho, *({**self.rho, **at} for at in every if at)]

    def words(self, columns) -> str:
        """What was corrected, by what; and what was taken as free of error."""
        done = [self._word(c) for c in columns if c in self.rho]
        left = list(dict.fromkeys(c.partition("=")[0] for c in columns if c not in self.rho))
        free = f"; taken as free of error: {', '.join(left)}" if left else ""
        return f"error-free variables by reliabilities {', '.join(done)}{free}"

    def _word(self, column: str) -> str:
        if column in self.ranges:
            low, high = self.ranges[column]
            return f"{column} assumed {low:g} to {high:g}"
        return f"{column} {self.kinds[column]} {self.rho[column]:.3f}"


def find_reliabilities(data, frame: Frame, asked) -> Reliabilities:
    """Reliabilities of the frame's columns: ``"omega"``, or a dict of column to a number, a range
    or ``"omega"``.
    """
    if isinstance(asked, str) and asked == "omega":
        if not isinstance(data, Study):
            raise SurveyError(
                "reliability='omega': needs a Study, whose scales have items. For columns give "
                "their reliabilities, e.g. reliability={'loyalty': .8, 'trust': (.6, .9)}."
            )
        scales = [c for c in frame.columns if len(_items(data, c)) > 1]
        if not scales:
            raise SurveyError(
                "reliability='omega': no scale of two items or more is compared. Assume "
                "reliabilities, e.g. reliability={'trust': (.6, .9)}."
            )
        asked = dict.fromkeys(scales, "omega")
    _check_asked(asked, data, frame)
    if "omega" in asked.values() and frame.rows is None:
        raise SurveyError(
            "reliability: omega needs the respondents' answers; these are moments. Give numbers."
        )
    kinds, rho, ranges, pulls = {}, {}, {}, {}
    for column, given in asked.items():
        if isinstance(given, str):
            if found := scale_reliability(data, frame, column):
                kinds[column], rho[column], pulls[column] = found
        elif isinstance(given, tuple | list):
            kinds[column], ranges[column] = "assumed", (float(given[0]), float(given[1]))
            rho[column] = float(np.mean(given))
        else:
            kinds[column], rho[column] = "assumed", float(given)
    return Reliabilities(kinds, rho, ranges, pulls)


def _check_asked(asked, data, frame: Frame) -> None:
    if not isinstance(asked, Mapping) or not asked:
        raise SurveyError(
            f"reliability={asked!r}: give 'omega', or a dict of columns to reliabilities, e.g. "
            "{'loyalty': .8, 'trust': (.6, .9)}."
        )
    problems = []
    for column, given in asked.items():
        if column not in frame.columns:
            problems.append(f"{column!r} is no column of the comparison: {[*frame.columns]}.")
        elif isinstance(given, str) and given == "omega":
            if not isinstance(data, Study) or len(_items(data, column)) < 2:
                problems.append(f"{column!r} has no items to take omega from; assume a range.")
        elif not _possible(given):
            problems.append(f"{column!r}: {given!r}; a number above 0, at most 1, or (low, high).")
    if sum(isinstance(given, tuple | list) for given in asked.values()) > MOST_RANGES:
        problems.append(f"at most {MOST_RANGES} ranges at once; give numbers for the others.")
    refuse(problems, heading="reliability")


def _possible(given) -> bool:
    try:
        ends = np.atleast_1d(np.asarray(given, float))
    except (TypeError, ValueError):
        return False
    share = bool(((ends > 0) & (ends <= 1)).all()) and not isinstance(given, bool)
    return share and len(ends) in (1, 2) and bool(ends[0] <= ends[-1])


def _items(study: Study, column: str) -> tuple[str, ...]:
    scale = study.codebook.scales.get(column)
    items = scale.items if scale else ()
    return items if all(item in study.answers for item in items) else ()


def scale_reliability(study: Study, frame: Frame, scale: str):
    """Kind, value and influence of each row of the frame on a scale's reliability, or None.

    Omega of a one-factor model fitted by maximum likelihood to the items of every respondent who
    answered them all, weighted as the codebook says; alpha for two items, and where omega is not
    between 0 and 1. The influence is that of the row's share of the weights; none of a row with an
    item missing.
    """
    items, weight = study.keyed(_items(study, scale)), study.codebook.design.weight
    x = items.to_numpy(float)
    complete = ~np.isnan(x).any(axis=1)
    w = study.answers[weight].to_numpy(float) if weight else np.ones(len(x))
    share = np.where(complete & (w > 0), w, 0.0)
    share /= share.sum()
    x = np.where(share[:, None] > 0, x, 0.0)
    away = np.where(share[:, None] > 0, x - share @ x, 0.0)
    s = (away * share[:, None]).T @ away
    everyone = len(x) == len(frame.rows)
    at = slice(None) if everyone else items.index.get_indexer(frame.rows.index)
    for kind, of in (("omega", _omega), ("alpha", alpha_of)):
        found = of(s)
        if found is not None and 0 < found.value <= 1:
            return kind, found.value, found.influence(away[at], s) * share[at]
    return None


def _omega(s: np.ndarray) -> Statistic | None:
    """Omega total; None of two items, and where the one-factor model does not converge."""
    loadings, errors = fit_one_factor(s)
    return None if np.isnan(loadings).any() else omega_of(loadings, errors, s)


def rho_of(found: Reliabilities, values: Mapping[str, float], frame: Frame, left: LeftOut):
    """Reliability of each column, of all rows and without each unit (None without units)."""
    rho = np.array([values.get(c, 1.0) for c in frame.columns])
    if left.without is None:
        return rho, None
    jack = np.broadcast_to(rho, left.without.mean.shape).copy()
    for j, column in enumerate(frame.columns):
        if column in found.pulls and left.unit is not None:
            jack[:, j] += _change(found.pulls[column], frame.weights / frame.weights.sum(), left)
    return rho, jack


def _change(pull: np.ndarray, share: np.ndarray, left: LeftOut) -> np.ndarray:
    """First-order change of a statistic without each unit, from what each row pulls it by."""
    units = len(left.without.n)
    pulled, weight = (np.bincount(left.unit, v, minlength=units) for v in (pull, share))
    if left.raking is not None:
        pulled = left.raking.unit_sums(pull[:, None])[:, 0]
    if left.strata is None:
        return -pulled / (1 - weight)
    at = np.unique(left.strata, return_inverse=True)[1]
    sizes = np.bincount(at)
    means = np.bincount(at, pulled) / sizes
    # the rest of the stratum is weighted up for the unit left out
    return -(sizes / (sizes - 1))[at] * (pulled - means[at])
