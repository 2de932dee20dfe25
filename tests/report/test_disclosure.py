"""Nobody is recognisable in what `check` writes for others: planted names, and shares solved."""

import json
import re
import zipfile
from itertools import combinations
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.claims._statistics.base import adders, behind
from loyaltystudy.cli import main
from loyaltystudy.report._disclosure import (
    bins_of_ten,
    decimals,
    groups_of_ten,
    masked,
    rounded,
    withhold,
)

N = 130
GIVEN = ["Ragnhild", "Torbjörn", "Sigurd", "Åsa", "Øyvind"]
FAMILY = ["Kvikksølvsen", "Hjärnström", "Ødegårdsvik"]
CODEBOOK = """
study: planted
title: Planted
population: customers
languages: [en]
design: {respondent: email, weight: w}
items:
  t1: {answers: {range: [1, 7]}}
  t2: {answers: {range: [1, 7]}}
  l1: {answers: {range: [1, 7]}}
  l2: {answers: {range: [1, 7]}}
  s1: {answers: {range: [1, 7]}}
scales:
  trust: {construct: trust, items: [t1, t2]}
  loyalty: {construct: loyalty, items: [l1, l2]}
  satisfaction: {construct: satisfaction, items: [s1]}
variables:
  comment: {kind: text}
  spend: {kind: numeric, construct: spend, answers: {range: [0, 9000000]}}
  age: {kind: numeric, construct: age, answers: {range: [15, 110]}}
  gender: {kind: nominal, construct: gender, answers: {codes: {1: Woman, 2: Man, 3: Other}}}
  nps: {kind: numeric, construct: recommend, answers: {range: [0, 10]}}
  voice: {kind: nominal, construct: voice, answers: {codes: {0: "no", 1: "yes"}}}
  w: {kind: numeric, answers: {range: [0, 10]}}
  chief: {kind: nominal, answers: {codes: {0: "no", 1: "yes"}}}
blocks:
  who: [age, gender, comment, chief]
  trust: [trust]
  money: [spend]
"""


def planted() -> tuple[pd.DataFrame, list[str]]:
    """Answers with names, addresses, personal numbers and free text, and what must not be found."""
    rng = np.random.default_rng(5)
    names = [f"{GIVEN[i % 5]} {FAMILY[i % 3]}{i}" for i in range(N)]
    mails = [f"{name.split()[0].lower()}.{i}@hemligt.example" for i, name in enumerate(names)]
    numbers = [f"19{50 + i % 50}0{1 + i % 9}1{i % 10}-{1000 + 7 * i}" for i in range(N)]
    mood = rng.normal(size=N)
    table = pd.DataFrame({"email": mails})
    for item in ("t1", "t2", "l1", "l2", "s1"):
        table[item] = np.clip(np.round(4 + mood + rng.normal(size=N)), 1, 7).astype(int)
    table["spend"] = rng.integers(100, 900, N)
    table.loc[0, "spend"] = 4873143  # one rich customer
    table["age"], table["gender"] = rng.integers(20, 70, N), rng.choice([1, 2], N)
    table.loc[:3, "gender"] = 3  # four people
    table["nps"] = np.clip(np.round(6 + mood + rng.normal(size=N)), 0, 10).astype(int)
    table["chief"] = 0
    table.loc[7, "chief"] = 1
    table["comment"] = [
        f"{name} {number} told me so" for name, number in zip(names, numbers, strict=True)
    ]
    table["namn"] = names  # not in the codebook
    table["voice"] = 0
    table.loc[11, "voice"] = 1  # one who complained
    table["Anna-Lisa Ormqvist"] = rng.integers(0, 2, N)  # a column of whom colleagues chose
    table["w"] = 1.0
    table.loc[9, "w"] = 7.77
    table.loc[10, "w"] = 0.0
    secrets = [*names, *mails, *numbers, "4873143", "hemligt", *FAMILY, "told me so", "Ormqvist"]
    return table, [*secrets, "7.77", "Filial"]


