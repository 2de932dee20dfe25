"""Left-out causes against sensemakr, adjusted p values against R."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy.claims._sensitivity import (
    benjamini_hochberg,
    holm,
    left_out_like,
    robustness_value,
)
from loyaltystudy.claims._statistics.traits import left_out, plain_slopes

R = pd.read_csv(Path(__file__).parents[1] / "reference" / "shared_method.csv", index_col="what")
P = [
    0.001,
    0.008,
    0.039,
    0.041,
    0.042,
    0.06,
    0.074,
    0.205,
    0.212,
    0.216,
    0.222,
    0.251,
    0.269,
    0.275,
    0.34,
]


def example():
    """The regression of y on x, a and b that PySensemakr 0.0.8 was given."""
    rng = np.random.default_rng(1)
    z = rng.standard_normal((500, 2))
    x = 0.5 * z[:, 0] + 0.2 * z[:, 1] + rng.standard_normal(500)
    y = 0.3 * x + 0.4 * z[:, 0] + 0.1 * z[:, 1] + rng.standard_normal(500)
    return np.corrcoef(np.column_stack([x, y, z]).T)


def slope_and_error(r, n):
    inner = r[np.ix_([0, 2, 3], [0, 2, 3])]
    b = np.linalg.solve(inner, r[[0, 2, 3], 1])
    left = 1 - b @ r[[0, 2, 3], 1]
    return b[0], np.sqrt(left * np.linalg.inv(inner)[0, 0] / (n - 4)), n - 4


def test_robustness_value_is_sensemakrs():
    b, se, freedom = slope_and_error(example(), 500)
    assert robustness_value(b, se, freedom) == pytest.approx(0.26196338, abs=1e-8)
    from scipy.stats import t

    # sensemakr takes the critical value for one degree of freedom less
    critical = t.isf(0.025, freedom - 1) * np.sqrt(freedom / (freedom - 1))
    assert robustness_value(b, se, freedom, t=critical) == pytest.approx(0.1944258, abs=1e-7)


@pytest.mark.parametrize(
    ("like", "times", "estimate", "error"),
    [
        (2, 1, 0.10552088667661821, 0.04339097400126941),
        (2, 2, -0.14972986507310349, 0.04323993336719394),
        (3, 1, 0.27366128882374385, 0.043957069973399945),
        (3, 2, 0.2554998727495128, 0.04517294444391417),
    ],
)
def test_a_cause_as_strong_as_a_control_is_sensemakrs(like, times, estimate, error):
    found = left_out_like(example(), 500, 0, 1, (2, 3), like, times)
    assert found == pytest.approx((estimate, error), abs=1e-9)


def test_a_cause_too_strong_to_be_has_no_figure():
    r = np.array([[1, 0.5, 0.95], [0.5, 1, 0.4], [0.95, 0.4, 1]])
    assert np.isnan(left_out_like(r, 100, 0, 1, (2,), 2)).all()


def test_adjusted_p_values_are_rs():
    for adjust, name in ((benjamini_hochberg, "BH"), (holm, "holm")):
        expected = [R.loc[f"{name} {i}", "value"] for i in range(1, 16)]
        assert adjust(P) == pytest.approx(expected, abs=1e-12)


def test_published_figures_of_left_out_causes():
    """shared/METHOD.md, 6: robustness values .265 and .117; half as strong as satisfaction .09."""
    study = ls.load_study("mobile-reputation", source="shipped")
    love = left_out(
        study,
        "affective_commitment",
        on="loyalty",
        given=("monetary_value",),
        rival="monetary_value",
    )
    miss = left_out(
        study, "would_miss", on="loyalty", given=("satisfaction",), rival="satisfaction"
    )
    assert love.note.startswith("robustness value 0.265")
    assert miss.note.startswith("robustness value 0.117")
    r, n, _ = plain_slopes(study, ["would_miss", "satisfaction"], "loyalty")
    assert left_out_like(r, n, 0, 2, [1], 1, 0.5)[0] == pytest.approx(0.09, abs=0.005)
