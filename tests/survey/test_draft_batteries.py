"""Batteries where headers hold code and text, where nothing names them, and without copies."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import yaml

from loyaltystudy.explain import compare_blocks
from loyaltystudy.survey import draft_codebook, read_study

WORDS = {
    "T": ["I can rely on the company", "The company keeps its word", "The company is honest"],
    "L": [
        "I will stay a customer",
        "I would choose it again",
        "It is my first choice",
        "I like it",
    ],
}


def answers(seed=1, n=200) -> dict[str, np.ndarray]:
    """Two batteries that do not go with each other, answered from 1 to 7."""
    rng = np.random.default_rng(seed)
    return {
        letter: np.clip(np.rint(4 + 1.3 * rng.normal(size=(n, 1)) + rng.normal(size=(n, 4))), 1, 7)
        for letter in WORDS
    }


def drafted(columns: dict, path):
    pd.DataFrame(columns).to_csv(path, index=False)
    text = draft_codebook(path, language="en")
    path.with_suffix(".yaml").write_text(text, encoding="utf-8")
    return yaml.safe_load(text), read_study(path, path.with_suffix(".yaml"))


HEADERS = {
    "T1. text": "{letter}{n}. {text}",
    "T_1: text": "{letter}_{n}: {text}",
    "T1) text": "{letter}{n}) {text}",
    "T1 - text": "{letter}{n} - {text}",
    "T1 Text": "{letter}{n} {text}",
    "[T1] text": "[{letter}{n}] {text}",
    "text (T1)": "{text} ({letter}{n})",
    "1a. text": "{place}{small}. {text}",
    "Q1_2 text": "Q{place}_{n} {text}",
    "text alone": "{text}",
}


@pytest.mark.parametrize("header", HEADERS.values(), ids=[*HEADERS])
def test_a_code_and_a_text_in_one_header_make_batteries(header, tmp_path):
    columns = {
        header.format(letter=letter, n=n + 1, text=text, place=place, small="abcd"[n]): found[:, n]
        for place, (letter, found) in enumerate(answers().items(), 1)
        for n, text in enumerate(WORDS[letter])
    }
    raw, study = drafted(columns, tmp_path / "a.csv")
    assert [len(scale["items"]) for scale in raw["scales"].values()] == [3, 4]
    asked = [raw["items"][item] for scale in raw["scales"].values() for item in scale["items"]]
    assert [entry["wording"]["en"] for entry in asked] == [t for ts in WORDS.values() for t in ts]
    assert np.array_equal(study.answers.to_numpy(), np.column_stack([*columns.values()]))


def test_a_codebook_finds_columns_whose_headers_hold_its_names_and_more(tmp_path):
    book = {
        "study": "mine",
        "title": "Mine",
        "population": "customers",
        "items": {name: {"answers": {"range": [1, 5]}} for name in ("t1", "t2", "t3")},
        "scales": {"trust": {"construct": "trust", "items": ["t1", "t2", "t3"]}},
    }
    (tmp_path / "c.yaml").write_text(yaml.safe_dump(book), encoding="utf-8")
    heads = ["t1: I rely on it", "It is honest (t2)", "t3 - It keeps its word"]
    pd.DataFrame([[1, 2, 3], [5, 4, 3]], columns=heads).to_csv(tmp_path / "a.csv", index=False)
    study = read_study(tmp_path / "a.csv", tmp_path / "c.yaml")
    assert study.answers.to_numpy().tolist() == [[1, 2, 3], [5, 4, 3]]


COPIES = {
    "turned": ("r{}", lambda x: 8 - x),
    "joined": ("T{}_grp", lambda x: np.where(x > 4, 1, np.where(x == 4, 2, 3))),
    "standardised": ("ZT{}", lambda x: (x - x.mean()) / x.std()),
    "to ten": ("ten{}", lambda x: x * 10),
}


@pytest.mark.parametrize(("name", "recoded"), COPIES.values(), ids=[*COPIES])
def test_recoded_copies_make_no_second_scale(name, recoded, tmp_path):
    found = answers()["T"]
    columns = {f"T{n + 1}": found[:, n] for n in range(4)}
    columns |= {name.format(n + 1): recoded(found[:, n]) for n in range(4)}
    raw, study = drafted(columns, tmp_path / "a.csv")
    assert [scale["items"] for scale in raw["scales"].values()] == [["T1", "T2", "T3", "T4"]]
    assert "other_questions" not in raw["blocks"] and len(study.answers.columns) == 8
    assert "once more, recoded" in (tmp_path / "a.yaml").read_text(encoding="utf-8")


def test_sums_of_items_explain_nothing(tmp_path):
    found = answers()["T"]
    columns = {f"T{n + 1}": found[:, n] for n in range(4)}
    columns |= {"trust": found.mean(axis=1), "age": np.arange(200) % 60 + 18}
    raw, _ = drafted(columns, tmp_path / "a.csv")
    assert raw["blocks"]["other_questions"] == ["age"]
    assert "computed from the items of t_scale" in (tmp_path / "a.yaml").read_text(encoding="utf-8")


def test_answers_that_merely_go_with_each_other_are_no_copies(tmp_path):
    found = answers()["T"]
    columns = {f"T{n + 1}": found[:, n] for n in range(4)}
    columns["T1b"] = np.where(
        np.arange(200) == 7, 8 - found[:, 0] - (found[:, 0] == 4), found[:, 0]
    )
    raw, _ = drafted(columns, tmp_path / "a.csv")
    assert "recoded" not in (tmp_path / "a.yaml").read_text(encoding="utf-8")
    assert "T1b" in raw["variables"]


def test_so_many_scales_that_they_are_joined_can_be_compared(tmp_path):
    rng = np.random.default_rng(2)
    columns = {}
    for name in (f"{a}{b}x" for a in "pqrst" for b in "klmno"):
        base = rng.normal(size=(150, 1)) + rng.normal(scale=0.6, size=(150, 3))
        columns |= {f"{name}_{n}": np.clip(np.rint(3 + base[:, n]), 1, 5) for n in range(3)}
    raw, study = drafted(columns, tmp_path / "a.csv")
    assert len(raw["scales"]) == 25 and len(raw["blocks"]) == 11
    blocks = {name: ms for name, ms in raw["blocks"].items() if "pkx_scale" not in ms}
    assert 0 < compare_blocks(study, "pkx_scale", blocks).r2 < 0.5
    assert "neighbours are joined" in (tmp_path / "a.yaml").read_text(encoding="utf-8")
