"""A printed correlation table brought into the products that trait correlations are made of."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from loyaltystudy.claims._design import Means
from loyaltystudy.claims._item_products import ItemProducts
from loyaltystudy.rsquared import below_diagonal, correlation_covariance
from loyaltystudy.survey import SharedMoments, Study


def printed_products(
    study: Study, constructs: Sequence[str], method: Sequence[int], single: Sequence[float]
) -> ItemProducts | None:
    r"""Mean correlations between items from those of sum scores, alphas and numbers of questions.

    For a scale of k questions with alpha, of mean correlation r between them

    .. math:: r = \frac{\alpha}{k - (k - 1) \alpha}, \qquad v = \frac{1 + (k - 1) r}{k}

    and a correlation of two scores times :math:`\sqrt{v_1 v_2}` is the mean correlation between
    their questions (equal variances of the questions). The error is that of correlations in
    normal samples; alphas are taken as printed. None without a table, or where the alpha or the
    number of questions of a scale is not printed.

    ``study``: of a published table, as :class:`~loyaltystudy.explain.PublishedMoments` makes it;
    ``method``: how shared method enters each: 1, 0 or -1; ``single``: the reliability that one
    question of each is taken to have.
    """
    table = study.shared_moments
    if table is None or "reliability" not in table or len(study.answers):
        return None
    names = [study.measures(c).name for c in constructs]
    lines = table.set_index("variable").loc[names]
    k = lines["items"].to_numpy(float)
    alpha = np.where(k == 1, np.asarray(single, float), lines["reliability"].to_numpy(float))
    if np.isnan(alpha).any() or np.isnan(k).any():
        return None
    own = alpha / (k - (k - 1) * alpha)
    return _products(study, names, own, (1 + (k - 1) * own) / k, np.asarray(method, float))


def _products(study: Study, names, own, variance, method) -> ItemProducts:
    whole = SharedMoments.from_table(study.shared_moments)
    r = pd.DataFrame(whole.correlation, whole.columns, whole.columns).loc[names, names].to_numpy()
    scale = below_diagonal(np.sqrt(np.outer(variance, variance)))
    size, pairs = len(names), len(scale)
    cov = np.zeros((pairs + 2 * size, pairs + 2 * size))
    n = int(whole.n)
    cov[:pairs, :pairs] = correlation_covariance(r, n) * np.outer(scale, scale)
    value = np.concatenate([below_diagonal(r) * scale, own, np.ones(size)])
    unknown = np.full(size, np.nan)
    return ItemProducts(Means(value, cov, n - 1.0, n), size, method, unknown, np.ones(size))
