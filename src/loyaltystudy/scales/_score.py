"""Answers into scale scores."""

import pandas as pd

from loyaltystudy.scales._inputs import need_study
from loyaltystudy.survey import BaseStudy


def score(study: BaseStudy) -> pd.DataFrame:
    r"""Turn answers into scores: one number a respondent and scale.

    .. math:: s_{rj} = \frac{1}{|A_{rj}|} \sum_{i \in A_{rj}} x^*_{ri}, \qquad
              x^*_{ri} = l_i + h_i - x_{ri} \text{ for a reversed item, else } x_{ri}

    where A (r, j) are the items of scale *j* that respondent *r* answered and
    l and h the ends of the item's declared (never the observed) range.

    Parameters
    ----------
    study : Study

    Returns
    -------
    DataFrame
        Respondent x scale, in the units of the answers. A score is NaN where less than the
        scale's ``minimum_answered`` (default 3 in 4) of its items was answered. Scales with
        items that are not at hand are left out. Of a study in partitions a Dask DataFrame, which
        is worked out when it is used.

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
    need_study(study)
    return study.scores()
