"""The warning before means of groups are compared."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.errors import SurveyError
from loyaltystudy.scales._comparability import comparable


def two_groups(n: int = 400, *, loading: float = 0.8, shift: float = 0.0, mean: float = 0.0):
    """Four items in two groups; item t3 loads or sits differently in the second."""
    rng = np.random.default_rng(11)
    group = np.repeat([1.0, 2.0], n)
    factor = rng.normal(size=2 * n) + mean * (group == 2)
    loadings = np.full((2 * n, 4), 0.8)
    loadings[group == 2, 3] = loading
    values = loadings * factor[:, None] + 0.6 * rng.normal(size=(2 * n, 4))
    values[group == 2, 3] += shift
    return pd.DataFrame(values, columns=["t0", "t1", "t2", "t3"]).assign(language=group)


TRUST = {"trust": ["t0", "t1", "t2", "t3"]}


def test_no_warning_where_means_may_be_compared(study_of):
    row = comparable(
        study_of(two_groups(mean=0.5), TRUST, -99, 99, whole=False), "trust", "language"
    ).iloc[0]
    assert (row.level, row.means, row.slopes, row.warning) == ("scalar", True, True, "")


def test_warning_names_level_item_and_consequence(study_of):
    row = comparable(
        study_of(two_groups(shift=0.6), TRUST, -99, 99, whole=False), "trust", "language"
    ).iloc[0]
    assert (row.level, row.means, row.slopes) == ("metric", False, True)
    assert row.warning.startswith(
        "Scale 'trust' does not mean the same in every group of 'language': scalar invariance fails"
    )
    assert "it breaks at ['t3']. Slopes may be compared, group means may not." in row.warning
    row = comparable(
        study_of(two_groups(loading=0.1), TRUST, -99, 99, whole=False), "trust", "language"
    ).iloc[0]
    assert row.warning.endswith("it breaks at ['t3']. Compare neither means nor slopes.")


def test_a_scale_that_is_no_scale_is_told(study_of):
    answers = pd.DataFrame(np.random.default_rng(1).normal(size=(600, 4)), columns=TRUST["trust"])
    answers["t1"] += 2 * answers.t0
    answers["t3"] += 2 * answers.t2
    answers["t2"] += 0.4 * answers.t0
    answers["language"] = np.repeat([1.0, 2.0], 300)
    row = comparable(study_of(answers, TRUST, -99, 99, whole=False), "trust", "language").iloc[0]
    assert row.level == "none"
    assert "one factor does not fit (CFI 0." in row.warning


def test_short_scales_cannot_be_tested(study_of):
    table = comparable(
        study_of(two_groups(), {"a": ["t0"], "b": ["t1", "t2"]}, -99, 99, whole=False),
        ["a", "b"],
        "language",
    )
    assert list(table.level) == ["untested", "untested"]
    assert not table.means.any()
    assert "has 1 item: whether it means the same" in table.warning[0]
    assert "has 2 items:" in table.warning[1]


def test_unknown_names(study_of):
    with pytest.raises(SurveyError, match=r"No scale named \['bond'\]. There are: \['trust'\]"):
        comparable(study_of(two_groups(), TRUST, -99, 99, whole=False), "bond", "language")
    with pytest.raises(SurveyError, match="by: no column 'country'"):
        comparable(study_of(two_groups(), TRUST, -99, 99, whole=False), "trust", "country")
