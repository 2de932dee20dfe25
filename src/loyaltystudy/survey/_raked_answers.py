"""Answers weighted to the margins of their codebook, as they are read."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError, refuse
from loyaltystudy.survey._margins import RAKED, Group, margin_groups
from loyaltystudy.survey._raking import MOST_CELLS, Raking
from loyaltystudy.survey._schema import Codebook


def raked_answers(answers: pd.DataFrame, book: Codebook):
    """Answers with the raked weight, its :class:`Raking`, and what readers are to know of it.

    People without a base weight above zero, a cluster or a stratum have no raked weight. Someone
    who gave no answer to a margin's variable keeps the share that those without an answer have by
    base weights: for that margin no group is made more or less of on their account.

    Raises
    ------
    SurveyError
        Naming margins whose variable has no column, answers that lie in no group, groups in which
        nobody answered, tables too large, and margins that cannot be reached.
    """
    design = book.design
    margins = {n: margin_groups(book.variables[n], m)[0] for n, m in design.margins.items()}
    absent = [name for name in margins if name not in answers]
    if absent:
        raise SurveyError(f"design: margins of {absent}, to which there are no answers at hand.")
    known = _known(answers, book)
    if not known.any():
        raise SurveyError("design: nobody has a weight above zero; there is nothing to rake.")
    people = answers[known]
    places = [_places(people[name].to_numpy(float), groups) for name, groups in margins.items()]
    problems = _problems(people, margins, places)
    cells = np.prod([len(groups) + 1.0 for groups in margins.values()])
    if cells > MOST_CELLS:
        problems.append(
            f"{cells:,.0f} cells of all margins; at most {MOST_CELLS:,}. Join groups, or leave a "
            "margin out."
        )
    refuse(problems, heading="design: margins")
    raking = _raking(people, book, margins, np.column_stack(places))
    weights = pd.Series(np.nan, index=answers.index)
    weights[known] = raking.weights
    order = [name for name in book.columns if name in answers or name == RAKED]
    answers = answers.assign(**{RAKED: weights})[order]
    return answers, raking, _notes(book, raking)


def _known(answers: pd.DataFrame, book: Codebook) -> np.ndarray:
    """Who has a base weight above zero, a cluster and a stratum."""
    design, known = book.design, np.ones(len(answers), dtype=bool)
    for name in filter(None, (design.cluster, design.strata)):
        known &= answers[name].notna().to_numpy()
    if design.base_weight:
        known &= answers[design.base_weight].to_numpy(float) > 0
    return known


def _places(values: np.ndarray, groups: Sequence[Group]) -> np.ndarray:
    """The number of each answer's group; the last for no answer, -1 for an answer in none."""
    place = np.where(np.isnan(values), len(groups), -1)
    for number, group in enumerate(groups):
        place[group.holds(values)] = number
    return place


def _problems(people: pd.DataFrame, margins, places) -> list[str]:
    problems = []
    for (name, groups), place in zip(margins.items(), places, strict=True):
        outside = [f"{v:g}" for v in np.unique(people[name][place < 0])]
        if outside:
            problems.append(
                f"{name!r}: answers {outside[:8]} lie in no group of the margin. Add their group "
                "and its share, or declare them missing."
            )
        counts = np.bincount(place[place >= 0], minlength=len(groups))[: len(groups)]
        empty = [group.name for group, n in zip(groups, counts, strict=True) if n == 0]
        if empty:
            problems.append(
                f"{name!r}: nobody gave an answer in {empty}, so no weight reaches their share. "
                "Join them with a similar group."
            )
    return problems


def _raking(people: pd.DataFrame, book: Codebook, margins, places: np.ndarray) -> Raking:
    design, n = book.design, len(people)
    base = people[design.base_weight].to_numpy(float) if design.base_weight else np.ones(n)
    base = base / base.mean()
    units = pd.factorize(people[design.cluster], sort=True)[0] if design.cluster else np.arange(n)
    strata = pd.factorize(people[design.strata])[0] if design.strata else np.zeros(n, dtype=int)
    first = np.unique(units, return_index=True)[1]
    shares = tuple(np.array([g.share for g in groups]) for groups in margins.values())
    unraked = Raking(
        tuple(margins), places, shares, base, base, units, strata[first], np.arange(n), people.index
    )
    return unraked.brought_to_margins()


def _notes(book: Codebook, raking: Raking) -> list[str]:
    w, design = raking.weights, book.design
    base = f", starting from {design.base_weight!r}" if design.base_weight else ""
    first = (
        f"Weighted to margins of {', '.join(raking.variables)} by raking{base}: weights from "
        f"{w.min():.2f} to {w.max():.2f}, design effect {raking.effect:.2f} (Kish), so that "
        f"{len(w)} answers are as sure as about {len(w) / raking.effect:.0f}."
    )
    return [first, *(f"{remark[0].upper()}{remark[1:]}." for remark in raking.remarks)]
