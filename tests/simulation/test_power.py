"""The sample that a claim needs, and its plot."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom
from statsmodels.stats.proportion import proportion_confint

from loyaltystudy.errors import SurveyError
from loyaltystudy.report._plots.power import plot_power
from loyaltystudy.simulation._power import PowerCurve, reached, rising, sample_size


@pytest.fixture(scope="module")
def curve():
    return sample_size("decline-reflex", sizes=(40, 100, 200, 400), simulations=250, seed=1)


def exact_power(n: int, p: float = 0.6, answered: float = 0.96) -> float:
    """Wilson's interval wholly above .5, over the binomial, at the mean number who answer."""
    n = round(answered * n)
    low, _ = proportion_confint(np.arange(n + 1), n, method="wilson")
    return float(binom.pmf(np.arange(n + 1), n, p)[low > 0.5].sum())


def test_power_of_a_share_agrees_with_the_exact_binomial(curve):
    for row in curve.table.itertuples():
        expected = exact_power(row.n)
        assert abs(row.power - expected) < 4 * np.sqrt(0.25 / 250), (row, expected)
        assert row.low < row.power < row.high or row.power in (0, 1)


def test_the_sample_is_where_the_exact_power_is_reached(curve):
    exact = next(n for n in range(40, 500) if exact_power(n) >= 0.8)
    assert curve.n == pytest.approx(exact, rel=0.25)
    assert sorted(curve.table["curve"]) == curve.table["curve"].tolist()


def test_more_power_needs_more_respondents(curve):
    sizes = curve.table["n"].to_numpy()
    assert reached(sizes, curve.table["curve"].to_numpy(), 0.95) > curve.n


def test_the_same_seed_gives_the_same_curve():
    first, again, other = (
        sample_size("decline-reflex", sizes=(60, 120), simulations=40, seed=s) for s in (1, 1, 2)
    )
    pd.testing.assert_frame_equal(first.table, again.table)
    assert not first.table.equals(other.table)


def test_pooling_by_hand():
    assert rising(np.array([0.5, 0.3, 0.1, 0.9])).tolist() == pytest.approx([0.3, 0.3, 0.3, 0.9])
    assert rising(np.array([0.1, 0.2])).tolist() == [0.1, 0.2]


def test_reading_off_the_curve_by_hand():
    sizes = np.array([100, 200, 400])
    assert reached(sizes, np.array([0.2, 0.4, 0.9]), 0.4) == 200
    assert reached(sizes, np.array([0.2, 0.4, 0.8]), 0.6) == 283  # sqrt(200 * 400), upwards
    assert np.isnan(reached(sizes, np.array([0.2, 0.4, 0.7]), 0.8))
    assert reached(sizes, np.array([0.9, 0.9, 1.0]), 0.8) == 100


def test_what_is_shown():
    table = pd.DataFrame(
        {"n": [100, 200], "power": [0.1, 0.5], "low": 0.0, "high": 1.0, "curve": [0.1, 0.5]}
    )
    assert "more than 200 respondents" in repr(PowerCurve("x", 0.8, float("nan"), 5, table))
    assert "at most 100 respondents" in repr(PowerCurve("x", 0.05, 100.0, 5, table))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"claim": "nothing"}, "Not in the register: 'nothing'"),
        ({"claim": "customer-focus-60"}, "cannot be tested: no primary source"),
        ({"claim": "would-miss", "power": 80}, "power=80: a probability"),
        ({"claim": "would-miss", "sizes": (100,)}, "two sizes or more are needed"),
        ({"claim": "would-miss", "sizes": (200, 100)}, "rising"),
        ({"claim": "would-miss", "simulations": 0}, "1 study or more"),
    ],
)
def test_bad_input_is_told(arguments, message):
    with pytest.raises(SurveyError, match=message):
        sample_size(**arguments)


def test_plot_by_its_artists(curve):
    ax = plot_power(curve)
    lines = [[float(y) for y in line.get_ydata()] for line in ax.lines]
    assert curve.table["curve"].tolist() in lines
    marks = [line for line in ax.lines if line.get_marker() == "D"]
    assert marks[0].get_xdata()[0] == curve.n and marks[0].get_ydata()[0] == 0.8
    assert [t.get_text() for t in ax.get_xticklabels()] == ["40", "100", "200", "400"]
    assert "250 simulated studies" in ax.get_xlabel()
    plt.close("all")


def test_plot_without_an_answer_has_no_mark(curve):
    bare = PowerCurve(curve.claim, 0.8, float("nan"), 250, curve.table)
    ax = plot_power(bare)
    assert not [line for line in ax.lines if line.get_marker() == "D"]
    plt.close("all")
