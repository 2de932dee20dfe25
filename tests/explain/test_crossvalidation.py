"""R² on rows that the model has not seen."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

import loyaltystudy as ls


def data(n=160, seed=0):
    rng = np.random.default_rng(seed)
    x = pd.DataFrame(rng.normal(size=(n, 4)), columns=list("abcd"))
    x["d"] += 0.6 * x["a"]
    x["group"] = rng.choice(["north", "south", "west"], size=n)
    x["y"] = x["a"] + 0.5 * x["c"] + (x["group"] == "west") + rng.normal(size=n)
    return x


def figures(found, measure, column="estimate"):
    table = found.table[found.table["measure"] == measure]
    return table.set_index("block")[column]


def test_cross_validation_equals_refitting_by_hand():
    from loyaltystudy.explain._crossvalidation import fold_numbers

    x = data()
    found = ls.compare_blocks(x, "y", {"A": ["a", "b"], "C": ["d"]}, seed=5)
    repeats = []
    for fold in fold_numbers(len(x), 5):
        sse = sst = 0.0
        for f in range(10):
            train, test = x[fold != f], x[fold == f]
            fit = sm.OLS(train["y"], sm.add_constant(train[["a", "b"]])).fit()
            sse += ((test["y"] - fit.predict(sm.add_constant(test[["a", "b"]]))) ** 2).sum()
            sst += ((test["y"] - train["y"].mean()) ** 2).sum()
        repeats.append(1 - sse / sst)
    assert figures(found, "alone_cv")["A"] == pytest.approx(np.mean(repeats), abs=1e-9)


def test_noise_is_not_taken_for_signal():
    rng = np.random.default_rng(8)
    x = pd.DataFrame(rng.normal(size=(200, 21)), columns=[*(f"x{i}" for i in range(20)), "y"])
    found = ls.compare_blocks(x, "y", {"noise": list(x.columns[:20])})
    assert found.r2 > 0.05  # raw R² is fooled
    assert found.r2_cv < 0 and abs(found.r2_adjusted) < 0.1
    assert figures(found, "alone", "low")["noise"] == pytest.approx(0, abs=1e-6)
