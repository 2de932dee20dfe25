"""Answers into scale scores."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from loyaltystudy.outofcore import LargeStudy
from loyaltystudy.survey import Study


def score(study: Study | LargeStudy) -> pd.DataFrame:
    r"""Score every scale of a study.

    .. math:: s_{rj} = \frac{1}{|A_{rj}|} \sum_{i \in A_{rj}} x^*_{ri}, \qquad
              x^*_{ri} = l_i + h_i - x_{ri} \text{ for a reversed item, else } x_{ri}

    where :math:`A_{rj}` are the items of scale *j* that respondent *r* answered and
    :math:`l_i, h_i` the ends of the item's declared (never the observed) range.

    Parameters
    ----------
    study : Study

    Returns
    -------
    DataFrame
        Respondent x scale, in the units of the answers. A score is NaN where less than the
        scale's ``minimum_answered`` (default 3 in 4) of its items was answered. Scales with
        items that are not at hand are left out. Of a study in parts a Dask DataFrame, which is
        worked out when it is used.

    See Also
    --------
    reliability : whether the scores can be relied on.

    Notes
    -----
    R: ``psych::scoreItems(keys, items, missing=TRUE, impute="none", min=, max=)``.

    Examples
    --------
    >>> import loyaltystudy as ls
    >>> ls.score(ls.load_study("mobile-ecsi"))[["trust", "satisfaction"]].mean().round(2)
    trust           7.64
    satisfaction    7.48
    dtype: float64
    """
    if isinstance(study, LargeStudy):
        return _score_in_parts(study)
    scales = study.codebook.scales.values()
    at_hand = [s for s in scales if all(item in study.answers for item in s.items)]
    columns = {scale.name: _mean(study, scale) for scale in at_hand}
    return pd.DataFrame(columns, index=study.answers.index)


def _score_in_parts(study: LargeStudy):
    names = [name for name in study.codebook.scales if study.has(name)]
    book = study.part_of_codebook(names)
    meta = pd.DataFrame({name: np.zeros(0) for name in names})
    return study.map(partial(_scores, book), names, meta)


def _scores(book, answers: pd.DataFrame, keys) -> pd.DataFrame:
    return score(Study(book, answers))


def _mean(study: Study, scale) -> np.ndarray:
    """Mean of the keyed answers, column by column: fast, and one column of memory."""
    total = np.zeros(len(study.answers))
    answered = np.zeros(len(study.answers))
    for name in scale.items:
        item = study.codebook.items[name]
        given = study.answers[name].to_numpy()
        missing = np.isnan(given)
        total += np.where(missing, 0.0, item.low + item.high - given if item.reversed else given)
        answered += ~missing
    enough = answered >= scale.minimum_answered * len(scale.items) - 1e-9
    return np.where(enough, total / np.maximum(answered, 1), np.nan)
