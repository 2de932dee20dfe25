"""Trait correlations at a share of method: HTMT, errors in variables, hand-made matrices."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.claims import _shared_method as sm
from loyaltystudy.claims._design import SampleDesign
from loyaltystudy.claims._item_products import ConstructItems, item_products

REFERENCE = Path(__file__).parents[1] / "reference"
R = pd.read_csv(REFERENCE / "shared_method.csv", index_col="what")["value"]
ITEMS = pd.read_csv(REFERENCE / "shared_method_items.csv")
SCALES = {"x": ["x1", "x2", "x3"], "z": ["z1", "z2", "z3", "z4"], "y": ["y1", "y2", "y3"]}


def standard_items(frame=ITEMS):
    z = (frame - frame.mean()) / frame.std(ddof=0)
    return [ConstructItems(z[own].to_numpy(), np.ones(len(own))) for own in SCALES.values()]


@pytest.fixture(scope="module")
def data():
    return item_products(standard_items(), SampleDesign(np.ones(len(ITEMS))), balanced=False)


def test_without_method_it_is_htmt_and_errors_in_variables_regression(data):
    none = sm.known_share(0.0)
    assert sm.correlation(data, none, 0, 2).estimate == pytest.approx(R["htmt x y"], abs=1e-10)
    assert sm.correlation(data, none, 1, 2).estimate == pytest.approx(R["htmt z y"], abs=1e-10)
    assert sm.correlation(data, none, 0, 1).estimate == pytest.approx(R["htmt x z"], abs=1e-10)
    assert sm.slope(data, none, 0, 2, [1]).estimate == pytest.approx(R["slope x"], abs=1e-10)
    assert sm.slope(data, none, 1, 2, [0]).estimate == pytest.approx(R["slope z"], abs=1e-10)
    assert sm.added(data, none, [0, 1], 2).estimate == pytest.approx(R["r2"], abs=1e-10)


def test_a_share_by_hand():
    r = np.array([[0.60, 0.30], [0.30, 0.50]])
    assert sm.traits(r, 0.10, np.ones(2))[0, 1] == pytest.approx(0.20 / np.sqrt(0.50 * 0.40))
    facts = np.array([1.0, 0.0])  # the second is a fact: it shares no method
    assert sm.traits(r, 0.10, facts)[0, 1] == pytest.approx(0.30 / np.sqrt(0.50 * 0.50))
    mirrored = np.array([-1.0, 1.0])
    assert sm.traits(r, 0.10, mirrored)[0, 1] == pytest.approx(0.40 / np.sqrt(0.50 * 0.40))
    valid = np.array([1.0, 0.81])  # a correlation with something measured with validity .9
    assert sm.traits(r, 0.0, np.ones(2), valid)[0, 1] == pytest.approx(0.30 / np.sqrt(0.6 * 0.405))
    assert np.isnan(sm.traits(r, 0.49, np.ones(2))[0, 1])


def test_traits_that_no_people_can_have_have_no_slope():
    phi = np.array([[1.0, 0.999, 0.3], [0.999, 1.0, 0.3], [0.3, 0.3, 1.0]])
    assert np.isnan(sm.slopes(phi, 2, [0, 1])).all()
    assert np.isfinite(sm.slopes(phi, 2, [0])).all()


def test_the_limits_are_the_bounds_at_which_the_minimum_effect_test_turns(data):
    share = sm.known_share(0.05)
    found = sm.correlation(data, share, 0, 2)

    def t(bound):
        def slack(m):
            r = data.matrix(m) - 0.05
            return r[..., 0, 2] - bound * np.sqrt(r[..., 0, 0] * r[..., 2, 2])

        value, se, _ = data.means.of(slack)
        return value / se

    critical = 1.9659  # t, 399 degrees of freedom
    assert t(found.low) == pytest.approx(critical, abs=1e-3)
    assert t(found.high) == pytest.approx(-critical, abs=1e-3)


def test_markers_give_the_share_and_never_less_than_nothing():
    r = np.full((4, 4), 0.5)
    r[2, 0], r[2, 1], r[3, 0], r[3, 1] = 0.10, 0.14, 0.06, 0.10
    assert sm.marker_share([2, 3], [0, 1])(r) == pytest.approx(0.10)
    assert sm.marker_share([2, 3], [0, 1], np.array([-1.0, 1.0]))(r) == pytest.approx(0.02)
    assert sm.marker_share([2, 3], [0])(-r) == 0.0
    assert sm.at_least(sm.marker_share([2, 3], [0]), 0.18)(r) == 0.18


def test_tipping_point_meets_the_closed_form_where_the_sample_is_large():
    rng = np.random.default_rng(2)
    n = 400_000
    f = rng.standard_normal((n, 2)) @ np.linalg.cholesky([[1, 0.5], [0.5, 1]]).T
    own = [
        ConstructItems(0.75 * f[:, [j]] + 0.66 * rng.standard_normal((n, 3)), np.ones(3))
        for j in range(2)
    ]
    data = item_products(own, SampleDesign(np.ones(n)), balanced=False)
    r = data.observed
    tips = sm.tipping_point(
        lambda c: sm.correlation(data, sm.known_share(c), 0, 1), bound=0.10, direction=1
    )
    assert tips == pytest.approx(sm.tipping_closed(r[0, 1], r[0, 0], r[1, 1]), abs=0.01)
    c = sm.tipping_closed(r[0, 1], r[0, 0], r[1, 1])
    assert sm.traits(r, c, np.ones(2))[0, 1] == pytest.approx(0.10)


def test_from_a_published_table():
    # of two scales with four and three items, alphas .8 and .75, scores that correlate .40
    a, b = sm.inter_item(0.8, 4), sm.inter_item(0.75, 3)
    assert (a, b) == pytest.approx((0.5, 0.5))
    r = sm.between_items(0.40, 0.8, 4, 0.75, 3)
    assert r / np.sqrt(a * b) == pytest.approx(0.40 / np.sqrt(0.8 * 0.75))


def test_any_question_line_by_hand():
    r = np.eye(5)
    r[[0, 1, 2, 3], 4] = r[4, [0, 1, 2, 3]] = (0.30, 0.20, 0.40, 0.10)
    assert sm.share_below(r, [0], [1, 2, 3], [4]) == (pytest.approx(0.30), pytest.approx(2 / 3))
