"""Folders of results: opened, filled and finished so that a run that is ended spoils nothing."""

import hashlib
import json
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from loyaltystudy.errors import SurveyError
from loyaltystudy.survey import PART, held, write_whole

UNFINISHED, REPORT = "UNFINISHED.txt", "report.html"
PRIVATE = "private"  # the folder of what tells of single respondents, which is sent to nobody


def seal(page: str) -> str:
    """A page with the mark that it is whole: the hash of all that stands before it."""
    digest = hashlib.sha256(page.encode("utf-8")).hexdigest()
    return f"{page}<!-- complete {digest} -->\n"


def is_complete(path) -> bool:
    """Whether a report is there and whole: its mark fits what stands before it.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     page = Path(folder, "report.html")
    ...     _ = write_whole(page, seal("<p>All of it.</p>"))
    ...     whole = is_complete(page)
    ...     _ = write_whole(page, page.read_text().replace("All", "Half"))
    ...     whole, is_complete(page), is_complete(Path(folder, "none.html"))
    (True, False, False)
    """
    path = Path(path)
    if not path.is_file():
        return False
    page, mark, _ = path.read_bytes().decode("utf-8", "replace").rpartition("<!-- complete ")
    return bool(mark) and seal(page).encode() == path.read_bytes()


def open_folder(out: Path, inputs, words: str) -> None:
    """Open a folder of results: an earlier report goes, a mark says that a new one is due.

    Raises SurveyError if the folder holds an input, or files that no run of ours wrote.
    """
    inside = [
        Path(path).name for path in inputs if Path(path).resolve().is_relative_to(out.resolve())
    ]
    if inside:
        raise SurveyError(
            f"--out {out.name!r} holds {inside}, which it must not write over: "
            "name another folder for the results."
        )
    others = _names(out)
    if others and not ({UNFINISHED, REPORT} & set(others) or _by_hand(out)):
        raise SurveyError(
            f"--out {out.name!r} holds other files ({sorted(others)[:3]}): "
            "name an empty or a new folder."
        )
    write_whole(out / UNFINISHED, words + "\n")
    (out / REPORT).unlink(missing_ok=True)


def _names(folder: Path) -> list[str]:
    """What lies in a folder, but for what is being written."""
    inside = folder.iterdir() if folder.is_dir() else ()
    return sorted(path.name for path in inside if not path.name.startswith(PART))


@contextmanager
def filled(out: Path, names, option: str = "") -> Iterator[Path]:
    """A folder to write into, whose files are put into ``out`` when all of them are there.

    No file in ``out`` is ever changed: it may hold those that an interrupted run of the same
    command left, the same to the byte, and nothing else.

    Parameters
    ----------
    out : Path
    names : collection of str
        Of the files that may come.
    option : str
        Of the command, for messages.

    Raises
    ------
    SurveyError
        If ``out`` holds anything else.
    """
    given = f"{option}{out.name or out.resolve().name!r}"
    with held(out, option) as folder:
        _refuse(given, [name for name in _names(folder) if name not in names])
        apart = folder / f"{PART}{secrets.token_hex(8)}"
        apart.mkdir()
        try:
            yield apart
            made = {path.name: path.read_bytes() for path in sorted(apart.iterdir())}
            _refuse(given, [n for n in _names(folder) if _bytes(folder / n) != made.get(n)])
            for name in made.keys() - {*_names(folder)}:
                write_whole(folder / name, made[name])
        finally:
            shutil.rmtree(apart, ignore_errors=True)


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() and not path.is_symlink() else b""


def _refuse(given: str, others: list[str]) -> None:
    if others:
        raise SurveyError(
            f"{given} is not empty (it holds {others[:3]}); name a new or an empty folder."
        )


def _by_hand(out: Path) -> bool:
    """Whether somebody ran the analysis notebook into this folder."""
    about = out / "about.json"
    return about.is_file() and b'"outcome_found_by"' in about.read_bytes()


def made_of(out) -> dict[str, str]:
    """Of which answers (their SHA-256) the reports in a folder were made, by study."""
    found = {}
    for path in (*Path(out).glob("about.json"), *Path(out).glob("*/about.json")):
        with suppress(ValueError, OSError):
            about = json.loads(path.read_bytes())
            found[about["study"]] = about.get("answers_sha256", "")
    return found


def finish(out: Path, page: str) -> Path:
    """Write the report, last of all, and take the mark away."""
    path = out / REPORT
    write_whole(path, seal(page))
    (out / UNFINISHED).unlink(missing_ok=True)
    return path
