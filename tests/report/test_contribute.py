"""What a user gives away of a study: made, checked, and taken in."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

import loyaltystudy as ls
from loyaltystudy.cli import main
from loyaltystudy.errors import SurveyError
from loyaltystudy.report._contribute import contribute
from loyaltystudy.report._files import seal
from loyaltystudy.survey import file_hash, write_whole

sys.path.insert(0, str(Path(__file__).parents[2]))  # tools are no part of the package
from tools.check_contribution import problems

from tools import check_contribution

SEVEN = {"range": [1, 7]}
BOOK = {
    "study": "ours",
    "title": "Customers of our shop",
    "population": "customers",
    "licence": "ours",
    "items": {
        name: {"answers": SEVEN, "wording": f"Question {name}"}
        for name in ("l1", "l2", "t1", "t2", "b1", "b2")
    },
    "scales": {
        "loyalty": {"construct": "loyalty", "items": ["l1", "l2"]},
        "trust": {"construct": "trust", "items": ["t1", "t2"]},
        "affective_commitment": {"construct": "affective_commitment", "items": ["b1", "b2"]},
    },
    "variables": {
        "age": {"kind": "numeric", "construct": "age", "answers": {"range": [18, 90]}},
        "town": {"kind": "nominal", "construct": "region", "answers": {"range": [1, 4]}},
        "remark": {"kind": "text"},
    },
    "blocks": {
        "demographics": ["age", "town"],
        "trust": ["trust"],
        "emotional_bonds": ["affective_commitment"],
    },
    "design": {"respondent": "id"},
}


@pytest.fixture
def results(tmp_path, monkeypatch) -> Path:
    """A finished report of a study of 300 customers, four of them in a town of their own."""
    monkeypatch.setattr(check_contribution, "SECONDS", 1.0)
    rng = np.random.default_rng(3)
    bond = rng.normal(size=(300, 1))
    items = np.clip(np.round(4 + bond + rng.normal(size=(300, 6))), 1, 7)
    answers = pd.DataFrame(items, columns=["l1", "l2", "t1", "t2", "b1", "b2"])
    town = rng.choice([1, 2, 3], 300)
    town[:4] = 4
    answers = answers.assign(
        age=rng.integers(18, 80, 300), town=town, remark="I live at the mill", id=range(1001, 1301)
    )
    answers.to_csv(tmp_path / "answers.csv", index=False)
    book = json.loads(json.dumps(BOOK))  # no aliases
    (tmp_path / "codebook.yaml").write_text(yaml.safe_dump(book), encoding="utf-8")
    out = tmp_path / "results"
    study = ls.read_study(tmp_path / "answers.csv", tmp_path / "codebook.yaml")
    table = ls.check_claims(study, ["demographics-weak", "programme-fatigue"])
    write_whole(out / "claims.csv", table.to_csv(index=False))
    about = {
        "answers_sha256": file_hash(tmp_path / "answers.csv"),
        "codebook_sha256": file_hash(tmp_path / "codebook.yaml"),
        "version": "1",
    }
    write_whole(out / "about.json", json.dumps(about))
    write_whole(out / "report.html", seal("<p>Done.</p>"))
    return out


def test_what_is_given_away_holds_nobody(results, tmp_path):
    files = contribute(results, out=tmp_path / "given")
    names = [path.name for path in files]
    assert names == [
        "codebook.yaml",
        "README.md",
        "provenance.yaml",
        "verdicts.csv",
        "matrix.csv",
        "moments.csv",
        "estimates.csv",
    ]
    text = "".join(path.read_text(encoding="utf-8") for path in files)
    assert "mill" not in text and "remark" not in text and "1001" not in text
    moments = pd.read_csv(tmp_path / "given" / "moments.csv")
    assert "town=4" not in set(moments["variable"])
    readme = (tmp_path / "given" / "README.md").read_text(encoding="utf-8")
    assert "town=4 joined to" in readme and "CC0-1.0" in readme
    lines = pd.read_csv(tmp_path / "given" / "verdicts.csv")
    assert set(lines["study"]) == {"ours"} and "programme-fatigue" not in set(lines["claim"])


@pytest.mark.parametrize(
    ("own", "given"),
    [("ours", "CC0-1.0"), ("CC BY 4.0 (wording)", "CC0-1.0; CC BY 4.0 (wording)")],
)
def test_what_is_given_away_has_the_licence_it_is_given_under(results, tmp_path, own, given):
    path = tmp_path / "codebook.yaml"
    path.write_text(path.read_text().replace("licence: ours", f"licence: {own}"))
    about = json.loads((results / "about.json").read_text())
    write_whole(results / "about.json", json.dumps(about | {"codebook_sha256": file_hash(path)}))
    contribute(results, out=tmp_path / "given")
    assert ls.load_codebook(tmp_path / "given").licence == given
    provenance = yaml.safe_load((tmp_path / "given" / "provenance.yaml").read_text())
    assert provenance["licence"] == "CC0-1.0"
    assert not any("licence" in said for said in problems(tmp_path / "given"))
    provenance["licence"] = "CC BY 4.0"
    (tmp_path / "given" / "provenance.yaml").write_text(yaml.safe_dump(provenance))
    assert any("is not that of provenance.yaml" in said for said in problems(tmp_path / "given"))


def test_blocks_named_are_given_away_alone(results, tmp_path):
    about = json.loads((results / "about.json").read_text())
    compared = {"outcome": "loyalty", "blocks": BOOK["blocks"]}
    write_whole(results / "about.json", json.dumps(about | {"comparison": compared}))
    with pytest.raises(SurveyError, match=r"--blocks: not in the report: \['bonds'\]"):
        contribute(results, out=tmp_path / "given", blocks=["bonds"])
    contribute(results, out=tmp_path / "given", blocks=["trust", "demographics"])
    moments = pd.read_csv(tmp_path / "given" / "moments.csv")
    assert set(moments["variable"]) == {"loyalty", "trust", "age", "town=2", "town=3"}


@pytest.mark.parametrize(
    ("label", "said"),
    [
        ("Anna Karlsson", "read these for names of people: ['Anna Karlsson']"),
        ("Åsa M. Øst", "read these for names of people: ['Åsa M. Øst']"),
        ("ring 070-123 45 67", "1 texts hold an address or somebody's number"),
        ("850101-1234", "1 texts hold an address or somebody's number"),
        ("a.k@post.se", "1 texts hold an address or somebody's number"),
        ("500 000-749 999 kr", None),
        ("Stockholm", None),
        ("Over 10 000 000", None),
    ],
)
def test_the_check_reads_labels_for_names(results, tmp_path, label, said):
    given = tmp_path / "given"
    contribute(results, out=given)
    book = yaml.safe_load((given / "codebook.yaml").read_text())
    book["variables"]["town"]["answers"] = {"codes": {1: label, 2: "b", 3: "c", 4: "d"}}
    (given / "codebook.yaml").write_text(yaml.safe_dump(book, allow_unicode=True))
    found = [text for text in problems(given) if text.startswith("codebook.yaml")]
    assert len(found) == (said is not None) and (said is None or said in found[0])
    if said and "names" in said:
        with (given / "README.md").open("a") as readme:
            readme.write("\nNo label names a person.\n")
        assert not any(text.startswith("codebook.yaml") for text in problems(given))


def test_the_check_passes_once_the_limits_are_written(results, tmp_path):
    given = tmp_path / "given"
    contribute(results, out=given)
    (said,) = problems(given)
    assert said.startswith("README.md: say who was asked")
    readme = given / "README.md"
    readme.write_text(readme.read_text().replace("Say here who was asked", "Asked in May: all"))
    assert problems(given) == []


def test_the_check_tells_every_problem(results, tmp_path):
    given = tmp_path / "given"
    contribute(results, out=given)
    moments = pd.read_csv(given / "moments.csv")
    moments["count"] = 3
    moments.to_csv(given / "moments.csv", index=False)
    (given / "answers.csv").write_text("l1\n7\n")
    matrix = pd.read_csv(given / "matrix.csv").assign(claim="no-claim", settled="perhaps")
    matrix.to_csv(given / "matrix.csv", index=False)
    verdicts = pd.read_csv(given / "verdicts.csv").assign(rule_hash="0", n=4)
    verdicts.to_csv(given / "verdicts.csv", index=False)
    said = "\n".join(problems(given))
    for text in (
        "answers.csv: no such file",
        "no-claim is no claim",
        "perhaps: not among",
        "not judged by the rule that is registered now",
        "fewer than 10 people",
        "moments.csv: town=2: 3 people",
    ):
        assert text in said, text


def test_the_command_shows_every_file(results, tmp_path, capsys):
    assert main(["contribute", str(results), "--out", str(tmp_path / "given")]) == 0
    shown = capsys.readouterr().out
    assert shown.count("---- ") == 7 and "Nothing has been sent." in shown
    assert "loyalty ~ " in shown  # estimates.csv, whole


@pytest.mark.parametrize("folder", ["x", "x/rehearsal"])
def test_the_files_of_a_rehearsal_are_found(results, tmp_path, folder):
    (tmp_path / folder).mkdir(parents=True)
    for name in ("answers.csv", "codebook.yaml"):
        (tmp_path / name).rename(tmp_path / folder / name)
    assert len(contribute(results, out=tmp_path / "given")) == 7


def test_other_files_and_full_folders_are_refused(results, tmp_path):
    with pytest.raises(SurveyError, match="name a new or an empty folder"):
        contribute(results, out=results)
    (tmp_path / "other.csv").write_text("l1\n1\n")
    with pytest.raises(SurveyError, match="--answers 'other.csv' is not the file"):
        contribute(results, answers=tmp_path / "other.csv", out=tmp_path / "given")
    (tmp_path / "answers.csv").write_text("l1\n1\n")
    with pytest.raises(SurveyError, match="The answers of the report are not beside 'results'"):
        contribute(results, out=tmp_path / "given")
    with pytest.raises(SurveyError, match="holds no finished report"):
        contribute(tmp_path, out=tmp_path / "given")


def test_answers_are_read_as_the_report_read_them(results, tmp_path):
    """The report was made with `--delimiter ';' --decimal ,`; nothing in the file tells that."""
    table = pd.read_csv(tmp_path / "answers.csv").drop(columns="remark")
    table.assign(remark="one, two").to_csv(tmp_path / "answers.csv", sep=";", index=False)
    about = json.loads((results / "about.json").read_text())
    about["answers_sha256"] = file_hash(tmp_path / "answers.csv")
    about["reading"] = {"delimiter": ";", "decimal": ","}
    write_whole(results / "about.json", json.dumps(about))
    assert contribute(results, out=tmp_path / "given")
    about["reading"] = {"delimiter": "|"}
    write_whole(results / "about.json", json.dumps(about))
    with pytest.raises(SurveyError, match="missing"):
        contribute(results, out=tmp_path / "other")


def test_a_study_too_small_gives_no_moments_and_says_why(results, tmp_path):
    answers = pd.read_csv(tmp_path / "answers.csv")[:14]
    answers.to_csv(tmp_path / "answers.csv", index=False)
    about = json.loads((results / "about.json").read_text())
    about["answers_sha256"] = file_hash(tmp_path / "answers.csv")
    write_whole(results / "about.json", json.dumps(about))
    files = contribute(results, out=tmp_path / "given")
    assert "moments.csv" not in [path.name for path in files]
    readme = (tmp_path / "given" / "README.md").read_text(encoding="utf-8")
    assert "No moments are given away: " in readme


def test_a_folder_becomes_a_study(results, tmp_path, monkeypatch):
    """The steps of CONTRIBUTING, in a folder of data of its own."""
    import shutil

    from loyaltystudy.claims import _shipped_evidence as evidence
    from loyaltystudy.survey import _open_studies as studies, _study as study_module
    from loyaltystudy.survey._shipped import data_folder

    data = tmp_path / "data"
    shutil.copytree(data_folder(), data)
    contribute(results, out=data / "ours")
    for module in (studies, study_module, evidence):
        monkeypatch.setattr(module, "data_folder", lambda: data)
    monkeypatch.setitem(studies.SOURCES, "ours", studies._contributed()["ours"])
    study = ls.load_study("ours")
    found = ls.compare_blocks(study, "loyalty")
    assert found.n == 300 and found.table["low"].notna().sum() == 9
    assert ls.list_studies().set_index("name").loc["ours", "available"] == "moments"
    assert "ours" in set(evidence.stored_evidence()["study"])
