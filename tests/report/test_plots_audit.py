"""Plots of the audit and the multiverse, by their artists."""

from __future__ import annotations

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

import loyaltystudy as ls
from loyaltystudy.explain._audit.run import audit_blocks
from loyaltystudy.explain._multiverse.run import specification_curve
from loyaltystudy.report._plots.audit import plot_audit, plot_specification_curve


@pytest.fixture(scope="module")
def audit():
    study = ls.load_study("mobile-reputation", source="shipped")
    return audit_blocks(study, "loyalty", ["trust", "emotional_bonds", "moral_bonds"])


@pytest.fixture(scope="module")
def curve():
    return specification_curve(
        ls.load_study("mobile-ecsi"), "loyalty", first="relationship", second="trust"
    )


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


def test_a_mark_a_block_at_its_dominance_under_each_check(audit):
    ax = plot_audit(audit)
    marks = {line.get_label(): line for line in ax.get_lines()}
    for block in audit.comparison.blocks:
        line = marks[block.replace("_", " ")]
        shown = np.asarray(line.get_xdata(), float)
        assert shown == pytest.approx(audit.dominance.loc[block].clip(lower=0).to_numpy())
        assert line.get_linestyle() == "None"  # checks have no order: nothing is joined
    ticks = [tick.get_text().replace("\n", " ") for tick in ax.get_yticklabels()]
    assert ticks == [
        "as compared",
        "beyond chance at equal width",
        "corrected for unreliability",
        "shared method taken out",
    ]


def test_every_block_is_in_the_legend_and_told_apart_without_colour(audit):
    ax = plot_audit(audit)
    named = [text.get_text() for text in ax.get_legend().get_texts()]
    assert sorted(named) == sorted(b.replace("_", " ") for b in audit.comparison.blocks)
    lines = ax.get_lines()[:3]
    assert len({line.get_color() for line in lines}) == 3
    assert len({line.get_marker() for line in lines}) == 3


def test_plots_draw_into_the_axes_they_are_given(audit, curve):
    figure, (left, right) = plt.subplots(1, 2, figsize=(14, 6))
    assert plot_audit(audit, ax=left) is left
    assert plot_specification_curve(curve, ax=right) is right
    assert right.figure is figure


@pytest.mark.parametrize("measure", ["dominance", "alone", "unique"])
def test_curve_is_sorted_and_its_marks_say_which_choices_made_it(curve, measure):
    ax = plot_specification_curve(curve, measure)
    table = curve.table.sort_values(f"difference_{measure}", ignore_index=True)
    points = np.vstack(
        [np.c_[line.get_data()] for line in ax.get_lines() if line.get_marker() == "o"]
    )
    points = points[np.argsort(points[:, 0])]
    assert points[:, 1] == pytest.approx(table[f"difference_{measure}"].to_numpy())
    assert ax.get_ylabel() == f"relationship minus\ntrust, {measure}"
    below = ax.figure.axes[-1]
    names = [t.get_text() for t in below.get_yticklabels()]
    assert names == [
        f"{c.replace('_', ' ')}: {v:g}" if isinstance(v, float) else f"{c.replace('_', ' ')}: {v}"
        for c, levels in curve.choices.items()
        for v in levels
    ]
    marks = [line for line in below.get_lines() if line.get_marker() == "|"]
    shown = {name: set(line.get_xdata()) for name, line in zip(names, marks, strict=True)}
    assert shown["scores: factor"] == set(np.flatnonzero(table["scores"] == "factor"))
    assert sum(len(s) for n, s in shown.items() if n.startswith("scores")) == len(table)


def test_title_says_the_share(curve):
    assert plot_specification_curve(curve).get_title(loc="left") == (
        "relationship above trust in 100% of them"
    )
