"""Plots of purchases, by what they draw."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

mpl.use("agg")
import matplotlib.pyplot as plt

from loyaltystudy.errors import SurveyError
from loyaltystudy.purchases._aggregates import Aggregates
from loyaltystudy.purchases._fit import fit_dirichlet
from loyaltystudy.purchases._reading import read_panel
from loyaltystudy.purchases._sources import load_panel
from loyaltystudy.purchases._stability import follow_tiers
from loyaltystudy.report._plots.purchases import (
    plot_conditional_trend,
    plot_dirichlet,
    plot_double_jeopardy,
    plot_tier_luck,
)


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def fit():
    return fit_dirichlet(load_panel("tuna"))


@pytest.fixture(scope="module")
def tiers():
    rng = np.random.default_rng(3)
    rate = rng.gamma(0.8, 5.0, 400)
    parts = [
        pd.DataFrame({"h": np.repeat(np.arange(400), rng.poisson(rate)), "t": t}) for t in (1, 2)
    ]
    columns = {"household": "h", "brand": "b", "time": "t"}
    spec = {"name": "x", "title": "", "columns": columns, "panel_size": 400}
    frame = pd.concat(parts, ignore_index=True).assign(b="a")
    return follow_tiers(read_panel(frame, spec), rule="purchases", resamples=99)


def points(ax):
    drawn = [np.ma.filled(c.get_offsets(), np.nan) for c in ax.collections]
    return np.vstack([xy for xy in drawn if len(xy) and (xy != 0).any()])


def words(ax):
    return [t.get_text() for t in ax.texts]


def test_double_jeopardy_draws_points_line_and_names(fit):
    ax = plot_double_jeopardy(fit)
    drawn = fit.double_jeopardy[["penetration", "purchase_rate"]].to_numpy()
    assert points(ax) == pytest.approx(drawn)
    assert ax.lines[0].get_ydata() == pytest.approx(fit.line["purchase_rate"].to_numpy())
    assert set(fit.alpha.index) | {"expected"} == set(words(ax))
    assert "category buyers" in ax.get_xlabel()


def test_names_of_brands_do_not_cover_each_other(fit):
    ax = plot_double_jeopardy(fit)
    ax.figure.canvas.draw()
    boxes = [t.get_window_extent() for t in ax.texts if t.get_text() != "expected"]
    overlaps = [a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i]]
    assert not any(overlaps)


def test_observed_stands_beside_expected(fit):
    ax = plot_dirichlet(fit, measure="sole_buyers")
    rows = fit.table[fit.table["measure"] == "sole_buyers"].set_index("brand")
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names[-1] == "Starkist water"
    drawn = [*ax.lines[0].get_xdata(), *ax.collections[-1].get_offsets()[:, 0]]
    assert ax.lines[0].get_marker() == "|"  # open circles mean stand-ins elsewhere
    assert drawn[: len(names)] == pytest.approx(rows.loc[names, "expected"].to_numpy())
    assert drawn[len(names) :] == pytest.approx(rows.loc[names, "observed"].to_numpy())
    assert {"observed", "expected"} <= set(words(ax))


def test_what_was_not_observed_is_not_drawn():
    brands = pd.DataFrame({"share": [0.6, 0.3], "penetration": [0.4, 0.25]}, index=["a", "b"])
    fit = fit_dirichlet(Aggregates(0.56, 2.6, brands))
    with pytest.raises(SurveyError, match="measure='sole_buyers': not observed"):
        plot_dirichlet(fit, measure="sole_buyers")
    assert len(points(plot_double_jeopardy(fit))) == 2


def test_tier_luck_draws_observed_and_expected(tiers):
    ax = plot_tier_luck(tiers)
    table = tiers.table
    assert points(ax)[:, 0] == pytest.approx(table["luck_observed"].to_numpy(), nan_ok=True)
    assert ax.lines[0].get_xdata()[0] == table["luck_expected"].iloc[0]
    labels = [label.get_text() for label in ax.get_yticklabels()]
    assert labels[0].startswith(f"bronze: {table['households'][0]} households,")
    assert any(text.startswith("luck alone: ") for text in words(ax))


def test_conditional_trend_draws_the_line_of_the_model(tiers):
    ax = plot_conditional_trend(tiers)
    assert ax.lines[0].get_ydata() == pytest.approx(tiers.trend["expected"].to_numpy())
    assert points(ax) == pytest.approx(tiers.trend[["first", "adjusted"]].to_numpy())
    assert set(words(ax)) == {"as before", "if only luck ran out", "observed"}


@pytest.mark.parametrize("plot", [plot_double_jeopardy, plot_dirichlet])
def test_given_axes_are_used(plot, fit):
    ax = plt.figure().subplots()
    assert plot(fit, ax=ax) is ax
    assert not ax.spines["top"].get_visible()
