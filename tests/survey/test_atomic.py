"""Files are written whole or not at all, never through a link; nothing good is overwritten."""

from __future__ import annotations

import errno
import os
import re
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from loyaltystudy.errors import SurveyError
from loyaltystudy.survey import _atomic, held, load_study, read_study, write_study, write_whole
from loyaltystudy.survey._files import write as writers

SOURCE = Path(__file__).parents[2] / "src"


def full(*_, **__):
    raise OSError(errno.ENOSPC, "No space left on device")


def parts(folder) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.startswith(_atomic.PART)]


def test_text_bytes_and_writers_are_written(tmp_path):
    assert write_whole(tmp_path / "new" / "a.txt", "å\r\n").read_bytes() == "å\r\n".encode()
    assert write_whole(tmp_path / "b", b"\0").read_bytes() == b"\0"
    write_whole(tmp_path / "c.csv", lambda part: part.write_text("c"))
    assert (tmp_path / "c.csv").read_text() == "c"
    assert not parts(tmp_path)


def test_a_writer_is_given_a_new_file_of_the_same_ending(tmp_path):
    seen = []
    for _ in range(2):
        write_whole(tmp_path / "a.sav", lambda p: seen.append((p.resolve(), p.stat().st_size)))
    (first, size), (second, _) = seen
    assert size == 0 and first != second and first.suffix == ".sav"
    assert first.parent == tmp_path.resolve()


