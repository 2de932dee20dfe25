"""Names, addresses and numbers of people, planted in files of three formats, come out nowhere."""

from __future__ import annotations

import io
import warnings
import zipfile

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.claims import make_plan, write_plan
from loyaltystudy.cli import main
from loyaltystudy.survey import load_codebook

N = 130
GIVEN = ("Ragnhild", "Torbjörn", "Sigurd", "Åsa", "Øyvind")
FAMILY = ("Kvikksølvsen", "Hjärnström", "Ødegårdsvik")
LONE = ("Gretas Garnbod Ullånger", "Filial Vemdalsskalet", "Lillhärdalsby")  # one customer each
MEASURED = {"t1": "trust", "l1": "loyalty", "s1": "satisfaction", "n1": "recommend"}


def planted() -> tuple[pd.DataFrame, list[str]]:
    """Answers with what points to people, and what must not be found."""
    rng = np.random.default_rng(5)
    people = range(N)
    names = [f"{GIVEN[i % 5]} {FAMILY[i % 3]}{chr(97 + i % 26)}{i}" for i in people]
    mails = [f"{name.split()[0].lower()}.{i}@hemligt.example" for i, name in enumerate(names)]
    numbers = [f"19{50 + i % 50}0{1 + i % 9}1{i % 10}-{1000 + 7 * i}" for i in people]
    phones = [f"+46 70 {100 + i} {10 + i % 80} {20 + i % 70}" for i in people]
    dialled = [46701000000 + 137 * i for i in people]
    mood = rng.normal(size=N)
    table = pd.DataFrame({"epost": mails, "namn": names, "personnummer": numbers, "tel": phones})
    for item in ("t1", "t2", "l1", "l2", "s1"):
        table[item] = np.clip(np.round(4 + mood + rng.normal(size=N)), 1, 7).astype(int)
    table["n1"] = np.clip(np.round(6 + mood + rng.normal(size=N)), 0, 10).astype(int)
    table["kommentar"] = [f"Jag heter {n}, ring {p}" for n, p in zip(names, phones, strict=True)]
    table["butik"] = ["Butik Kråkvik", "Butik Torpasjö"] * (N // 2)
    table["ort"] = ["Umeå", "Luleå"] * (N // 2)
    table.loc[[3, 4], "butik"], table.loc[7, "ort"] = LONE[:2], LONE[2]
    table["sex"] = rng.choice(["Kvinna", "Man"], N)
    table["age"], table["dialled"] = rng.integers(20, 70, N), dialled
    table["spend"] = [4873143, *rng.integers(100, 900, N - 1)]  # one rich customer
    given = [*names, *mails, *numbers, *phones, *map(str, dialled)]
    return table, [*given, *FAMILY, *LONE, "hemligt", "Jag heter", "4873143"]


def write(table: pd.DataFrame, path) -> None:
    if path.suffix == ".csv":
        table.to_csv(path, index=False)
    elif path.suffix == ".xlsx":
        table.to_excel(path, index=False)
    else:
        import pyreadstat

        words = sorted({"Olle", "Per", "Stina", "Åsa Hjärnström"})  # numbered text: AUTORECODE
        helped = [1, 2, 3] * 43 + [4]
        labels = {"helped": dict(enumerate(words, 1))}
        wording = {"t1": "Jag litar på dem", "l1": "Jag stannar"}
        pyreadstat.write_sav(
            table.assign(helped=helped),
            str(path),
            column_labels=wording,
            variable_value_labels=labels,
        )


def texts_below(folder):
    """Everything that lies in a folder but for what is marked private, Word files unpacked."""
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or "private" in path.relative_to(folder).parts:
            continue
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                for name in archive.namelist():
                    yield f"{path.name}/{name}", archive.read(name).decode("utf-8", "replace")
        else:
            yield path.relative_to(folder).as_posix(), path.read_bytes().decode("utf-8", "replace")


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """A command in an empty folder; what it prints and what it warns of."""
    monkeypatch.chdir(tmp_path)

    def do(*arguments, typed=""):
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            code = main([str(a) for a in arguments])
        said = capsys.readouterr()
        return code, said.out + said.err + "".join(str(w.message) for w in caught)

    return do


def whole_way(run, answers, here, *more):
    """Every command that reads the answers or what was made of them; what each printed."""
    said = {}

    def step(name, *arguments, typed=""):
        code, said[name] = run(name, *arguments, typed=typed)
        assert code == 0, (name, said[name])

    step("draft", answers, "--language", "sv")
    asked = [line.split()[0] for line in (here / "codebook.yaml").read_text("utf-8").splitlines()]
    undecided = [word.rstrip(":") for word in asked if word.rstrip(":") in {*MEASURED, "t2", "l2"}]
    step("label", "codebook.yaml", typed="".join(f"{MEASURED.get(n, '')}\n" for n in undecided))
    write_plan(make_plan(load_codebook(here / "codebook.yaml"), ["would-miss"]), here / "plan.yaml")
    step("plan", "plan.yaml", "--codebook", "codebook.yaml")
    given = (answers, "--codebook", "codebook.yaml")
    step("check", *given, "--plan", "plan.yaml", *more)
    step("contribute", "results", "--answers", *given)
    step("new", "mine", "--form", "brief")
    (here / "mine" / "codebook.yaml").write_bytes((here / "codebook.yaml").read_bytes())
    step("rehearse", "mine", "--n", "60")
    return said


@pytest.mark.parametrize("kind", ["csv", "xlsx", "sav"])
def test_nothing_that_points_to_a_person_is_printed_or_written(kind, run, tmp_path):
    """With the notebook for one of the formats: by then answers are one table."""
    table, secrets = planted()
    answers = tmp_path / f"answers.{kind}"
    write(table, answers)
    more = [] if kind == "csv" else ["--no-notebook"]
    said = whole_way(run, answers.name, tmp_path, *more)
    answers.unlink()
    looked = [*said.items(), *texts_below(tmp_path)]
    found = {name: [s for s in secrets if s in text][:3] for name, text in looked}
    assert {name: hits for name, hits in found.items() if hits} == {}
    names = {name.split("/")[0] for name, _ in looked}
    assert {"codebook.yaml", "results", "contribution", "mine", "manuscript.docx"} <= names
    book = dict(looked)["codebook.yaml"]
    assert "butik: {kind: text}" in book and "range: [0, 5000000]" in book


@pytest.mark.parametrize("kind", ["csv", "xlsx", "sav"])
def test_names_that_stand_where_numbers_should_are_masked_in_messages(kind, run, tmp_path):
    table, secrets = planted()
    write(table, tmp_path / f"good.{kind}")
    assert run("draft", f"good.{kind}", "--language", "sv")[0] == 0
    moved = table.assign(t1=table["namn"], n1=table["personnummer"], sex=table["kommentar"])
    moved["age"] = table["epost"]
    write(moved, tmp_path / f"bad.{kind}")
    code, said = run("check", f"bad.{kind}", "--codebook", "codebook.yaml")
    assert code == 2 and all(name in said for name in ("'t1'", "'age'", "'sex'"))
    assert [secret for secret in secrets if secret in said] == []
