"""Lines of registered comparisons."""

from __future__ import annotations

import numpy as np
import pandas as pd

import loyaltystudy as ls
from loyaltystudy.explain._frame import Frame
from loyaltystudy.explain._registered import comparison_key, registered_lines
from loyaltystudy.explain._shared_moments import make_release, read_shared, write_release


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


def test_names_of_blocks_do_not_matter_their_variables_do(tmp_path):
    write_release(make_release(frame_of(people()), [["who", "what", "how"]]), tmp_path)
    other = {"x": ["b"], "y2": ["k"], "z": ["a"]}
    found = ls.compare_blocks(read_shared(tmp_path), "y", other)
    assert not found.notes and found.table["low"].notna().sum() == 9
    assert comparison_key("y", other) == comparison_key("y", {"q": ["a"], "r": ["k=1"], "s": ["b"]})


def test_a_line_that_one_unit_bears_is_left_out():
    rows = people(60)
    rows["rare"] = 0.0
    rows.loc[0, "rare"] = 1.0
    rows.loc[0, "y"] += 6.0
    frame = Frame(
        "y", {"r": ["rare"], "a": ["a"]}, [], 0, rows=rows[["rare", "a", "y"]], weights=np.ones(60)
    )
    from loyaltystudy.explain._crossvalidation import linear_unseen
    from loyaltystudy.explain._estimation import without_units

    lines = registered_lines(frame, *without_units(frame), None, linear_unseen(frame, 0))
    text = set(zip(lines["measure"], lines["block"], strict=True))
    assert ("unique", "rare") not in text and ("unique", "a") in text


def test_files_without_skewness_are_read_and_have_narrower_upper_limits(tmp_path):
    rows = people(200)
    rows["k=1"], rows["k=2"] = (np.arange(200) < 12) * 1.0, (np.arange(200) % 3 == 0) * 1.0
    rows["y"] += 2 * rows["k=1"]
    made = make_release(frame_of(rows), [["who", "what", "how"]])
    write_release(made, tmp_path)
    file, blocks = tmp_path / "estimates.csv", {"who": ["k"], "what": ["a"], "how": ["b"]}
    now = ls.compare_blocks(read_shared(tmp_path), "y", blocks).table.set_index(
        ["measure", "block"]
    )
    lines = pd.read_csv(file)
    assert (lines.loc[lines["block"] == "k", "skew"].dropna() > 0.05).all()
    lines.drop(columns="skew").to_csv(file, index=False)
    old = ls.compare_blocks(read_shared(tmp_path), "y", blocks).table.set_index(
        ["measure", "block"]
    )
    at = "alone", "who"
    assert old.loc[at, "high"] < now.loc[at, "high"] and old.loc[at, "low"] == now.loc[at, "low"]
