"""Which scales go into one model, and the reason for each that does not."""

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.errors import SurveyError
from loyaltystudy.scales._choose import chosen_scales


def answers(n=40, **more):
    rng = np.random.default_rng(3)
    trait = rng.standard_normal(n)
    items = {c: trait + rng.standard_normal(n) for c in ("a1", "a2", "a3", "b1", "b2")}
    return pd.DataFrame({k: np.clip(np.round(4 + v), 1, 7) for k, v in items.items()} | more)


BOTH = {"a": ["a1", "a2", "a3"], "b": ["b1", "b2"]}


def reasons(study):
    return chosen_scales(study, None)[1].set_index("scale")["why"].to_dict()


def test_all_that_can_be_analysed_are_taken_in_the_codebooks_order(study_of):
    chosen, left = chosen_scales(study_of(answers(), BOTH), None)
    assert chosen == BOTH and left.empty


def test_named_scales_are_taken_as_they_are(study_of):
    study = study_of(answers(), BOTH)
    assert [*chosen_scales(study, "b")[0]] == ["b"]
    with pytest.raises(SurveyError, match=r"No scale named \['c'\]"):
        chosen_scales(study, ["a", "c"])


def test_each_reason(study_of):
    table = answers(one=4.0, same1=4.0, same2=[3.0, 5] * 20)
    table = table.assign(copy1=table["b1"], copy2=table["b1"])
    more = {"single": ["one"], "flat": ["same1", "same2"], "copies": ["copy1", "copy2"]}
    found = reasons(study_of(table, {**BOTH, **more, "again": ["a1", "b2"]}))
    assert found == {
        "single": "one item",
        "flat": "everyone gave the same answer to same1",
        "copies": "its items depend on one another exactly",
        "again": "shares a1 with a",
    }


def test_a_scale_that_hardly_anyone_answered_beside_others_goes(study_of):
    table = answers()
    table.loc[4:, ["b1", "b2"]] = np.nan
    found = reasons(study_of(table, BOTH))
    assert found == {"b": "4 respondents answered it beside the other scales"}


def test_nothing_left_is_one_error_with_the_reasons(study_of):
    with pytest.raises(SurveyError, match=r"none of \['a'\] has two items .*a: one item"):
        chosen_scales(study_of(answers(), {"a": ["a1"]}), None)
