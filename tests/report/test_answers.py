"""Pictures of the answers: ten people at least behind whatever is drawn."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings, strategies as st

from loyaltystudy.errors import SurveyError
from loyaltystudy.report import plot_distribution, plot_groups
from loyaltystudy.report._plots.answers import grouped, joined_edges


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 7), min_size=10, max_size=80))
def test_every_bar_holds_ten_and_nobody_is_lost(answers):
    values = np.array(answers, float)
    counts, _ = np.histogram(values, joined_edges(pd.Series(values)))
    assert counts.sum() == len(answers) and counts.min() >= 10


def test_areas_of_joined_bars_are_those_of_the_people_in_them():
    values = pd.Series([1.0] * 4 + [2.0] * 8 + [3.0] * 20 + [4.0] * 3, name="x")
    bars = plot_distribution(values).patches
    edges = joined_edges(values)
    assert edges.tolist() == [0.5, 2.5, 4.5]
    assert [bar.get_height() for bar in bars] == [12.0, 23.0]  # equally wide: people each


def test_many_values_are_joined_too():
    values = pd.Series(np.random.default_rng(0).normal(size=500), name="x")
    heights = [bar.get_height() for bar in plot_distribution(values).patches]
    assert 5 < len(heights) <= 24


def test_small_groups_are_not_drawn():
    people = pd.DataFrame({"x": ["a"] * 12 + ["b"] * 9, "y": range(21)})
    assert grouped(people, "x", "y")["at"].tolist() == ["a"]
    ax = plot_groups(people, "x", "y")
    assert len(ax.collections[-1].get_offsets()) == 1


def test_means_and_quartiles_by_hand():
    people = pd.DataFrame({"x": [1] * 10 + [2] * 10, "y": [*range(10), *[5] * 10]})
    table = grouped(people, "x", "y")
    assert table[["n", "mean", "lower", "upper"]].to_numpy().tolist() == [
        [10.0, 4.5, 2.25, 6.75],
        [10.0, 5.0, 5.0, 5.0],
    ]


def test_too_few_answers_are_refused():
    with pytest.raises(SurveyError, match="9 answers are too few"):
        plot_distribution(pd.Series([1.0] * 9, name="x"))
