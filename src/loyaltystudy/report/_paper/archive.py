"""What reproduces a report, without the answers: codebook, plan, versions, hashes, citation."""

from __future__ import annotations

import json
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from loyaltystudy.report._paper.metadata import ddi, table_schema
from loyaltystudy.report._paper.registration import registration_text
from loyaltystudy.report._translations import say
from loyaltystudy.survey import PART, file_hash, write_whole

if TYPE_CHECKING:
    from loyaltystudy.report._analysis import Analysis

PACKAGES = ("loyaltystudy", "numpy", "pandas", "scipy", "statsmodels", "matplotlib", "pydantic")


def write_archive(
    analysis: Analysis, folder: Path, codebook: Path | None, plan: Path | None
) -> None:
    """Write ``archive/``; nothing in it is a respondent's answer.

    ``codebook``, ``plan``: the files themselves, which are copied as they are.
    """
    book = analysis.study.codebook
    for name, path in (("codebook.yaml", codebook), ("plan.yaml", plan)):
        if path is not None:
            write_whole(folder / name, path.read_bytes())
    write_whole(folder / "codebook.ddi.xml", ddi(book))
    write_whole(folder / "codebook.tableschema.json", table_schema(book))
    if analysis.plan is not None:
        write_whole(folder / "preregistration.md", registration_text(analysis.plan, book))
    write_whole(folder / "versions.json", _json(_versions()))
    write_whole(folder / "CITATION.cff", _citation(analysis))
    write_whole(folder / "zenodo.json", _json(_zenodo(analysis)))
    write_whole(folder / "README.md", say("archive readme", analysis.language) + "\n")


def write_hashes(folder: Path, archive: Path) -> None:
    """``SHA256SUMS``: of all files that are passed on, as ``sha256sum -c`` reads them."""
    files = sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and "private" not in path.parts and not _passing(path)
    )
    lines = [f"{file_hash(path)}  {path.relative_to(folder).as_posix()}" for path in files]
    write_whole(archive / "SHA256SUMS", "\n".join(lines) + "\n")


def _passing(path: Path) -> bool:
    """Files that change after the hashes are taken."""
    later = ("SHA256SUMS", "UNFINISHED.txt", "report.html", "analysis.ipynb", "analysis.html")
    return path.name in later or path.name.startswith(PART)


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def _citation(analysis: Analysis) -> str:
    """A citation file; its authors are those who write the paper, who put their names in."""
    title = json.dumps(analysis.study.codebook.title, ensure_ascii=False)
    return (
        "cff-version: 1.2.0\n"
        'message: "Put in your own names, then cite as below."\n'
        f"title: {title}\n"
        "type: dataset\n"
        "authors:\n"
        '  - name: "The authors of this study"\n'
        "references:\n"
        "  - type: software\n"
        "    title: loyaltystudy\n"
        f'    version: "{version("loyaltystudy") if _installed() else "0"}"\n'
        "    authors:\n"
        '      - name: "The loyaltystudy contributors"\n'
    )


def _installed() -> bool:
    return _versions()["loyaltystudy"] != "not installed"


def _zenodo(analysis: Analysis) -> dict:
    """Metadata as Zenodo takes them for a deposit."""
    book = analysis.study.codebook
    return {
        "title": book.title,
        "upload_type": "dataset",
        "description": " ".join(analysis.answer),
        "creators": [{"name": "Your family name, your given names"}],
        "access_right": "open",
        "license": book.licence or "cc-by-4.0",
        "keywords": ["customer loyalty", "survey", "dominance analysis"],
        "language": {"en": "eng", "sv": "swe", "nb": "nob"}[analysis.language],
    }


def _json(value: dict) -> str:
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"
