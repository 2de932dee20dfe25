"""Files written whole or not at all, and the mark of a run that is not finished."""

from __future__ import annotations

import hashlib
from pathlib import Path

from loyaltystudy.errors import SurveyError
from loyaltystudy.survey import PART, write_whole

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
    if out.exists() and not out.is_dir():
        raise SurveyError(f"--out {out.name!r} is a file; name a folder.")
    held = [path.name for path in out.iterdir()] if out.is_dir() else []
    others = [name for name in held if not name.startswith(PART)]  # a killed run's first file
    if others and not ({UNFINISHED, REPORT} & set(others) or _by_hand(out)):
        raise SurveyError(
            f"--out {out.name!r} holds other files ({sorted(others)[:3]}): "
            "name an empty or a new folder."
        )
    write_whole(out / UNFINISHED, words + "\n")
    (out / REPORT).unlink(missing_ok=True)


def _by_hand(out: Path) -> bool:
    """Whether somebody ran the analysis notebook into this folder."""
    about = out / "about.json"
    return about.is_file() and b'"outcome_found_by"' in about.read_bytes()


def finish(out: Path, page: str) -> Path:
    """Write the report, last of all, and take the mark away."""
    path = out / REPORT
    write_whole(path, seal(page))
    (out / UNFINISHED).unlink(missing_ok=True)
    return path
