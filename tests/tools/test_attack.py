"""The attack on moments that are given away: it finds rows where they can be found."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.explain._shared_moments import moments_table
from loyaltystudy.survey._shipped import data_folder

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))  # tools are no part of the package
from tools import attack, cells, lattice  # noqa: E402

BOOK = """\
{study: m, title: M, population: public,
 items: {x: {answers: {range: [1, 7]}}, y: {answers: {range: [1, 7]}}},
 scales: {x: {items: [x]}, y: {items: [y]}}}
"""
SHIPPED = sorted(data_folder().rglob("moments.csv"))


def written(rows: pd.DataFrame, path: Path, weights=None) -> Path:
    table = moments_table(rows, np.ones(len(rows)) if weights is None else weights)
    table.to_csv(path, index=False, float_format="%.12g")
    return path


def answers(n: int, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    kind = rng.choice(3, n)
    rows = pd.DataFrame({"k=1": kind == 1, "k=2": kind == 2}, dtype=float)
    return rows.assign(x=rng.integers(1, 8, n), y=rng.integers(1, 8, n))


def test_something_ships():
    assert len(SHIPPED) >= 10


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: p.parent.name)
def test_nobody_is_found_in_what_ships(path):
    found = attack.attack(path, seconds=1.0)
    assert found["lone"] == found["lattice"] == found["follow"] == 0 and found["broken"] == []
    assert found["groups"] == 1


def test_no_two_files_differ_by_a_few():
    assert attack.differences([attack.read_products(path) for path in SHIPPED]) == []


def test_a_category_of_one_gives_a_row_away(tmp_path):
    rows = answers(50)
    rows.loc[:, "k=2"] = np.eye(50)[7]
    rows.loc[7, "k=1"] = 0.0
    (p,) = attack.read_products(written(rows, tmp_path / "m.csv"))
    found = attack.lone_rows(p)
    assert found.tolist() == [[1.0, *rows.iloc[7]]]
    assert attack.main([str(tmp_path / "m.csv"), "--seconds", "1"]) == 1


def test_a_weighted_lone_row_is_found_too(tmp_path):
    rows = answers(60)
    rows.loc[:, "k=2"] = np.eye(60)[3]
    rows.loc[3, "k=1"] = 0.0
    weights = np.random.default_rng(1).uniform(0.5, 2, 60)
    (p,) = attack.read_products(written(rows, tmp_path / "m.csv", weights))
    assert [1.0, *rows.iloc[3]] in attack.lone_rows(p).tolist()


def test_a_difference_of_two_categories_gives_a_row_away(tmp_path):
    """Everybody but one has both or neither: nobody is alone in a category."""
    rows = answers(40)
    yes = (np.arange(40) < 20).astype(float)
    rows = rows[["x", "y"]].assign(**{"a=1": yes, "b=1": yes})
    rows.loc[19, "b=1"] = 0.0
    (p,) = attack.read_products(written(rows, tmp_path / "m.csv"))
    assert [1.0, *rows.iloc[19]] in attack.lone_rows(p).tolist()


def test_a_small_group_is_solved_as_a_lattice(tmp_path):
    rows = answers(8, seed=4)[["x", "y"]]  # fewer than ten people: two columns are enough
    (p,) = attack.read_products(written(rows, tmp_path / "m.csv"))
    listed = lattice.candidates(p, 10.0)
    real = {tuple(row) for row in rows.to_numpy()}
    assert real <= {tuple(row[1:]) for row in listed}  # no real row is missed
    how, sure = lattice.certain_rows(p, 10.0)
    assert "candidate rows for 8 people" in how and 0 <= sure <= 8


def test_groups_of_rank_are_solved_wholly(tmp_path):
    """As many people as columns with a constant: one set alone adds up."""
    rows = pd.DataFrame({"x": [1.0, 7.0, 4.0], "y": [9.0, 2.0, 3.0]})
    (p,) = attack.read_products(written(rows, tmp_path / "m.csv"))
    assert lattice.certain_rows(p, 10.0)[1] == 3


def test_counts_of_large_categories_are_nobodys_row(tmp_path):
    """One variable alone: how many have which answer is in the file, and is no row."""
    (p,) = attack.read_products(written(answers(300)[["k=1", "k=2"]], tmp_path / "m.csv"))
    assert lattice.certain_rows(p, 10.0) == ("fewer than three variables on a known grid", 0)


def given_away(rows: pd.DataFrame, path: Path, weights=None) -> list[tuple[float, ...]]:
    (p,) = attack.read_products(written(rows, path / "m.csv", weights))
    listed = cells._listed(p, cells.possible_answers(p), ["k", "x", "y"])
    found = cells.given_away(p, listed, time.monotonic() + 60)
    return [tuple(row[1:]) for row in found]


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("seed", [0, 1, 4])
def test_answers_that_follow_are_found_and_true(tmp_path, seed, weighted):
    """A proof must not err: 8 people, and of every cell found one answer follows from the rest."""
    rows = answers(8, seed)
    rows[["x", "y"]] = (rows[["x", "y"]] + 2) // 3  # 1 to 3
    (tmp_path / "codebook.yaml").write_text(BOOK.replace("7]", "3]"))
    weights = np.random.default_rng(seed).uniform(0.5, 2, 8) if weighted else None
    found = given_away(rows, tmp_path, weights)
    assert found and set(found) <= {tuple(row) for row in rows.to_numpy()}
    kind = rows["k=1"] + 2 * rows["k=2"]
    table = pd.DataFrame({"k": kind, "x": rows["x"], "y": rows["y"]})
    for one, two, x, y in found:
        gap = table.ne([one + 2 * two, x, y])
        assert not all((gap[name] & (gap.sum(axis=1) == 1)).any() for name in table)
    assert attack.attack(tmp_path / "m.csv", seconds=20)["follow"] == len(found)


def test_many_people_on_few_cells_hide_each_other(tmp_path):
    rows = pd.concat([answers(400)] * 2)
    assert given_away(rows, tmp_path) == []


def test_answers_off_the_grid_are_said_to_have_no_solution(tmp_path):
    (tmp_path / "codebook.yaml").write_text(BOOK.replace("7]", "4]"))
    (p,) = attack.read_products(written(answers(60), tmp_path / "m.csv"))
    found = cells.attack_cells(p, time.monotonic() + 60)
    assert found.found == 0 and "1 subsets have no solution on the grid" in str(found)


def test_giving_up_says_of_how_many_rows_and_ends_in_time(tmp_path):
    """The form of what shipped until 2026: groups of twenty, here of eight columns."""
    rng = np.random.default_rng(5)
    whole = pd.DataFrame(rng.integers(1, 8, (400, 8)), columns=list("abcdefgh")).astype(float)
    parts = [
        moments_table(part, np.ones(20)).assign(group=g)
        for g, part in whole.groupby(np.arange(400) // 20)
    ]
    pd.concat(parts).drop(columns="count").to_csv(tmp_path / "moments.csv", index=False)
    start = time.monotonic()
    assert attack.main([str(tmp_path / "moments.csv"), "--seconds", "4"]) == 1
    assert time.monotonic() - start < 20
    (p,) = attack.read_products(written(whole, tmp_path / "m.csv"))
    said, found = lattice.certain_rows(p, 60.0)
    assert said == "over 5,001 candidate rows for 400 people and 45 equations" and found == 0


def test_two_files_that_differ_by_one_person_are_told(tmp_path):
    rows = answers(200)
    files = [written(rows, tmp_path / "a.csv"), written(rows[:-1], tmp_path / "b.csv")]
    (said,) = attack.differences([attack.read_products(f) for f in files])
    assert said.endswith("differ by 1 people")
    assert attack.main([*map(str, files), "--seconds", "0.2"]) == 1


@pytest.mark.parametrize("n", [60, 400])
@pytest.mark.parametrize("weighted", [False, True])
def test_files_of_nearly_the_same_people_are_found_whatever_their_columns(tmp_path, n, weighted):
    """Five left out, three replaced by others, or other columns: all give the few away."""
    rows = answers(n, seed=7).assign(z=np.random.default_rng(8).integers(1, 6, n))
    w = np.random.default_rng(9).uniform(0.5, 2, n) if weighted else np.ones(n)
    whole = attack.read_products(written(rows, tmp_path / "a.csv", w))
    fewer = attack.read_products(written(rows[:-5], tmp_path / "b.csv", w[:-5]))
    (said,) = attack.differences([whole, fewer])
    assert said.endswith("differ by 5 people")
    other = rows[:-5][["x", "y"]].assign(new=np.random.default_rng(1).normal(size=n - 5))
    fewer = attack.read_products(written(other, tmp_path / "c.csv", w[:-5]))
    (said,) = attack.differences([whole, fewer])
    assert said.endswith("differ by 5 people")
    swapped = pd.concat([rows[3:], answers(3, seed=9).assign(z=[1, 5, 2])])
    some = attack.read_products(written(swapped, tmp_path / "d.csv", np.append(w[3:], w[:3])))
    (said,) = attack.differences([whole, some])
    assert "differ by about " in said and 1 <= int(said.split()[-2]) <= 9
    same = attack.read_products(written(rows, tmp_path / "e.csv", w))
    strangers = attack.read_products(written(answers(n, seed=70), tmp_path / "f.csv"))
    assert attack.differences([whole, same]) == attack.differences([whole, strangers]) == []


def test_groups_and_thin_categories_break_the_rule(tmp_path):
    """The form of the files that shipped before."""
    parts = [
        moments_table(part, np.ones(20)).assign(group=g)
        for g, part in answers(60).groupby(np.arange(60) // 20)
    ]
    path = tmp_path / "moments.csv"
    pd.concat(parts).drop(columns="count").to_csv(path, index=False)
    said = attack.broken_rules(attack.read_products(path))
    assert said[0] == "3 groups, one is allowed"
    assert any(text.endswith("people for 4 columns") for text in said)
    assert any(text.startswith("k=1: ") for text in said)


def test_patterns_without_a_file_are_passed_over_but_not_all(tmp_path, capsys):
    shipped, none = str(SHIPPED[0]), str(tmp_path / "*" / "moments.csv")
    assert attack.main([shipped, none, "--seconds", "0.1"]) == 0
    assert capsys.readouterr().out.count("file: ") == 1
    for wrong in (none, str(tmp_path / "moments.csv")):
        with pytest.raises(SystemExit):
            attack.main([wrong])
