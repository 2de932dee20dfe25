"""Moments that are given away, and intervals from their registered lines."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy.errors import SurveyError
from loyaltystudy.explain._frame import Frame, model_frame
from loyaltystudy.explain._release import repaired
from loyaltystudy.explain._shared_moments import (
    _narrowed,
    make_release,
    read_shared,
    write_release,
)
from loyaltystudy.survey import SOURCES, data_folder

sys.path.insert(0, str(Path(__file__).parents[2]))  # tools are no part of the package
from tools.release import comparisons

LIMITS = ["low", "high"]


def people(n: int = 300, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    kind = rng.choice(3, n, p=[0.5, 0.3, 0.2])
    frame = pd.DataFrame({"k=1": kind == 1, "k=2": kind == 2}, dtype=float)
    return frame.assign(a=rng.integers(1, 8, n), b=rng.normal(size=n)).assign(
        y=lambda f: 0.4 * f["a"] + f["b"] + rng.normal(size=n)
    )


def frame_of(rows: pd.DataFrame, **more) -> Frame:
    blocks = {"who": ["k=1", "k=2"], "what": ["a"], "how": ["b"]}
    return Frame("y", blocks, [], 0, rows=rows, weights=np.ones(len(rows)), **more)


@pytest.mark.parametrize("design", ["rows", "clusters", "weights"])
def test_registered_intervals_equal_those_of_rows(tmp_path, design):
    frame = frame_of(people(400))
    if design == "clusters":
        frame = replace(frame, clusters=np.arange(400) % 40)
    if design == "weights":
        frame = replace(frame, weights=np.random.default_rng(2).uniform(0.5, 2, 400))
    names = list(frame.blocks)
    release = make_release(frame, [names, ["who", "what"]])
    assert release.done == []
    write_release(release, tmp_path)
    shared = read_shared(tmp_path)
    found = ls.compare_blocks(shared, "y", frame.blocks)
    exact = compared(frame)
    table = found.table.merge(exact.table, on=["block", "measure"], suffixes=("", "_rows"))
    table = table[table["measure"].isin(["alone", "unique", "dominance"])]
    for name in ("estimate", "adjusted", *LIMITS):
        assert table[name].to_numpy() == pytest.approx(table[f"{name}_rows"].to_numpy(), abs=1e-3)
    gaps = found.differences.merge(exact.differences, on=["first", "second", "measure"])
    assert gaps["low_x"].to_numpy() == pytest.approx(gaps["low_y"].to_numpy(), abs=1e-3)
    assert not any("theory" in note for note in found.notes)
    assert found.r2_cv == pytest.approx(exact.r2_cv, abs=1e-3)


def compared(frame: Frame):
    """What compare_blocks says of a frame of rows."""
    from types import SimpleNamespace

    from loyaltystudy.explain._crossvalidation import linear_unseen
    from loyaltystudy.explain._estimation import subset_estimates
    from loyaltystudy.explain._tables import Variant, adjusted_r2, differences_table, measures_table

    found = subset_estimates(frame)
    variant = Variant(found, adjusted_r2(frame, found), frame.ranks)
    return SimpleNamespace(
        table=measures_table(frame.blocks, variant, 0.95),
        differences=differences_table(frame.blocks, variant, 0.95),
        r2_cv=linear_unseen(frame, 0)["all"],
    )


def test_a_comparison_that_is_not_registered_says_so_and_rests_on_theory(tmp_path):
    write_release(make_release(frame_of(people()), [["who", "what", "how"]]), tmp_path)
    found = ls.compare_blocks(read_shared(tmp_path), "y", {"one": ["a"], "two": ["b"]})
    assert any("too narrow, by up to half" in note for note in found.notes)
    with pytest.raises(SurveyError, match="rows or groups are needed to draw from"):
        ls.compare_blocks(read_shared(tmp_path), "y", {"one": ["a"]}, resamples=10)


def test_refused_where_the_file_is_written(tmp_path):
    release = make_release(frame_of(people()), [])
    thin = release.rows.assign(**{"k=1": np.eye(300)[0], "k=2": np.eye(300)[1]})
    with pytest.raises(SurveyError, match="Moments that must not be given away"):
        write_release(replace(release, rows=thin), tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_real_study_is_released_with_its_intervals(tmp_path):
    study = ls.load_study("mobile-reputation")
    frame = model_frame(study, "loyalty")
    release = make_release(frame, [list(frame.blocks)])
    write_release(release, tmp_path)
    table = pd.read_csv(tmp_path / "moments.csv")
    assert table["count"].dropna().min() >= 10 and set(table["n"]) == {327}
    found = ls.compare_blocks(read_shared(tmp_path), "loyalty", study.codebook.blocks)
    exact = ls.compare_blocks(study, "loyalty")
    assert found.table["low"].dropna().to_numpy() == pytest.approx(
        exact.table["low"].dropna().to_numpy(), abs=2e-3
    )


RELEASED = sorted(path.parent.name for path in data_folder().glob("*/moments.csv"))


@pytest.mark.parametrize("name", RELEASED)
def test_every_registered_interval_that_ships_is_that_of_the_rows(name):
    """The files as committed, against the raw answers: the same people, to .001."""
    if not SOURCES[name].here:
        pytest.skip("the study's file is not at hand")
    rows, shipped = ls.load_study(name), ls.load_study(name, source="shipped")
    frame = model_frame(rows, "loyalty")
    kept, _ = repaired(frame.rows[frame.columns], frame.weights, frame.outcome)
    registered = [names for names in comparisons(rows.codebook) if _narrowed(frame, kept, names)]
    assert registered
    for names in registered:
        exact = compared(_narrowed(frame, kept, names)).table
        found = ls.compare_blocks(shipped, "loyalty", names).table
        table = found.merge(exact, on=["block", "measure"], suffixes=("", "_rows"))
        table = table[table["measure"].isin(["alone", "unique", "dominance"])].dropna()
        assert len(table) >= len(names)  # a line that one person bears is left out
        for figure in ("estimate", "adjusted", *LIMITS):
            gap = (table[figure] - table[f"{figure}_rows"]).abs().max()
            assert gap <= 1e-3, (names, figure, gap)
