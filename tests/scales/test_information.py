"""Information of a factor model where answers are missing, beside what whole rows give."""

import numpy as np
import pandas as pd

from loyaltystudy.scales._design import simple_design
from loyaltystudy.scales._fiml import fit_likelihood

SCALES = {"trust": ["a", "b", "c"], "loyalty": ["d", "e", "f"]}


def rows(n=400):
    rng = np.random.default_rng(2)
    f = rng.multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]], n)
    noise = rng.standard_normal((n, 6))
    return pd.DataFrame(0.8 * np.repeat(f, 3, axis=1) + 0.6 * noise, columns=list("abcdef"))


def fit(table):
    return fit_likelihood(table.to_numpy(), SCALES, simple_design(len(table)))


def errors(found):
    return np.sqrt(np.diag(found.covariance))


def test_answers_that_are_missing_widen_errors_and_whole_rows_set_the_least():
    whole = rows()
    holes = whole.mask(np.random.default_rng(3).random(whole.shape) < 0.2)
    full, less = errors(fit(whole)), errors(fit(holes))
    assert (less > 0.98 * full).all() and less.mean() > 1.05 * full.mean()


def test_rows_written_twice_halve_the_covariance():
    holes = rows().mask(np.random.default_rng(3).random((400, 6)) < 0.2)
    once, twice = fit(holes), fit(pd.concat([holes, holes], ignore_index=True))
    assert np.allclose(2 * twice.covariance, once.covariance, rtol=1e-3)


def test_the_order_of_rows_and_an_empty_row_more_change_nothing():
    holes = rows().mask(np.random.default_rng(3).random((400, 6)) < 0.2)
    turned = fit(holes.iloc[::-1])
    assert np.allclose(errors(turned), errors(fit(holes)), rtol=1e-5)
