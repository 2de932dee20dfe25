"""Deciding what scales measure."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyreadstat
import pytest
import yaml

from loyaltystudy.survey import draft_codebook, label_codebook, load_codebook, read_study
from loyaltystudy.survey._label import undecided

AGREE = {1: "Strongly disagree", 2: "Disagree", 3: "Neutral", 4: "Agree", 5: "Strongly agree"}


def answers(n=200, seed=3) -> pd.DataFrame:
    """Two scales of three items (one of them reversed), and what else surveys hold."""
    rng = np.random.default_rng(seed)
    trust, loyal = rng.normal(size=(2, n))
    loyal += trust

    def item(base, sign=1):
        return np.clip(np.rint(3 + sign * base + rng.normal(0, 0.6, n)), 1, 5)

    return pd.DataFrame(
        {
            "lopnr": np.arange(1.0, n + 1),
            "trust_1": item(trust),
            "trust_2": item(trust, -1),
            "trust_3": item(trust),
            "loy_1": item(loyal),
            "loy_2": item(loyal),
            "loy_3": item(loyal),
            "sex": rng.integers(1, 3, n).astype(float),
            "age": rng.integers(18, 80, n).astype(float),
            "vikt": np.round(rng.uniform(0.5, 1.5, n), 3),
        }
    )


def drafted(path, tmp_path, **options):
    text = draft_codebook(path, **options)
    book = tmp_path / "codebook.yaml"
    book.write_text(text, encoding="utf-8")
    return text, yaml.safe_load(text), read_study(path, book)


@pytest.fixture
def spss(tmp_path):
    frame, path = answers(), tmp_path / "vår 2024.sav"
    frame.loc[:4, "trust_1"] = 9
    frame.loc[5:7, "loy_1"] = 8
    labels = {c: {**AGREE, 8: "Vet ej", 9: "Ej svar"} for c in frame if c[-2:-1] == "_"}
    labels["sex"] = {1: "Kvinna", 2: "Man", 3: "Annat", 99: "Vill ej uppge"}
    pyreadstat.write_sav(
        frame,
        str(path),
        variable_value_labels=labels,
        missing_ranges={"trust_1": [{"lo": 9, "hi": 9}]},
        column_labels={"trust_1": "Jag litar på butiken: helt"},
    )
    return path


def said(*given):
    lines = iter(given)
    return lambda prompt: next(lines)


def test_labelling_writes_decisions_and_leaves_the_rest(spss, tmp_path):
    drafted(spss, tmp_path)
    path, shown = tmp_path / "codebook.yaml", []
    before = path.read_text()
    waiting = len(undecided(path))
    count = label_codebook(
        path, ask=said("brand love", "1", "xyzzy", "none", "", "gender", "q"), show=shown.append
    )
    assert count == 3
    book, after = load_codebook(path), path.read_text()
    assert book.scales["trust_scale"].construct == "affective_commitment"
    assert book.scales["loy_scale"].construct is None
    assert book.variables["age"].construct == "gender"  # as was typed
    assert len(undecided(path)) == waiting - 3
    changed = [
        (a, b) for a, b in zip(before.splitlines(), after.splitlines(), strict=True) if a != b
    ]
    assert len(changed) == 3 and all(a.count("#") == b.count("#") for a, b in changed)
    assert any("trust_1: Jag litar på butiken: helt" in line for line in shown)
    assert any("'xyzzy' is not in the vocabulary" in line for line in shown)


def test_labelling_ends_where_the_answers_end(spss, tmp_path):
    drafted(spss, tmp_path)
    path, before = tmp_path / "codebook.yaml", (tmp_path / "codebook.yaml").read_text()

    def ended(prompt):
        raise EOFError

    assert label_codebook(path, ask=ended, show=lambda line: None) == 0
    assert path.read_text() == before
