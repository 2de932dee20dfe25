"""A bounded fuzz of every reader; benchmarks/scripts/fuzz_readers.py runs the same for longer."""

from __future__ import annotations

import importlib.util
import io
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from loyaltystudy.errors import SurveyError
from loyaltystudy.survey import read_table

HERE = Path(__file__).parents[2]
SCRIPT = HERE / "benchmarks" / "scripts" / "fuzz_readers.py"
READERS = [
    "csv",
    "xlsx",
    "parquet",
    "sav",
    "dta",
    "codebook",
    "panel",
    "panel.yaml",
    "moments",
    "draft",
    "table",
    "plan",
    "provenance",
]


@pytest.fixture(scope="module")
def fuzzing():
    spec = importlib.util.spec_from_file_location("fuzz_readers", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    sys.path.insert(0, str(SCRIPT.parent))
    spec.loader.exec_module(module)
    yield module
    sys.path.remove(str(SCRIPT.parent))


def test_every_reader_is_tried(fuzzing, tmp_path):
    assert [*fuzzing.seeds(tmp_path)] == READERS


@pytest.mark.parametrize("name", READERS)
def test_mutated_files_are_read_or_refused(name, fuzzing, tmp_path):
    with fuzzing.forks(tmp_path) as server:
        corpus = fuzzing.seeds(tmp_path)[name]
        found = fuzzing.fuzz(fuzzing.Tally(name, 2), *corpus, 150, tmp_path, server)
    assert found.failed == "" and found.read + found.refused == 150 and found.refused > 0


@pytest.mark.parametrize(
    "place",
    ['"D818446744073709551616"', "'zz999999'", '"ZZ999999"', '"XFD1048576"', '"B99999999"'],
)
def test_a_cell_beyond_all_others_does_not_end_the_process(place, fuzzing, tmp_path):
    """Found by the long fuzz (xlsx, seed 16): room for all cells up to it was asked for at once."""
    whole = fuzzing.seeds(tmp_path)["xlsx"][0][0]
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    files[sheet] = files[sheet].replace(b'r="D8"', f"r={place}".encode())
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    with pytest.raises(SurveyError, match=r"bomb\.xlsx"):
        read_table(tmp_path / "bomb.xlsx")


SURROUNDINGS = {
    "C": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "tr_TR": {"LC_ALL": "tr_TR.UTF-8", "PYTHONUTF8": "0"},
    "sv_SE": {"LC_ALL": "sv_SE.ISO-8859-1", "PYTHONUTF8": "0"},
    "ascii": {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
    "cp1252": {"PYTHONIOENCODING": "cp1252", "PYTHONUTF8": "0"},
    "HOME empty": {"HOME": ""},
    "HOME unset": {"HOME": None},
}
CODE = r"""
import locale, sys, loyaltystudy as ls
from pathlib import Path
if "_" in sys.argv[2]:  # as a notebook may, so that C libraries write a decimal comma
    locale.setlocale(locale.LC_ALL, "")
    assert locale.localeconv()["decimal_point"] == ","
here = Path(sys.argv[1])
text = ls.draft_codebook(here / "svar.csv", language="sv")
Path(here / "bok.yaml").write_text(text, encoding="utf-8")
study = ls.read_study(here / "svar.csv", here / "bok.yaml")
ls.write_study(study, here / "ut.sav")
again = ls.read_study(here / "ut.sav", here / "bok.yaml")
assert again.answers.equals(study.answers), (again.answers, study.answers)
assert study.answers["\u00c5LDER"].tolist() == [18, 40, 31, 18, 40, 31]
from loyaltystudy.cli import main
assert main(["check", str(here / "\u00e5\u2265.csv"), "--codebook", "bok.yaml"]) == 2
if sys.argv[2] == "C":
    folder = str(here / "min-studie")
    assert main(["new", folder, "--language", "sv", "--form", "brief"]) == 0
    assert main(["plan", folder + "/plan.yaml", "--codebook", folder]) == 0
    assert "\u00e5" in (here / "min-studie/questionnaire.html").read_text(encoding="utf-8")
print(ascii(repr(study)))
"""


def made_locale(name: str, folder: Path) -> Path:
    """A folder that holds a locale which the system may lack."""
    if shutil.which("localedef") is None or not Path("/usr/share/i18n/locales").is_dir():
        pytest.skip("no sources of locales here")
    place, _, charset = name.partition(".")
    command = ["localedef", "-i", place, "-f", charset, str(folder / "locales" / name)]
    (folder / "locales").mkdir()
    subprocess.run(command, capture_output=True)  # warnings make it end with 1
    return folder / "locales"


@pytest.mark.parametrize("where", SURROUNDINGS)
def test_files_are_read_alike_in_any_locale(where, tmp_path):
    lines = ["lopnr;ÅLDER;förtroende;I"] + [
        f"{n};{a};{1 + n % 5};{n % 3}" for n, a in enumerate([18, 40, 31, 18, 40, 31])
    ]
    (tmp_path / "svar.csv").write_bytes(("\n".join(lines) + "\n").encode("cp1252"))
    environment = {**os.environ, "PYTHONPATH": str(HERE / "src"), **SURROUNDINGS[where]}
    if "_" in where:
        environment["LOCPATH"] = str(made_locale(SURROUNDINGS[where]["LC_ALL"], tmp_path))
    environment = {name: value for name, value in environment.items() if value is not None}
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(tmp_path), where],
        env=environment,
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr[-800:]
    assert b"6 respondents" in done.stdout


def test_two_processes_may_write_one_file(tmp_path):
    code = (
        "import sys; from loyaltystudy.survey._atomic import write_whole\n"
        "for n in range(40): write_whole(sys.argv[1], sys.argv[2] * 200_000)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(HERE / "src")}
    both = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path / "a"), c], env=environment)
        for c in "xy"
    ]
    assert [process.wait() for process in both] == [0, 0]
    assert (tmp_path / "a").read_text() in ("x" * 200_000, "y" * 200_000)
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
