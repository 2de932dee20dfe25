"""What a notebook shows of a study put to the claims; for code it stays a plain table."""

from __future__ import annotations

import pickle
import re

import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy.claims._check import COLUMNS
from loyaltystudy.claims._verdicts import Verdicts


@pytest.fixture(scope="module")
def table():
    return ls.check_claims(ls.load_study("mobile-reputation", source="shipped"))


def made(*verdicts, **columns):
    rows = dict.fromkeys(COLUMNS, "x") | {"estimate": 0.5, "low": 0.25, "high": 0.75, "n": 300}
    frame = pd.DataFrame([rows | {"claim": f"c{i}", "verdict": v} for i, v in enumerate(verdicts)])
    return Verdicts(frame.assign(**{"study": "mine", "kind": "real"} | columns))


def test_it_stays_a_table_for_code(table):
    plain = pd.DataFrame(table)
    assert isinstance(table, pd.DataFrame) and tuple(table) == COLUMNS
    assert repr(table) == repr(plain) and table.to_csv() == plain.to_csv()
    for made_of_it in (table.query("n > 0"), table[["claim"]], table.copy(), pd.concat([table])):
        assert type(made_of_it) is pd.DataFrame
    pd.testing.assert_frame_equal(pickle.loads(pickle.dumps(table)), table)


def test_judged_claims_stand_first_with_their_verdicts(table):
    html, open_ones = table._repr_html_(), table["verdict"].isin(["not measured", "untestable"])
    shown, folded = html.split("<details>")
    rows = re.findall(r"<tr>\s*<td>([a-z0-9.-]+)</td>\s*<td>([a-z ]+)</td>", shown)
    assert rows == [*table.loc[~open_ones, ["claim", "verdict"]].itertuples(index=False, name=None)]
    assert f"{(~open_ones).sum()} of {len(table)} claims judged" in shown and len(rows) > 3
    assert all(claim in folded for claim in table.loc[open_ones, "claim"])
    assert not any(f"<td>{claim}</td>" in html for claim in table.loc[open_ones, "claim"])


def test_what_was_not_measured_is_one_line():
    html = made("not measured", "supported", "untestable", "not measured")._repr_html_()
    assert "<summary>2 not measured, 1 untestable</summary>" in html
    assert "<p>not measured: c0, c3</p><p>untestable: c2</p>" in html
    assert "mine: 1 of 4 claims judged (1 supported)" in html and html.count("<tr") == 2
    assert "<td>0.500 [0.250, 0.750]</td>" in html


def test_nothing_judged_and_all_judged():
    none = made("not measured")._repr_html_()
    assert "mine: 0 of 1 claims judged<" in none and "<table" not in none
    every = made("supported", "contradicted", kind="simulated")._repr_html_()
    assert "mine (simulated): 2 of 2" in every and "<details>" not in every


def test_words_of_a_study_are_never_taken_for_html():
    assert "<script>" not in made("supported", "not measured", study="<script>")._repr_html_()
    two = made("supported", "supported", study=["<b>a", "b"])._repr_html_()
    assert "&lt;b&gt;a" in two and "<td>&lt;b&gt;a</td>" in two


def test_a_table_of_other_columns_is_shown_as_pandas_does():
    other = Verdicts({"claim": ["a"], "x": [1]})
    assert other._repr_html_() == pd.DataFrame(other)._repr_html_()


def test_no_point_is_shown_outside_its_interval():
    shares = {"estimate": [-0.001, -0.2, 0.1], "low": [0.0, -0.4, 0.0], "high": [0.02, 0.1, 0.3]}
    html = made("supported", "contradicted", "inconclusive", **shares)._repr_html_()
    assert "0.000 [0.000, 0.020]" in html and "-0.001" not in html
    assert "-0.200 [-0.400, 0.100]" in html and "0.100 [0.000, 0.300]" in html
    assert "an adjusted share below zero is shown as 0" in html
    assert "shown as 0" not in made("supported")._repr_html_()
