"""Factor scores in the place of means."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from loyaltystudy.scales import one_factor
from loyaltystudy.survey import Study, Variable


def with_factor_scores(study: Study, names: Sequence[str], notes: list[str]) -> Study:
    """A study in which scales of three items or more are variables that hold factor scores."""
    scales, variables = dict(study.codebook.scales), dict(study.codebook.variables)
    answers = study.answers.copy()
    for name in [n for n in names if n in scales]:
        scale = scales[name]
        why = "fewer than three items"
        if len(scale.items) > 2:
            found = factor_scores(study.keyed(scale.items), scale.minimum_answered)
            why = "the one-factor model has no proper solution"
            if found is not None:
                del scales[name]
                variables[name] = Variable(kind="numeric", name=name, construct=scale.construct)
                answers[name] = found
                continue
        note = f"factor scores not made of {name}, its mean is kept: {why}"
        if note not in notes:
            notes.append(note)
    book = replace(study.codebook, scales=scales, variables=variables)
    return replace(study, codebook=book, answers=answers)


def factor_scores(items: pd.DataFrame, minimum_answered: float) -> np.ndarray | None:
    r"""Regression scores of a one-factor model, from the items that each respondent answered.

    .. math:: \hat f = \frac{\sum_o \lambda_o (x_o - \mu_o) / \theta_o}
                             {1 + \sum_o \lambda_o^2 / \theta_o}

    None where the model does not converge or has an error variance that is not positive. R:
    ``lavaan::lavPredict(fit)`` for complete answers.
    """
    complete = items.dropna()
    loading, error = one_factor(complete)
    if not (error > 0).all():  # NaN too
        return None
    away = (items - complete.mean()).to_numpy()
    given = ~np.isnan(away)
    pull = np.where(given, away * loading / error, 0.0).sum(axis=1)
    scores = pull / (1 + given @ (loading**2 / error))
    enough = given.sum(axis=1) >= minimum_answered * items.shape[1] - 1e-9
    return np.where(enough, scores, np.nan)
