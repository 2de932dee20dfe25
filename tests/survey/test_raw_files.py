"""Raw files into columns."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.errors import SurveyError
from loyaltystudy.survey import _download as download, _raw_files as raw_readers
from loyaltystudy.survey._codebook import load_codebook
from loyaltystudy.survey._shipped import data_folder
from tools import raw_rows


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    """A registered .rda file of four columns in a folder of its own."""
    import rdata

    frame = pd.DataFrame(
        {
            "id": [1.0, 2.0, 3.0],
            "text": pd.Series(["a", "b", "c"], dtype=object),
            "kind": pd.Categorical(["x", "y", "x"]),
            "rest": [1.5, np.nan, 2.5],
        }
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        rdata.write_rda(tmp_path / "tiny.rda", {"tiny": frame})
    table = pd.DataFrame({"sha256": ["abc"]}, index=["tiny.rda"])
    monkeypatch.setattr(raw_readers, "fetch", lambda file: tmp_path / file)
    monkeypatch.setattr(download, "copies", lambda: tmp_path / "copies")
    monkeypatch.setattr(raw_readers, "registry", lambda: table)
    return tmp_path


def test_some_columns_of_an_rda_are_those_of_the_whole(tiny):
    whole = raw_readers.read_rda("tiny.rda")
    assert [*whole] == ["id", "text", "kind", "rest"]
    part = raw_readers.read_rda("tiny.rda", ["rest", "kind"])
    pd.testing.assert_frame_equal(part, whole[["kind", "rest"]])
    assert part["kind"].tolist() == ["x", "y", "x"]
    assert part["rest"].isna().tolist() == [False, True, False]
    with pytest.raises(SurveyError, match=r"tiny.rda: no columns \['age'\]. Columns: \['id', "):
        raw_readers.read_rda("tiny.rda", ["id", "age"])


def test_a_copy_is_kept_and_belongs_to_its_file_and_columns(tiny, monkeypatch):
    first = raw_readers.read_kept("tiny.rda", ["id", "text"])
    (copy,) = (tiny / "copies").glob("*.parquet")
    with monkeypatch.context() as patch:
        patch.setattr(raw_readers, "read_rda", None)  # a second reading would fail
        again = raw_readers.read_kept("tiny.rda", ["text", "id"])
    assert again["id"].tolist() == first["id"].tolist() == [1, 2, 3]
    assert again["text"].tolist() == ["a", "b", "c"]
    raw_readers.read_kept("tiny.rda", ["id"])
    table = pd.DataFrame({"sha256": ["another"]}, index=["tiny.rda"])
    monkeypatch.setattr(raw_readers, "registry", lambda: table)
    raw_readers.read_kept("tiny.rda", ["id", "text"])
    assert len([*(tiny / "copies").glob("*.parquet")]) == 3
    assert copy.is_file()
    assert [p.name for p in tiny.iterdir() if p.is_file()] == ["tiny.rda"]  # nothing beside it


def test_a_copy_that_fails_leaves_nothing(tiny, monkeypatch):
    def fail(self, path, **_):
        Path(path).write_text("half")
        raise OSError("disk full")

    monkeypatch.setattr(pd.DataFrame, "to_parquet", fail)
    assert len(raw_readers.read_kept("tiny.rda", ["id"])) == 3
    assert not list((tiny / "copies").iterdir())


def test_star_wars_tells_not_asked_from_not_answered(tmp_path, monkeypatch):
    book = load_codebook(data_folder() / "star-wars-2014")
    headers = list(raw_readers.declared("star-wars-2014"))
    films = [h for h in headers if " | " in h]
    knows, fan = book.items["universe_known"].column, book.items["universe_fan"].column

    def row(**answers):
        return [answers.get(key, "") for key in headers]

    rows = [
        row(**{"RespondentID": "1", films[0]: "Star Wars: Episode I", knows: "No"}),
        row(**{"RespondentID": "2", films[5]: "Return", knows: "Yes", fan: "Yes"}),
        row(**{"RespondentID": "3"}),  # broke off
        row(**{"RespondentID": "4", films[1]: "Attack", knows: "Yes"}),  # asked, did not say
    ]
    top = [h.split(" | ")[0] if h not in films[1:] else "" for h in headers]
    second = [h.split(" | ")[1] if h in films else "Response" for h in headers]
    path = tmp_path / "wars.csv"
    pd.DataFrame([top, second, *rows]).to_csv(path, header=False, index=False, encoding="cp1252")
    monkeypatch.setattr(raw_readers, "fetch", lambda file: path)
    frame = raw_rows.star_wars()
    assert frame[fan].tolist() == ["not asked: not familiar", "Yes", "", ""]
    assert frame.loc[0, films].tolist() == ["ticked", *["not ticked"] * 5]
    assert frame.loc[2, films].tolist() == [""] * 6


def test_gss_waves_are_joined_on_the_person_not_on_the_row(monkeypatch):
    columns = raw_readers.declared("gss-2006-reading")
    plain = sorted({c.removesuffix("_wave2") for c in columns} - {"psu", "firstid"})
    people = pd.DataFrame({"firstid": ["03", "01", "02"]})
    waves = []
    for wave, order in ((1.0, [0, 1, 2]), (2.0, [2, 0, 1])):
        part = people.iloc[order].copy()
        part[plain] = "0"
        part["trynewjb"] = [f"{wave:g}-{p}" for p in part["firstid"]]
        part["readbook"] = ["0" if wave == 1 else f"read-{p}" for p in part["firstid"]]
        waves.append(part.assign(wave=wave, vstrat=2000.0, vpsu=[1.0, 2.0, 1.0]))
    monkeypatch.setattr(raw_readers, "read_kept", lambda file, columns: pd.concat(waves))
    frame = raw_readers.gss_reading("kjhealy--gssr--gss_panel06_long.rda", "gss-2006-reading")
    assert [*frame] == columns
    assert frame["trynewjb"].tolist() == ["1-03", "1-01", "1-02"]
    assert frame["readbook_wave2"].tolist() == ["read-03", "read-01", "read-02"]
    assert frame["psu"].tolist() == [20001, 20002, 20001]


def test_stack_overflow_motives_are_whole_answers(monkeypatch):
    plain = [c for c in raw_readers.declared("stack-overflow-2016") if ": " not in c]
    frame = pd.DataFrame({c: ["1", "2", "3"] for c in plain})
    helps = "To give help to others"
    frame["why_stack_overflow"] = [f"To get help for my job; {helps}", f"{helps} now", pd.NA]
    monkeypatch.setattr(raw_rows, "read_kept", lambda file, columns: frame.copy())
    got = raw_rows.stack_overflow()[f"why_stack_overflow: {helps}"]
    assert got.tolist()[:2] == [1, 0]
    assert np.isnan(got[2])