@pytest.mark.parametrize("step", ["open", "write", "fsync", "replace", "content"])
def test_whatever_fails_the_old_file_stays(step, tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    path.write_text("good")
    content = full if step == "content" else "new"
    if step == "open":
        monkeypatch.setattr(_atomic.os, "open", full)
    elif step == "write":
        monkeypatch.setattr(_atomic, "_fill", full)
    elif step == "fsync":
        monkeypatch.setattr(_atomic.os, "fsync", full)
    elif step == "replace":
        monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(SurveyError) as caught:
        write_whole(path, content)
    assert str(caught.value) == (
        "a.txt: could not be written: No space left on device. The file that stood there is as it "
        "was."
    )
    assert path.read_text() == "good" and not parts(tmp_path)


def test_an_error_of_the_content_leaves_the_old_file(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("good")
    with pytest.raises(UnicodeEncodeError):
        write_whole(path, "\ud800")

    def interrupted(part):
        raise KeyboardInterrupt  # no signal: below a shell's `&` nobody would hear it

    with pytest.raises(KeyboardInterrupt):
        write_whole(path, interrupted)
    assert path.read_text() == "good" and not parts(tmp_path)


def test_no_writing_through_links(tmp_path):
    target = tmp_path / "target.txt"
    target.write_text("good")
    (tmp_path / "link.txt").symlink_to(target)
    (tmp_path / "broken.txt").symlink_to(tmp_path / "none")
    for name in ("link.txt", "broken.txt"):
        with pytest.raises(SurveyError, match="is a link to another file"):
            write_whole(tmp_path / name, "bad")
    with pytest.raises(SurveyError, match="is a folder; name a file"):
        write_whole(tmp_path, "bad")
    assert target.read_text() == "good" and not (tmp_path / "none").exists()


@pytest.mark.skipif(not os.path.isdir(_atomic.OPENED), reason="no path to an opened folder here")
@pytest.mark.parametrize("content", ["text", lambda part: part.write_text("text")])
@pytest.mark.parametrize("moment", ["_put", "_fill"])
def test_a_link_swapped_in_while_it_writes_is_not_followed(moment, content, tmp_path, monkeypatch):
    (tmp_path / "elsewhere").mkdir()
    usual = getattr(_atomic, moment)

    def swapped(path, content):
        (tmp_path / "out/tables").rename(tmp_path / "moved")
        (tmp_path / "out/tables").symlink_to(tmp_path / "elsewhere")
        usual(path, content)

    with held(tmp_path / "out") as out:
        (out / "tables").mkdir()
        monkeypatch.setattr(_atomic, moment, swapped)
        write_whole(out / "tables" / "a.csv", content)
    assert not any((tmp_path / "elsewhere").iterdir())
    assert (tmp_path / "moved/a.csv").read_text() == "text"


@pytest.mark.skipif(not os.path.isdir(_atomic.OPENED), reason="no path to an opened folder here")
def test_a_folder_swapped_between_the_check_and_its_opening_is_noticed(tmp_path, monkeypatch):
    (tmp_path / "elsewhere").mkdir()
    usual = os.open

    def swapped(path, flags, *rest, **more):
        if flags & os.O_DIRECTORY:
            (tmp_path / "out/tables").rename(tmp_path / "moved")
            (tmp_path / "out/tables").symlink_to(tmp_path / "elsewhere")
        return usual(path, flags, *rest, **more)

    with held(tmp_path / "out") as out:
        (out / "tables").mkdir()
        with monkeypatch.context() as patch:
            patch.setattr(_atomic.os, "open", swapped)
            with pytest.raises(SurveyError, match="its folder became a link to another"):
                write_whole(out / "tables" / "a.csv", "text")
    assert not any((tmp_path / "elsewhere").iterdir())


def test_a_file_that_waits_at_the_random_name_is_not_written_to(tmp_path, monkeypatch):
    monkeypatch.setattr(_atomic.secrets, "token_hex", lambda n: "known")
    trap = tmp_path / f"{_atomic.PART}known.txt"
    trap.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SurveyError, match="File exists"):
        write_whole(tmp_path / "a.txt", "secret")
    assert not (tmp_path / "elsewhere").exists()


def test_permissions_of_the_old_file_stay(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    path.chmod(0o640)
    write_whole(path, "new")
    assert path.stat().st_mode & 0o777 == 0o640


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root writes anywhere")
def test_a_folder_that_may_not_be_written_is_told(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(SurveyError, match=r"a\.txt: could not be written: Permission denied"):
        write_whole(tmp_path / "a.txt", "new")


@pytest.mark.parametrize("ending", ["csv", "sav", "dta", "parquet"])
def test_a_full_disk_leaves_a_written_study_as_it_was(ending, tmp_path, monkeypatch):
    study, path = load_study("mobile-ecsi"), tmp_path / f"a.{ending}"
    write_study(study, path)
    before = path.read_bytes()
    monkeypatch.setattr(_atomic, "_fill", full)
    with pytest.raises(SurveyError, match=rf"a\.{ending}: could not be written: No space left"):
        write_study(study, path)
    assert path.read_bytes() == before and not parts(tmp_path)
    assert read_study(path, study.codebook).n == 250


@pytest.mark.parametrize("ending", ["sav", "dta"])
def test_a_writer_that_stops_without_a_word_is_noticed(ending, tmp_path, monkeypatch):
    study, path = load_study("mobile-ecsi"), tmp_path / f"a.{ending}"
    write_study(study, path)
    before = path.read_bytes()
    monkeypatch.setattr(pyreadstat, f"write_{ending}", lambda frame, file, **_: Path(file).touch())
    monkeypatch.setattr(writers.shutil, "disk_usage", lambda _: type("Usage", (), {"free": 0}))
    with pytest.raises(SurveyError, match="not all of it reached the disk"):
        write_study(study, path)
    assert path.read_bytes() == before


def test_killed_at_any_moment_there_is_the_old_file_or_the_new(tmp_path):
    path, old = tmp_path / "a.txt", "old" * 10
    code = (
        "import sys; from loyaltystudy.survey._atomic import write_whole\n"
        "n = 0\nwhile True:\n    n += 1; write_whole(sys.argv[1], f'{n % 10}' * 3_000_000)\n"
    )
    for wait in (0.5, 0.7, 1.1):
        write_whole(path, old)
        process = subprocess.Popen(
            [sys.executable, "-c", code, str(path)], env={**os.environ, "PYTHONPATH": str(SOURCE)}
        )
        time.sleep(wait)
        process.kill()
        process.wait()
        text = path.read_text()
        assert text == old or re.fullmatch(r"(\d)\1{2999999}", text)


# ---- what was written and cut since


@pytest.mark.parametrize(
    ("ending", "rows"), [("csv", 100), ("csv", 249), ("dta", 10), ("parquet", 3)]
)
def test_a_file_cut_since_it_was_written_is_told(ending, rows, tmp_path):
    study, path = load_study("mobile-ecsi"), tmp_path / f"a.{ending}"
    write_study(study, path)
    if ending == "csv":
        lines = path.read_text().splitlines(keepends=True)
        path.write_text("".join(lines[: rows + 1]))
    elif ending == "dta":
        pyreadstat.write_dta(pyreadstat.read_dta(str(path))[0].head(rows), str(path))
    else:
        import pyarrow.parquet as pq

        pq.write_table(pq.read_table(path).slice(0, rows), path)
    with pytest.raises(SurveyError, match=f"holds {rows} respondents, but was written with 250"):
        read_study(path, study.codebook)


def test_two_files_do_not_share_one_provenance(tmp_path):
    study = load_study("mobile-ecsi")
    few = replace(study, answers=study.answers[:20])
    write_study(study, tmp_path / "a.csv")
    with pytest.raises(SurveyError, match=r"a\.dta: its provenance would take the place"):
        write_study(few, tmp_path / "a.dta")
    write_study(study, tmp_path / "a.dta")
    write_study(few, tmp_path / "a.sav")  # its provenance is inside
    assert read_study(tmp_path / "a.csv", study.codebook).n == 250


# ---- what SPSS can hold


def made(**columns):
    from loyaltystudy.survey import make_codebook

    variables = {
        n: {
            "kind": "text" if e == "text" else "ordinal",
            **({} if e == "text" else {"answers": {"range": [1, 5]}}),
        }
        for n, e in columns.items()
    }
    return make_codebook(
        {"study": "m", "title": "M", "population": "public", "variables": variables}
    )


@pytest.mark.parametrize("name", ["förtroende", "Ålder.2", "κ1"])
def test_spss_holds_names_beyond_ascii(name, tmp_path):
    book = made(**{name: None})
    study = read_study(pd.DataFrame({name: [1, 2, 5]}), book)
    write_study(study, tmp_path / "a.sav")
    assert [name] == list(pyreadstat.read_sav(str(tmp_path / "a.sav"))[0])
    assert read_study(tmp_path / "a.sav", book).answers[name].tolist() == [1, 2, 5]


def test_spss_refuses_what_it_cannot_hold(tmp_path):
    study = read_study(pd.DataFrame({"Trust": [1], "trust": [2]}), made(Trust=None, trust=None))
    with pytest.raises(SurveyError, match=r"\['Trust', 'trust'\] differ by capitals only"):
        write_study(study, tmp_path / "a.sav")
    for length, fits in ((32_767, True), (32_768, False)):
        study = read_study(pd.DataFrame({"why": ["x" * length]}), made(why="text"))
        if fits:
            write_study(study, tmp_path / "a.sav")
            continue
        with pytest.raises(SurveyError, match="texts of more than 32767 bytes"):
            write_study(study, tmp_path / "a.sav")
    with pytest.raises(SurveyError, match="cannot hold columns of these names"):
        long = "å" * 33
        write_study(read_study(pd.DataFrame({long: [1]}), made(**{long: None})), tmp_path / "b.sav")


def test_what_a_killed_run_left_goes_at_the_next_one_beside_other_files(tmp_path):
    left, other = tmp_path / ".part-0a1b.yaml", tmp_path / "sub/.part-2c3d.yaml"
    other.parent.mkdir()
    for path in (left, other, tmp_path / "answers.csv"):
        path.write_text("half", encoding="utf-8")
    with held(tmp_path, below=False):
        assert not left.exists()
    assert other.exists() and (tmp_path / "answers.csv").exists()
    with held(tmp_path):
        assert not other.exists()
