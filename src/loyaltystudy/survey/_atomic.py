"""The one function that writes files: whole or not at all, never through a link."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from loyaltystudy.errors import SurveyError

PART = ".part-"  # how a file begins that is being written; a killed process leaves one behind


def write_whole(path, content: str | bytes | Callable[[Path], None]) -> Path:
    """Write a file whole or not at all.

    The content goes to a file of a random name in the same folder, opened exclusively, reaches
    the disk (fsync) and then takes the place of ``path``. Whatever happens before that, what
    stood at ``path`` stays as it was.

    Parameters
    ----------
    path : str or Path
        The file; its folder is made where there is none.
    content : str, bytes or callable
        Text is written as UTF-8, line ends as they stand. A callable is called with the path of
        the new, empty file that it is to fill.

    Returns
    -------
    Path
        ``path``.

    Raises
    ------
    SurveyError
        If the disk is full, the folder may not be written, or ``path`` is a folder or a link
        (which would lead the writing elsewhere). The message names the file.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write_whole(Path(folder, "new", "a.txt"), "whole").read_text()
    'whole'
    """
    path = Path(path)
    if path.is_symlink():
        raise SurveyError(f"{path.name}: is a link to another file; name that file itself.")
    if path.is_dir():
        raise SurveyError(f"{path.name}: is a folder; name a file.")
    part = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{PART}{secrets.token_hex(8)}{path.suffix}")
        _fill(part, content)
        if path.is_file():
            part.chmod(path.stat().st_mode & 0o777)
        part.replace(path)
        _settle(path.parent)
    except OSError as error:
        raise SurveyError(
            f"{path.name}: could not be written: {error.strerror or error}."
            + (" The file that stood there is as it was." if path.is_file() else "")
        ) from None
    finally:
        if part is not None:
            with suppress(OSError):
                part.unlink(missing_ok=True)
    return path


def _fill(part: Path, content) -> None:
    with _new(part) as file:
        if not callable(content):
            file.write(content.encode("utf-8") if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
            return
    content(part)
    with part.open("r+b") as file:
        os.fsync(file.fileno())


def _new(part: Path):
    """A file that was not there before, whatever lies at its name."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(part, flags, 0o666), "wb")


def _settle(folder: Path) -> None:
    """The new name reaches the disk too, where the system can do that."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
