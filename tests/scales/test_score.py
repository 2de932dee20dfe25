"""Scores of a study are its codebook's scales."""

from dataclasses import replace

import numpy as np
import pandas as pd

import loyaltystudy as ls


def test_one_column_a_scale_and_one_row_a_respondent(study_of):
    answers = pd.DataFrame({"a": [1.0, 2, np.nan], "b": [7.0, 6, 5], "c": [4.0, 4, 4]})
    study = study_of(answers, {"x": ["a", "b"], "y": ["c"]}, reverse=("b",))
    found = ls.score(study)
    assert found.columns.tolist() == ["x", "y"] and found.index.equals(study.answers.index)
    assert np.allclose(found["x"], [1, 2, np.nan], equal_nan=True)
    assert found["y"].tolist() == [4, 4, 4]


def test_scales_that_nobody_was_asked_are_left_out(study_of):
    study = study_of(pd.DataFrame({"a": [1.0, 2, 3], "b": 4.0}), {"x": ["a"], "z": ["b"]})
    without = replace(study, answers=study.answers.drop(columns="b"))
    assert [*ls.score(study)] == ["x", "z"] and [*ls.score(without)] == ["x"]