def written_texts(folder):
    """Every text that is passed on, from inside Word files too; each with its file's name."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or "private" in path.relative_to(folder).parts:
            continue
        if path.suffix == ".docx":
            with zipfile.ZipFile(path) as archive:
                for name in archive.namelist():
                    yield f"{path.name}/{name}", archive.read(name).decode("utf-8", "replace")
        else:
            yield path.name, path.read_bytes().decode("utf-8", "replace")


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("planted")
    table, secrets = planted()
    table.to_csv(folder / "answers.csv", index=False)
    (folder / "codebook.yaml").write_text(CODEBOOK, encoding="utf-8")
    given = [str(folder / "answers.csv"), "--codebook", str(folder / "codebook.yaml")]
    assert main(["check", *given, "--out", str(folder / "out")]) == 0
    return folder / "out", secrets, table


def test_no_planted_name_number_or_address_is_in_anything_written(written):
    folder, secrets, _ = written
    looked = 0
    for name, text in written_texts(folder):
        looked += 1
        found = [secret for secret in secrets if secret in text]
        assert not found, (name, found[:3])
    assert looked > 40 and (folder / "analysis.ipynb").is_file()


def test_scores_of_single_people_lie_in_the_private_folder_alone(written):
    folder, _, table = written
    inside = [path.name for path in folder.rglob("*") if path.suffix == ".parquet"]
    assert inside == ["scores.parquet"] and (folder / "private/scores.parquet").is_file()
    assert "yourself" in (folder / "private/README.txt").read_text()
    for path in folder.rglob("*.csv"):
        if "private" not in path.parts:
            assert len(pd.read_csv(path)) < len(table), path.name
    sums = (folder / "archive/SHA256SUMS").read_text()
    assert "private" not in sums and "report.html" not in sums and "claims.csv" in sums


def test_what_tells_of_one_person_alone_is_left_out_of_the_comparison(written):
    about = json.loads((written[0] / "about.json").read_text())
    reasons = {name: why for _, name, why in about["left_out"]}
    assert reasons["chief"] == "rare" and reasons["comment"] == "text"


def test_neither_one_who_complained_nor_one_who_spends_can_be_solved_for(written):
    folder, _, table = written
    claims = pd.read_csv(folder / "claims.csv").set_index("claim")
    assert table["voice"].sum() == 1  # 0.992 of 130 would tell
    for name in ("silent-majority", "engaged-spend-2.5-times"):
        if claims.loc[name, "measured"] != "none":
            assert claims.loc[name, "why"] == "withheld (under 10)"
            assert pd.isna(claims.loc[name, "estimate"])
    about = json.loads((folder / "about.json").read_text())
    assert ["money", "spend", "rare"] in about["left_out"]


def test_beside_weighted_shares_counts_are_in_tens(written):
    """Exact ones would tell what the one with the weight of 7.77 answered."""
    for name in ("answers", "profile"):
        assert (pd.read_csv(written[0] / f"tables/{name}.csv")["n"] % 10 == 0).all()


def test_people_behind_shares_and_sums():
    assert behind([0] * 198 + [1]) == 1 and behind([0, 1] * 50) == 50
    assert behind([1] * 200) == 0  # a share of all tells everybody's answer
    assert behind([4] * 198 + [5, 7]) == 2  # n and the mean would tell their sum
    assert behind([0, 1] * 50, group=[0] * 97 + [1] * 3) == 1
    assert behind([0, 1] * 50, group=[0, 1] * 50) == 0
    assert behind(range(50), group=[0] * 38 + [1] * 12) == 12
    assert behind([0, 1] * 50, weights=[1] * 90 + [0] * 10) == 45
    assert behind([0, 1] * 50, weights=[1] * 99 + [200]) == 1
    assert adders([1] * 9 + [100]) == 1 and adders([0, 2, 3, 2]) == 3 and adders([]) == 0


def test_every_table_carries_the_size_of_the_smallest_group(written):
    for name, column in (("answers", "n"), ("profile", "n"), ("comparison", "smallest_group")):
        sizes = pd.read_csv(written[0] / f"tables/{name}.csv")[column]
        assert sizes.notna().all() and (sizes >= 10).all(), name
    assert (pd.read_csv(written[0] / "tables/reliability.csv")["n"] >= 10).all()


def test_shares_cannot_be_solved_for_fewer_than_ten_people(written):
    """Every sum and difference of the groups of a question, and of two tables of one question."""
    folder, _, table = written
    for name in ("answers", "profile"):
        shown = pd.read_csv(folder / f"tables/{name}.csv")
        assert (shown["n"] >= 10).all()
        for _, groups in shown.groupby("name"):
            sizes = groups["n"].tolist()
            for k in range(1, len(sizes)):
                for part in combinations(sizes, k):
                    assert min(sum(part), sum(sizes) - sum(part)) >= 10
    assert "Other" not in pd.read_csv(folder / "tables/profile.csv")["answer"].tolist()
    nps = re.search(
        r"score: \S+ \(between .*? promoters, \d+ % detractors",
        (folder / "report.html").read_text(),
    )
    groups = [(table["nps"] <= 6).sum(), table["nps"].between(7, 8).sum(), (table["nps"] > 8).sum()]
    assert (nps is None) == (min(groups) < 10)


def test_figures_have_no_more_digits_than_their_intervals_support(written):
    claims = pd.read_csv(written[0] / "claims.csv", dtype=str)
    table = pd.read_csv(written[0] / "tables/comparison.csv", dtype=str)
    shown = [claims[["estimate", "low", "high"]], table[["estimate", "adjusted", "low", "high"]]]
    figures = pd.concat([part.melt()["value"].dropna() for part in shown])
    digits = figures.str.removesuffix(".0").str.replace(r"[-.]", "", regex=True).str.lstrip("0")
    assert len(figures) > 30 and digits.str.len().max() <= 4


def test_decimals_are_those_of_two_digits_of_half_the_width():
    assert [decimals(0, w) for w in (0.002, 0.02, 0.2, 2, 20, 2000)] == [4, 3, 2, 1, 0, 0]
    table = pd.DataFrame(
        {"estimate": [0.123456, 97.89], "low": [0.1, np.nan], "high": [0.2, np.nan]}
    )
    assert rounded(table, ("estimate", "low", "high"), n=100)["estimate"].tolist() == [0.123, 98.0]


@pytest.mark.parametrize("seed", range(20))
def test_joined_bins_hold_ten_and_lose_nobody(seed):
    counts = np.random.default_rng(seed).integers(0, 30, 11).tolist()
    bins = bins_of_ten(counts)
    assert [place for a, b in bins for place in range(a, b + 1)] == list(range(11)) or bins == []
    assert all(sum(counts[a : b + 1]) >= 10 for a, b in bins)
    groups = groups_of_ten(pd.Series(counts))
    assert all(pd.Series(counts)[group].sum() >= 10 for group in groups)


def test_claims_are_withheld_by_their_smallest_group():
    row = {"claim": "c", "n": 200, "estimate": 97.9, "low": 1.0, "high": 9.0, "p_holm": 0.1}
    row |= {"verdict": "supported", "why": "the ratio is 97.9"}
    table = withhold(pd.DataFrame([row | {"smallest_group": n} for n in (1, 9, 10, pd.NA)]))
    assert table["estimate"].isna().tolist() == [True, True, False, False]
    assert table["verdict"].tolist() == ["not measured"] * 2 + ["supported"] * 2
    assert "97.9" not in table["why"][0] and "97.9" in table["why"][2]


@pytest.mark.parametrize(
    ("careless", "lines"),
    [(0, "0"), (9, "under 10"), (10, "10"), (90, "90"), (91, "all but under 10"), (100, "100")],
)
def test_counts_of_careless_people_tell_of_no_few_and_no_few_others(careless, lines, monkeypatch):
    from loyaltystudy.report import _section_tables

    flagged = pd.DataFrame({"careless": np.arange(100) < careless})
    monkeypatch.setattr(_section_tables, "screen", lambda _: flagged)
    table = _section_tables.screening_counts(SimpleNamespace(n=100))
    assert table["flagged"].iloc[-1] == lines


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("column 't1': 'Åsa Berg' is text, in row 7.", "column 't1': '…' is text."),
        (
            "Clusters that lie in several strata: ['Kiruna 4'].",
            "Clusters that lie in several strata: ['…'].",
        ),
        ("respondent 19800101-1234 and b@c.se, in rows 1, 2 and 9 more", "respondent … and …"),
        (
            "study 't1' has 3 respondents' answers to 't1'",
            "study 't1' has 3 respondents' answers to 't1'",
        ),
    ],
)
def test_messages_keep_names_of_the_codebook_and_mask_the_rest(text, shown):
    assert masked(text, {"t1"}) == shown
