"""R² of every subset, by what can be left out."""

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.errors import SurveyError
from loyaltystudy.explain import compare_blocks, model_frame
from loyaltystudy.explain._estimation import GROUPS, Options, by_theory, in_groups, subset_estimates
from loyaltystudy.rsquared import moments

rng = np.random.default_rng(1)
NAMES = [f"x{i}" for i in range(14)]
ROWS = pd.DataFrame(rng.normal(size=(400, 15)), columns=[*NAMES, "y"])
ROWS["y"] += 0.4 * ROWS["x0"]
TWO = {"one": ["x0"], "other": ["x1"]}


def test_rows_and_moments_have_the_same_r2_and_errors_of_one_size():
    rows = subset_estimates(model_frame(ROWS, "y", TWO))
    theory = model_frame(moments(ROWS[["x0", "x1", "y"]]), "y", TWO)
    assert by_theory(theory) and not by_theory(model_frame(ROWS, "y", TWO))
    found = subset_estimates(theory)
    assert np.allclose(found.r2, rows.r2)
    assert np.allclose(found.se()[1:], rows.se()[1:], rtol=0.25)


def test_many_blocks_leave_out_groups_of_rows():
    frame = model_frame(ROWS, "y", {name: [name] for name in NAMES})
    grouped = in_groups(frame, seed=0)
    assert len(grouped.groups.n) == GROUPS and grouped.groups.n.sum() == 400
    assert grouped.notes[-1] == f"intervals from leaving out each of {GROUPS} groups of rows"
    assert in_groups(model_frame(ROWS, "y", TWO), seed=0).rows is not None


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"missing": "drop"}, "missing='drop' is not known; take 'complete', 'em' or 'impute'."),
        ({"shape": "cubic"}, "shape='cubic' is not known; take 'linear' or 'curved'."),
        (
            {"missing": "em", "shape": "curved"},
            "missing='em' and shape='curved' are not made to go together; take one of them.",
        ),
    ],
)
def test_options_that_are_unknown_or_do_not_go_with_each_other(options, message):
    assert Options(**options).problems(0) == [message]
    with pytest.raises(SurveyError) as caught:
        compare_blocks(ROWS, "y", TWO, **options)
    assert message in str(caught.value)


def test_resamples_are_for_plain_comparisons():
    assert Options(shape="curved").problems(10) == [
        "resamples: not made for shape='curved'; leave them out."
    ]
    assert Options().problems(10) == []


def test_more_blocks_than_can_be_compared():
    wide = moments(ROWS)
    with pytest.raises(SurveyError, match="14 blocks; at most 12 without rows or groups"):
        compare_blocks(wide, "y", {name: [name] for name in NAMES})
