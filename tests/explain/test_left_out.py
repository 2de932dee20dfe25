"""Any function of moments with its error, by what can be left out."""

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.explain import model_frame
from loyaltystudy.explain._left_out import GROUPS, leave_out
from loyaltystudy.rsquared import Moments, theory_of

rng = np.random.default_rng(1)
ROWS = pd.DataFrame(rng.normal(size=(200, 2)), columns=["x", "y"])
ROWS["y"] += 0.5 * ROWS["x"]
FRAME = model_frame(ROWS, "y", {"b": ["x"]})


def slope(m: Moments):
    return (m.cross[..., 0, 1] / m.cross[..., 0, 0])[..., None]


def test_leaving_out_rows_is_the_jackknife():
    found = leave_out(FRAME).estimates(slope)
    values = []
    for i in range(200):
        x, y = ROWS.drop(index=i).to_numpy().T
        values.append(np.cov(x, y)[0, 1] / x.var(ddof=1))
    jackknife = np.sqrt(199 / 200 * ((values - np.mean(values)) ** 2).sum())
    assert found.se()[0] == pytest.approx(jackknife, rel=1e-8)


def test_many_rows_go_in_random_groups_of_about_the_same_error():
    rows, groups = leave_out(FRAME), leave_out(FRAME, most=100)
    assert rows.unit.tolist() == [*range(200)] and len(rows.without.n) == 200
    assert groups.unit.max() < GROUPS and len(groups.without.n) == 200  # never more than rows
    assert groups.estimates(slope).se()[0] == pytest.approx(rows.estimates(slope).se()[0], rel=1e-8)


def test_moments_alone_have_errors_by_normal_theory():
    alone = leave_out(model_frame(FRAME.whole, "y", {"b": ["x"]}))
    assert alone.without is None
    assert alone.estimates(slope).se()[0] == pytest.approx(theory_of(alone.whole, slope).se()[0])
