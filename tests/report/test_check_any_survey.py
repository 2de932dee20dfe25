"""`check` ends with a report for any survey that can be read; its R² is compare_blocks' own."""

from __future__ import annotations

from unittest.mock import patch

import numpy as np
import pandas as pd
import pytest
import yaml

from loyaltystudy.cli import main
from loyaltystudy.explain import compare_blocks
from loyaltystudy.report import _check


def survey(names=("trust", "bond", "loyal"), n=160, seed=4, items=3) -> pd.DataFrame:
    """Scales of three items that go with each other, an age and a weight."""
    rng = np.random.default_rng(seed)
    base, columns = rng.normal(size=n), {}
    for name in names:
        own = base + rng.normal(size=n)
        for i in range(items):
            columns[f"{name}{i}"] = np.clip(np.rint(3 + own + rng.normal(0, 0.7, n)), 1, 5)
    columns |= {"age": rng.integers(18, 80, n), "w": np.round(rng.uniform(0.5, 1.5, n), 2)}
    return pd.DataFrame(columns)


def codebook(names=("trust", "bond", "loyal"), constructs=None, items=3, **more) -> dict:
    constructs = constructs or dict(
        zip(names, ("trust", "affective_commitment", "loyalty"), strict=False)
    )
    scales = {
        name: {"construct": constructs[name], "items": [f"{name}{i}" for i in range(items)]}
        for name in names
    }
    return {
        "study": "any",
        "title": "Any survey",
        "population": "customers",
        "items": {
            item: {"answers": {"range": [1, 5]}} for s in scales.values() for item in s["items"]
        },
        "scales": scales,
        "variables": {
            "age": {"kind": "numeric", "construct": "age", "answers": {"range": [15, 99]}}
        },
        "blocks": {"years": ["age"]} | {name: [name] for name in names if name != "loyal"},
    } | more


def checked(frame: pd.DataFrame, book: dict, folder, outcome: str | None = None):
    """The command's exit code, its page, and the analysis that the page shows."""
    frame.to_csv(folder / "a.csv", index=False)
    (folder / "c.yaml").write_text(
        yaml.safe_dump(book, allow_unicode=True, sort_keys=False), encoding="utf-8"
    )
    given = [
        str(folder / "a.csv"),
        "--codebook",
        str(folder / "c.yaml"),
        "--out",
        str(folder / "o"),
    ]
    asked = ["--outcome", outcome] if outcome else []
    with patch.object(_check, "write_analysis", wraps=_check.write_analysis) as written:
        code = main(["check", *given, *asked, "--no-notebook"])
    page = (folder / "o/report.html").read_text(encoding="utf-8")
    return code, page, written.call_args[0][0]


def assert_same_r2(analysis, book: dict) -> None:
    """The report's R² is that of all blocks, less the outcome and what the report names."""
    left = {(part.block, part.name) for part in analysis.left_out}
    blocks = {b: [m for m in ms if (b, m) not in left] for b, ms in book["blocks"].items()}
    blocks = {b: ms for b, ms in blocks.items() if ms}
    found = compare_blocks(analysis.study, analysis.outcome.name, blocks)
    assert abs(found.r2 - analysis.comparison.r2) <= 1e-12 and 0 < found.r2 < 1


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_claim_is_measured(seed, tmp_path):
    book = codebook(constructs=dict.fromkeys(("trust", "bond", "loyal"), "undecided"))
    code, page, made = checked(survey(seed=seed), book, tmp_path, outcome="loyal")
    assert code == 0 and (made.claims["verdict"] != "supported").all()
    assert_same_r2(made, book)
    assert page.count("class='claim'") == 0


@pytest.mark.parametrize(
    "names",
    [
        {"years": "demografi", "trust": "förtroende", "bond": "känslomässiga_band"},
        {"years": "ålder", "trust": "tillit", "bond": "relasjon"},
        {"years": "Vem är du", "trust": "Vad du litar på", "bond": "Vad du känner"},
    ],
    ids=["sv", "nb", "sentences"],
)
def test_blocks_are_named_in_swedish_or_norwegian(names, tmp_path):
    book = codebook()
    book["blocks"] = {names[block]: members for block, members in book["blocks"].items()}
    code, page, made = checked(survey(), book, tmp_path)
    assert code == 0 and [*made.blocks] == [*names.values()]
    assert_same_r2(made, book)
    assert all(name.replace("_", " ") in page or name in page for name in names.values())


@pytest.mark.parametrize(
    ("name", "construct", "items"),
    [("loyal", "loyalty", 3), ("loyal", "satisfaction", 2), ("loyal", "recommend", 1)],
)
def test_one_scale_and_nothing_but_age(name, construct, items, tmp_path):
    book = codebook((name,), {name: construct}, items)
    code, page, made = checked(survey((name,), items=items), book, tmp_path)
    assert code == 0 and made.outcome.name == "loyal" and [*made.blocks] == ["years"]
    assert_same_r2(made, book)
    assert len(page) > 5_000


@pytest.mark.parametrize("weight", [0, -1, -0.5])
def test_weights_of_zero_or_less_are_left_out(weight, tmp_path):
    frame = survey()
    frame.loc[::9, "w"] = weight
    book = codebook(design={"weight": "w"})
    book["variables"]["w"] = {"kind": "numeric", "answers": {"range": [-2, 5], "whole": False}}
    code, _, made = checked(frame, book, tmp_path)
    assert code == 0 and made.comparison.n == (frame["w"] > 0).sum()
    assert_same_r2(made, book)
    kept = frame[frame["w"] > 0]
    again = compare_blocks(
        type(made.study)(made.study.codebook, made.study.answers.loc[kept.index + 1]),
        "loyal",
        book["blocks"],
    )
    assert abs(again.r2 - made.comparison.r2) <= 1e-12


@pytest.mark.parametrize(("seed", "items"), [(1, 1), (2, 1), (3, 1), (4, 3)])
def test_six_in_ten_answers_are_missing(seed, items, tmp_path):
    frame = survey(n=3_000 if items == 1 else 600, seed=seed, items=items)
    frame = frame.mask(np.random.default_rng(seed).random(frame.shape) < 0.6)
    book = codebook(items=items)
    code, page, made = checked(frame, book, tmp_path)
    assert code == 0 and made.study.n == frame.notna().any(axis=1).sum()
    if items == 1:
        assert_same_r2(made, book)
    else:  # hardly anybody answered two whole scales: what is left out is named
        assert {part.why for part in made.left_out} == {"missing"}
        assert "so many answers are missing" in page


def test_three_thousand_columns(tmp_path):
    names = tuple(f"s{i}x" for i in range(20))
    frame, more = survey(names, n=60), [f"q{i}" for i in range(2_940)]
    asked = np.random.default_rng(1).integers(1, 6, (60, len(more)))
    frame = pd.concat([frame, pd.DataFrame(asked, columns=more)], axis=1)
    book = codebook(names, dict.fromkeys(names, "undecided"))
    for name in more:
        book["variables"][name] = {"kind": "ordinal", "answers": {"range": [1, 5]}}
    book["blocks"] = {"years": ["age"], "first": [*names[:3]], "questions": more[:9]}
    code, _, made = checked(frame, book, tmp_path, outcome=names[-1])
    assert code == 0 and len(made.study.answers.columns) == 3_001
    assert_same_r2(made, book)
