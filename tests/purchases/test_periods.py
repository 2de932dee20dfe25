"""Periods of a panel: each described, and repeat buying from one to the next."""

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.purchases._periods import describe_periods, repeat_rates
from loyaltystudy.purchases._reading import read_panel


def category(described):
    return described.category.set_index("measure")["estimate"]


def two_periods():
    bought = pd.DataFrame(
        {
            "who": [1, 1, 2, 2, 3, 3, 3],
            "what": list("aaabbbb"),
            "when": [
                "2026-01-01",
                "2026-02-25",
                "2026-01-05",
                "2026-02-20",
                "2026-01-02",
                "2026-02-21",
                "2026-02-28",
            ],
        }
    )
    columns = {"household": "who", "brand": "what", "time": "when"}
    return read_panel(bought, {"name": "p", "title": "", "columns": columns})


def test_periods_are_described_each():
    found = describe_periods(two_periods(), periods=2, resamples=0)
    rate = found[found["measure"].eq("purchase_rate") & found["brand"].eq("category")]
    assert rate["estimate"].tolist() == pytest.approx([1.0, 4 / 3])
    share = found[found["measure"].eq("market_share") & found["brand"].eq("a")]
    assert share["estimate"].tolist() == pytest.approx([2 / 3, 1 / 4])


def test_a_brand_that_nobody_bought_in_a_period_stays_with_the_reason():
    bought = pd.DataFrame(
        {
            "who": [1, 2, 3, 1, 2, 3, 3],
            "what": list("aab") + list("aacc"),
            "when": pd.to_datetime(["2026-01-01"] * 3 + ["2026-02-20"] * 3 + ["2026-02-28"]),
        }
    )
    columns = {"household": "who", "brand": "what", "time": "when"}
    panel = read_panel(bought, {"name": "p", "title": "", "columns": columns})
    found = describe_periods(panel, resamples=0)
    found = found.set_index(["period", "brand", "measure"]).sort_index()
    for period, brand in ((1, "c"), (2, "b")):
        assert found.loc[(period, brand, "market_share"), "estimate"] == 0
        assert found.loc[(period, brand, "penetration"), "estimate"] == 0
        assert np.isnan(found.loc[(period, brand, "purchase_rate"), "estimate"])
        assert (found.loc[(period, brand), "note"] == "nobody bought it in this period").all()
    assert (found.loc[(1, "a"), "note"] == "").all()
    rates = repeat_rates(panel, resamples=0).set_index("brand")
    assert rates.loc["c", "buyers"] == 0 and np.isnan(rates.loc["c", "repeat_rate"])
    assert rates["note"].to_dict() == {"a": "", "b": "", "c": "no buyers in the first half"}


def test_repeat_rates_by_hand():
    found = repeat_rates(two_periods(), resamples=0).set_index("brand")
    assert found.loc["a", ["buyers", "repeat_rate"]].tolist() == [2, 0.5]
    assert found.loc["b", ["buyers", "repeat_rate"]].tolist() == [1, 1.0]


def test_repeat_rate_of_a_stationary_market_is_the_expected():
    rng = np.random.default_rng(3)
    who = np.repeat(np.arange(4000), rng.poisson(rng.gamma(1.0, 6.0, 4000)))
    likes_a = rng.beta(0.6, 0.4, 4000)[who]
    bought = pd.DataFrame(
        {
            "who": who,
            "what": np.where(rng.random(len(who)) < likes_a, "a", "b"),
            "when": rng.uniform(0, 1, len(who)),
        }
    )
    columns = {"household": "who", "brand": "what", "time": "when"}
    spec = {"name": "p", "title": "", "columns": columns, "panel_size": 4000}
    panel = read_panel(bought, spec)
    found = repeat_rates(panel, resamples=300).set_index("brand")
    assert (found["low"] < found["expected"]).all() and (found["expected"] < found["high"]).all()
