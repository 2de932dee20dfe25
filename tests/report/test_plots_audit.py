"""Plots of the audit and the multiverse, by their artists."""

from __future__ import annotations

from itertools import pairwise

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy.explain._audit.run import audit_blocks
from loyaltystudy.explain._multiverse.run import specification_curve
from loyaltystudy.report._plots.audit import plot_audit, plot_specification_curve, spread


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


def test_a_line_a_block_through_its_dominance_under_each_check(audit):
    ax = plot_audit(audit)
    lines = {line.get_label(): line.get_ydata() for line in ax.get_lines()}
    for block in audit.comparison.blocks:
        shown = np.asarray(lines[block.replace("_", " ")], float)
        assert shown == pytest.approx(audit.dominance.loc[block].to_numpy(), nan_ok=True)
    ticks = [tick.get_text().replace("\n", " ") for tick in ax.get_xticklabels()]
    assert ticks == [
        "as compared",
        "beyond chance at equal width",
        "corrected for unreliability",
        "shared method taken out",
    ]


def test_every_block_is_named_at_its_end_and_no_names_overlap(audit):
    ax = plot_audit(audit)
    ax.figure.canvas.draw()
    named = [t for t in ax.texts if t.get_text()]
    assert {t.get_text() for t in named} == {b.replace("_", " ") for b in audit.comparison.blocks}
    boxes = sorted((t.get_window_extent() for t in named), key=lambda box: box.y0)
    assert all(low.y1 <= high.y0 + 1 for low, high in pairwise(boxes))
    colours = [line.get_color() for line in ax.get_lines()[:3]]
    markers = [line.get_marker() for line in ax.get_lines()[:3]]
    assert len(set(colours)) == 3 and len(set(markers)) == 3  # told apart without colour as well


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


def test_title_tells_the_share(curve):
    assert plot_specification_curve(curve).get_title(loc="left") == (
        "relationship above trust in 100% of universes"
    )


def test_spread_keeps_order_and_gap_and_leaves_the_far_alone():
    at = spread(np.array([0.0, 0.01, 0.5]), gap=0.1)
    assert at == pytest.approx([-0.045, 0.055, 0.5])
    rng = np.random.default_rng(0)
    for _ in range(20):
        values = np.sort(rng.uniform(size=6))
        at = spread(values, gap=0.12)
        assert (np.diff(at) >= 0.12 - 1e-9).all()
        assert pd.Series(at).is_monotonic_increasing
