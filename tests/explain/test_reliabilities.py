"""Error-free comparisons: parity, influence, ranges, impossible matrices, and what is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy import SurveyError
from loyaltystudy.explain._frame import model_frame
from loyaltystudy.explain._left_out import leave_out
from loyaltystudy.explain._reliabilities import find_reliabilities, rho_of
from loyaltystudy.scales import alpha_of, cronbach, fit_one_factor, omega_of
from loyaltystudy.survey._codebook import make_codebook

BLOCKS = {"trust": ["trust"], "bonds": ["bonds"], "age": ["age"]}


def study(n=300, seed=3, same=0.0, **design):
    """Two scales of three items (reliability .75), an outcome of four, age without error.

    ``same`` is the share of trust that is bonds.
    """
    rng = np.random.default_rng(seed)
    trust, bonds, age = rng.normal(size=(3, n))
    trust = (1 - same) * trust + same * bonds + 0.0 * age
    loyal = 0.4 * trust + 0.5 * bonds + 0.2 * age + rng.normal(size=n)
    answers = pd.DataFrame({"age": age})
    for name, truth, items in (("t", trust, 3), ("b", bonds, 3), ("l", loyal, 4)):
        for i in range(items):
            answers[f"{name}{i}"] = truth + rng.normal(size=n)
    answers["shop"] = np.arange(n) % 30
    answers["w"] = rng.uniform(0.5, 2, n)
    number = {"kind": "numeric", "answers": {"range": [-100, 100], "whole": False}}
    asked = {"answers": {"range": [-100, 100], "whole": False}}
    items = [c for c in answers if c[0] in "tbl"]
    book = {"study": "s", "title": "S", "population": "customers", "blocks": BLOCKS}
    book["items"] = dict.fromkeys(items, asked)
    book["variables"] = dict.fromkeys(["age", "shop", "w"], number)
    book["scales"] = {
        "trust": {"construct": "trust", "items": ["t0", "t1", "t2"]},
        "bonds": {"construct": "affective_commitment", "items": ["b0", "b1", "b2"]},
        "loyalty": {"construct": "loyalty", "items": ["l0", "l1", "l2", "l3"]},
    }
    return ls.read_study(answers, make_codebook(book | {"design": design}))


def test_omega_is_that_of_the_reliability_table():
    s = study()
    frame = model_frame(s, "loyalty")
    found = find_reliabilities(s, frame, "omega")
    table = ls.reliability(s).set_index("scale")["omega"]
    assert found.rho == pytest.approx(table[[*found.rho]].to_dict(), abs=1e-7)
    assert found.kinds == dict.fromkeys(["trust", "bonds", "loyalty"], "omega")


@pytest.mark.parametrize("loadings", [(0.9, 0.7, 0.5), (0.8, 0.8, 0.8, 0.6, 0.4)])
@pytest.mark.parametrize("misfit", [0.0, 0.15])
def test_influence_functions_are_the_slopes_of_alpha_and_omega(loadings, misfit):
    """d/de of the statistic at (1 - e) S + e dd', also where one factor fits badly."""
    h = 1e-4
    s = np.outer(loadings, loadings) + np.diag(1 - np.square(loadings))
    s[:2, :2] += misfit
    away = np.random.default_rng(4).normal(size=(8, len(loadings))) @ np.linalg.cholesky(s).T

    def omega(cov):
        loading, error = fit_one_factor(cov)
        return loading.sum() ** 2 / (loading.sum() ** 2 + error.sum())

    def alpha(cov):
        return len(cov) / (len(cov) - 1) * (1 - np.trace(cov) / cov.sum())

    for made, statistic in ((alpha_of(s), alpha), (omega_of(*fit_one_factor(s), s), omega)):
        assert made.value == pytest.approx(statistic(s), abs=1e-8)
        for d, found in zip(away, made.influence(away, s), strict=True):
            low, high = (statistic((1 - e) * s + e * np.outer(d, d)) for e in (-h, h))
            assert found == pytest.approx((high - low) / (2 * h), rel=1e-3, abs=1e-5)


def test_alpha_is_that_of_the_items():
    items = study().answers[["t0", "t1"]]
    assert alpha_of(np.cov(items.T)).value == pytest.approx(cronbach(items))


@pytest.mark.parametrize("design", [{}, {"cluster": "shop"}, {"weight": "w"}])
def test_reliability_without_a_unit_is_nearly_that_of_a_fit_without_it(design):
    s = study(120, **design)
    frame = model_frame(s, "loyalty")
    left = leave_out(frame)
    found = find_reliabilities(s, frame, "omega")
    rho, jack = rho_of(found, found.rho, frame, left)
    at = frame.columns.index("bonds")
    for unit in (0, 7, 19):
        rest = s.answers[left.unit != unit]
        again = ls.read_study(rest, s.codebook)
        fresh = find_reliabilities(again, model_frame(again, "loyalty"), "omega")
        change = fresh.rho["bonds"] - rho[at]
        assert jack[unit, at] - rho[at] == pytest.approx(change, rel=0.1, abs=2e-4)


def test_what_is_refused():
    s = study()
    with pytest.raises(SurveyError) as error:
        ls.compare_blocks(
            s, "loyalty", reliability={"trsut": 0.8, "age": "omega", "bonds": 1.2, "trust": "good"}
        )
    assert str(error.value).splitlines()[1:] == [
        "- 'trsut' is no column of the comparison: ['trust', 'bonds', 'age', 'loyalty'].",
        "- 'age' has no items to take omega from; assume a range.",
        "- 'bonds': 1.2; a number above 0, at most 1, or (low, high).",
        "- 'trust': 'good'; a number above 0, at most 1, or (low, high).",
    ]
    with pytest.raises(SurveyError, match="needs a Study, whose scales have items"):
        ls.compare_blocks(s.answers, "l0", {"t": ["t0"], "b": ["b0"]}, reliability="omega")
    with pytest.raises(SurveyError, match="are not made to go together"):
        ls.compare_blocks(s, "loyalty", reliability="omega", missing="em")
    with pytest.raises(SurveyError, match="give 'omega', or a dict"):
        ls.compare_blocks(s, "loyalty", reliability=0.8)
