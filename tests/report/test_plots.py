"""Plots by their artists."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest

import loyaltystudy as ls


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def study():
    return ls.load_study("mobile-reputation", source="shipped")


def test_reliability_plot_draws_each_scale_once(study):
    table = ls.reliability(study)
    ax = ls.plot_reliability(table)
    labels = [t.get_text() for t in ax.get_yticklabels()]
    assert len(labels) == table["alpha"].notna().sum()
    assert labels[-1].startswith(table.loc[table["alpha"].idxmax(), "scale"])
    drawn = {line.get_xdata()[0] for line in ax.lines if len(line.get_xdata()) > 1}
    assert table["alpha"].max() in {x for line in ax.lines for x in line.get_xdata()}
    assert drawn and "scales of one item: 6" in ax.get_xlabel()


def test_blocks_plot_shows_adjusted_points_in_order_of_dominance(study):
    found = ls.compare_blocks(study, "loyalty", ["trust", "emotional_bonds"])
    ax = ls.plot_blocks(found)
    assert [t.get_text() for t in ax.get_yticklabels()] == ["trust", "emotional bonds"]
    points = {line.get_label(): list(line.get_xdata()) for line in ax.lines}
    alone = found.table.query("measure == 'alone'").set_index("block")["adjusted"]
    assert points["alone"] == [alone["trust"], alone["emotional_bonds"]]
    assert len(ax.collections) == 3  # an interval line for each measure
    assert "n 336" in ax.get_xlabel()


def test_claims_plot_has_a_word_in_every_cell(study):
    table = ls.check_claims(study)
    ax = ls.plot_claims(pd.concat([table, table.assign(study="again", kind="simulated")]))
    words = [t.get_text() for t in ax.texts]
    assert len(words) == 2 * len(table)
    assert (
        words.count("supported\nby proxy")
        == 2 * ((table["verdict"] == "supported") & (table["measured"] == "proxy")).sum()
    )
    assert "again\n(simulated)" in [t.get_text() for t in ax.get_xticklabels()]


def test_given_axes_are_used(study):
    _, ax = plt.subplots()
    assert ls.plot_blocks(ls.compare_blocks(study, "loyalty", ["trust"]), ax=ax) is ax
    assert ls.plot_reliability(ls.reliability(study), ax=ax) is ax


def test_names_of_others_are_drawn_as_they_stand():
    name = r"a_$\frac{b$ $$"
    table = pd.DataFrame({"scale": [name, "x" * 10_000], "items": [3, 4], "n": [50, 50]})
    figures = {kind: [0.8, 0.7] for kind in ("alpha", "alpha_low", "alpha_high")}
    figures |= {kind: [0.8, 0.7] for kind in ("omega", "omega_low", "omega_high")}
    ax = ls.plot_reliability(table.assign(**figures))
    ax.figure.canvas.draw()  # a formula that cannot be read would stop here
    long, short = [label.get_text() for label in ax.get_yticklabels()]
    assert short == r"a \$\frac{b\$ \$\$  (3 items)" and len(long) < 80
