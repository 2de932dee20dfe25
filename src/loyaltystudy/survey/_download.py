"""Open data files that may not ship: fetched once, checked by SHA-256, kept in a folder."""

import hashlib
import os
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from loyaltystudy.errors import SurveyError
from loyaltystudy.survey._atomic import write_whole
from loyaltystudy.survey._shipped import data_folder


def _pooch():
    """pooch; the progress bar that it brings warns in notebooks without ipywidgets."""
    import warnings

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="IProgress not found")
        import pooch
    return pooch


def registry():
    """The files that can be fetched: one row each, as in ``data/registry.tsv``."""
    import pandas as pd

    return pd.read_csv(data_folder() / "registry.tsv", sep="\t").set_index("file")


def folder() -> Path:
    """Where fetched files are kept: ``LOYALTYSTUDY_DATA``, else the user's cache folder."""
    named = os.environ.get("LOYALTYSTUDY_DATA")
    if named:
        return Path(named).expanduser().resolve()
    return Path(_pooch().os_cache("loyaltystudy"))


class WrongFile(SurveyError):
    """A file is at hand under its name, but it is not the file that it should be."""


def file_hash(path) -> str:
    """SHA-256 of a file, read block by block."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def at_hand(*files: str) -> bool:
    """Whether all the files lie in the folder, without looking at the network."""
    return all((folder() / file).is_file() for file in files)


def wrong_files(*files: str) -> list[str]:
    """Those of the files at hand that are not what they should be, by their SHA-256."""
    here = [file for file in files if (folder() / file).is_file()]
    known = registry()
    return [file for file in here if not _is(folder() / file, known.loc[file])]


def _is(path: Path, row) -> bool:
    """Whether a file is the registered one: by its SHA-256, else by its identity in Git."""
    if isinstance(row.sha256, str):
        return _hash_of(path) == row.sha256
    content = path.read_bytes()
    header = b"blob %d\0" % len(content)
    return hashlib.sha1(header + content, usedforsecurity=False).hexdigest() == row.blob


def _hash_of(path: Path) -> str:
    about = path.stat()
    return _hash_kept(str(path), about.st_size, about.st_mtime_ns)


@lru_cache(maxsize=256)
def _hash_kept(path: str, size: int, changed: int) -> str:
    return file_hash(path)


def fetch(file: str) -> Path:
    """The path of a registered file, downloaded at its pinned commit if it is not at hand.

    Parameters
    ----------
    file : str
        A name in ``data/registry.tsv``.

    Raises
    ------
    SurveyError
        If the name is not registered, or the file is neither at hand nor to be had.
    WrongFile
        If a file lies there under that name that is not the file it should be (SHA-256). It is
        left as it is.
    """
    known = registry()
    if file not in known.index:
        raise SurveyError(f"No file {file!r} in the registry. Known: {sorted(known.index)}.")
    row, path = known.loc[file], folder() / file
    if not path.is_file():
        _download(row, path)
    elif wrong_files(file):
        raise WrongFile(
            f"File {file!r} in the data folder is not the file it should be (its SHA-256 is "
            f"{_hash_of(path)[:12]}...): damaged, cut short or changed. "
            "Remove it, and it is fetched again."
        )
    return path


def _download(row, path: Path) -> None:
    pooch = _pooch()
    address = f"https://raw.githubusercontent.com/{row.repository}/{row.commit}/{row.path}"

    def fill(part: Path) -> None:
        pooch.HTTPDownloader(timeout=20)(address, str(part), None)
        if not _is(part, row):
            raise WrongFile(f"File {path.name!r} came in with another SHA-256 than registered.")

    try:
        write_whole(path, fill)
    except WrongFile:
        raise
    except Exception:  # requests' and pooch's errors share no base class but this
        known = f"SHA-256 {row.sha256}" if isinstance(row.sha256, str) else f"Git blob {row.blob}"
        raise SurveyError(
            f"File {path.name!r} is not at hand and could not be fetched from {address} ({known}): "
            "save it under that name in the folder that LOYALTYSTUDY_DATA names, or run "
            "`loyaltystudy data fetch` where there is a network."
        ) from None


def copies() -> Path:
    """Where copies of slow tables are kept: always the user's cache folder."""
    return Path(_pooch().os_cache("loyaltystudy"))


def kept_table(name: str, make):
    """A table that is slow to read, from its Parquet copy in the user's cache folder.

    Parameters
    ----------
    name : str
        Of the copy; it should hold the file's hash, so that a copy is never out of date. The
        copy's own hash stands beside it: one that was changed or cut is made anew.
    make : callable
        Reads the table where there is no copy yet.
    """
    import pandas as pd

    # never beside the fetched file: that folder may be shared, or meant to stay as it is
    copy = copies() / f"{name}.parquet"
    if _intact(copy):
        return pd.read_parquet(copy)
    frame = make()
    with suppress(SurveyError):  # a cache that cannot be written costs time alone
        write_whole(copy, lambda part: frame.to_parquet(part, index=False))
        write_whole(_seal(copy), file_hash(copy) + "\n")
    return frame


def _seal(copy: Path) -> Path:
    return copy.parent / "hashes" / f"{copy.name}.sha256"


def _intact(copy: Path) -> bool:
    """Whether a copy is as it was made, by its own hash, which stands beside it."""
    if not (copy.is_file() and _seal(copy).is_file()):
        return False
    return _seal(copy).read_text(encoding="utf-8", errors="replace").strip() == file_hash(copy)
