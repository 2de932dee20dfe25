"""Labels in a file beside those of the codebook."""

import pytest

from loyaltystudy.survey import make_codebook
from loyaltystudy.survey._file_labels import label_faults, other_words

LONG = "A label that is longer than seventy-five bytes, which SPSS cuts off somewhere in the middle"


@pytest.fixture
def entry():
    codes = {1: {"en": "Yes", "sv": "Ja"}, 2: {"en": "No", "sv": "Nej"}, 3: {"en": LONG}}
    variable = {"kind": "nominal", "answers": {"codes": codes}, "recode": {"7": 2}, "missing": [9]}
    book = {"study": "s", "title": "S", "population": "customers", "variables": {"v": variable}}
    return make_codebook(book).variables["v"]


def test_the_same_label_in_any_language_and_case(entry):
    assert label_faults(entry, {1: "yes", 2: "NEJ", 7: "No"}) == []
    assert other_words(entry, {1: "yes", 2: "NEJ", 7: "No"}) == []


def test_a_label_of_another_code_is_a_fault(entry):
    (fault,) = label_faults(entry, {1: "Nej"})
    assert fault.startswith("code 1 is 'Nej' in the file, but 'Yes / Ja' in the codebook")
    assert "there 2 has that label" in fault
    (fault,) = label_faults(entry, {8: "No"})
    assert "but without a label in the codebook" in fault


def test_other_words_for_the_same_code_are_no_fault(entry):
    assert label_faults(entry, {1: "Certainly"}) == []
    assert other_words(entry, {1: "Certainly", 8: "Perhaps"}) == [(1, "Certainly", "Yes / Ja")]


def test_missing_codes_empty_labels_and_labels_cut_off_say_nothing(entry):
    labels = {9: "No answer", 1: " ", 3: LONG[:80]}
    assert label_faults(entry, labels) == [] == other_words(entry, labels)
