"""The one function that writes files: whole or not at all, never through a link; locked folders."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from loyaltystudy.errors import SurveyError

OPENED = "/proc/self/fd"  # a path to every folder that this process has opened
PART = ".part-"  # how a file begins that is being written; a killed process leaves one behind
_HELD: list[Path] = []  # folders that this process writes results into


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
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _bound(path) as folder:
            _put(folder / path.name, content)
    except OSError as error:
        raise SurveyError(
            f"{path.name}: could not be written: {error.strerror or error}."
            + (" The file that stood there is as it was." if path.is_file() else "")
        ) from None
    return path


@contextmanager
def _bound(path: Path) -> Iterator[Path]:
    """The folder of a file, opened: a link that is put in its place later is not followed.

    Where the system gives no path to what is open (it does on Linux), a moment remains.
    """
    _refuse_links(path)
    if not os.path.isdir(OPENED):
        yield path.parent
        return
    handle = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        _refuse_links(path)  # once more: by now the folder is open, whichever it is
        if not os.path.samestat(os.fstat(handle), path.parent.stat()):
            raise SurveyError(f"{path.name}: its folder was changed just now. Run it again.")
        yield Path(OPENED, str(handle))
    finally:
        os.close(handle)


def _refuse_links(path: Path) -> None:
    if any(folder.is_symlink() for folder in _within_held(path)):
        raise SurveyError(f"{path.name}: its folder became a link to another; remove the link.")


def _put(path: Path, content) -> None:
    """The content into a new file, and that in the place of the old one."""
    part = path.with_name(f"{PART}{secrets.token_hex(8)}{path.suffix}")
    try:
        _fill(part, content)
        if path.is_file():
            part.chmod(path.stat().st_mode & 0o777)
        part.replace(path)
        _settle(path.parent)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


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


def _within_held(path: Path) -> list[Path]:
    """The folders above a path, up to one that is held."""
    return [f for f in path.parents for top in _HELD if f.is_relative_to(top)]


@contextmanager
def held(folder, option: str = "", *, below: bool = True) -> Iterator[Path]:
    """Hold a folder of results: as long as this lasts, no other process of ours writes into it.

    The folder is made where there is none (and goes again if it stays empty); what a killed
    process left half written goes. The hold ends with the process, however that ends.

    Parameters
    ----------
    folder : str or Path
    option : str
        Of the command, for messages, such as ``"--out "``.
    below : bool
        Whether what a killed process left goes from the folders below too, as in a folder of
        results. False for a folder in which other files lie.

    Returns
    -------
    Path
        The folder, resolved once: a change of the working folder does not move it.

    Raises
    ------
    SurveyError
        If the folder is a link or a file, may not be written, or another process holds it.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as home, held(Path(home, "out")) as out:
    ...     out.is_dir()
    True
    """
    folder = Path(folder)
    name = f"{option}{folder.name or folder.resolve().name!r}"
    if folder.is_symlink():
        raise SurveyError(f"{name} is a link to another folder; name that folder itself.")
    if folder.exists() and not folder.is_dir():
        raise SurveyError(f"{name} is a file; name a folder.")
    folder = folder.resolve()
    if any(folder.is_relative_to(top) for top in _HELD):
        yield folder
        return
    new, handle = not folder.exists(), None
    try:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            handle = _locked(folder / f"{PART}lock")
        except BlockingIOError:
            raise SurveyError(
                f"{name}: another run writes into it just now. Wait for its end, or name another."
            ) from None
        except OSError as error:
            raise SurveyError(f"{name}: may not be written: {error.strerror or error}.") from None
        _HELD.append(folder)
        _sweep(folder, below)
        yield folder
    finally:
        _release(folder, handle, new)


def _locked(path: Path) -> int:
    """A lock that the system gives up when the process ends."""
    while True:
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
        handle = os.open(path, flags, 0o666)
        try:
            _lock(handle)
            if os.fstat(handle).st_nlink:  # else another process gave it up and removed it
                return handle
            os.close(handle)
        except BaseException:
            os.close(handle)
            raise


def _lock(handle: int) -> None:
    try:
        import fcntl
    except ImportError:  # Windows, which removes no file that is open
        import msvcrt

        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            raise BlockingIOError from None
        return
    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _release(folder: Path, handle: int | None, new: bool) -> None:
    if handle is not None:
        if folder in _HELD:
            _HELD.remove(folder)
        with suppress(OSError):
            (folder / f"{PART}lock").unlink()
        os.close(handle)
    if new:
        with suppress(OSError):
            folder.rmdir()  # it goes if it is empty


def _sweep(folder: Path, below: bool) -> None:
    """What a killed process left half written goes."""
    for path in folder.rglob(f"{PART}*") if below else folder.glob(f"{PART}*"):
        if path.name != f"{PART}lock":
            with suppress(OSError):
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
