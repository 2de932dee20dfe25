"""Tiers: rules, stability, and luck against the NBD's conditional trend."""

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.errors import SurveyError
from loyaltystudy.purchases._reading import read_panel
from loyaltystudy.purchases._sources import load_panel
from loyaltystudy.purchases._stability import follow_tiers
from loyaltystudy.purchases._tiers import assign_tiers, rfm_scores


def panel_of(x, y, *, spend=1.0, size=None):
    """Households with x purchases in the first and y in the second of two equal periods."""
    parts = []
    for start, counts in ((0.0, x), (10.0, y)):
        household = np.repeat(np.arange(len(counts)), counts)
        parts.append(pd.DataFrame({"h": household, "t": start + 5.0}))
    frame = pd.concat(parts, ignore_index=True).assign(b="a", s=spend)
    frame.loc[len(frame)] = [len(x), 0.0, "a", spend]  # the first and the last moment
    frame.loc[len(frame)] = [len(x), 20.0, "a", spend]
    columns = {"household": "h", "brand": "b", "time": "t", "spend": "s"}
    return read_panel(
        frame, {"name": "p", "title": "", "columns": columns, "panel_size": size or len(x) + 1}
    )


def test_quantile_rule_gives_the_shares_without_ties():
    tiers = assign_tiers(pd.Series(np.arange(1000)))
    assert tiers.value_counts(sort=False).to_dict() == {
        "bronze": 500,
        "silver": 300,
        "gold": 150,
        "platinum": 50,
    }
    assert tiers.iloc[-1] == "platinum"
    assert assign_tiers(pd.Series([3.0] * 10)).unique().tolist() == ["bronze"]


def test_rfm_by_hand():
    x = [1, 2, 3, 4, 5]
    panel = panel_of(x, [0] * 5)
    scores = rfm_scores(panel)
    assert scores.loc[4, ["purchases", "spend", "f", "m"]].tolist() == [5, 5.0, 5, 5]
    assert scores.loc[0, "days"] == 15.0
    assert (scores["rfm"] == scores[["r", "f", "m"]].sum(axis=1)).all()


def test_bad_input_is_refused():
    with pytest.raises(SurveyError, match="panel 'catsup' has no times; tiers need a next period"):
        follow_tiers(load_panel("catsup"))
    with pytest.raises(SurveyError, match="rule='size'"):
        follow_tiers(load_panel("catsup"), rule="size")
    with pytest.raises(SurveyError, match="found DataFrame"):
        rfm_scores(pd.DataFrame())
    with pytest.raises(SurveyError, match="sum to 1"):
        assign_tiers(pd.Series([1, 2]), shares={"a": 0.5, "b": 0.4})
    with pytest.raises(SurveyError, match="1 of 2 missing"):
        assign_tiers(pd.Series([1, np.nan]))
