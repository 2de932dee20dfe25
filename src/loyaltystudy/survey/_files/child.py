"""SPSS and Stata files read in a process of their own, with limits on memory and time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd

from loyaltystudy.errors import SurveyError
from loyaltystudy.survey._shipped import package_folder

SCRIPT = package_folder() / "survey" / "_files" / "child_script.py"
KEY = b"table"  # as the script names it
MEMORY = 1_000_000_000  # bytes, beside 40 times the file's own size
SECONDS = 20  # beside one for every 200,000 bytes of the file


def parse(
    path: Path, kind: str, encoding: str | None, *, limit: float = 1.0
) -> tuple[pd.DataFrame, dict]:
    """The cells of a ``.sav``, ``.zsav`` or ``.dta`` file, and what it says about itself.

    ``limit`` multiplies the memory and the time that the reading may take.

    Raises SurveyError if the reader refuses the file, breaks down on it, or takes more than is
    allowed.
    """
    size = path.stat().st_size
    memory, seconds = limit * (MEMORY + 40 * size), limit * (SECONDS + size / 200_000)
    command = [sys.executable, "-P", str(SCRIPT), str(path), kind, encoding or "", f"{memory:.0f}"]
    try:
        done = _run(command, seconds)
    except subprocess.TimeoutExpired:
        raise SurveyError(
            f"{path.name}: reading took more than {seconds:.0f} seconds and was ended. Save it as "
            f"Parquet or CSV, or allow more: {_more(limit)}."
        ) from None
    except OSError as error:
        raise SurveyError(
            f"{path.name}: no process could be started to read it: {error}."
        ) from None
    if done.returncode:
        raise SurveyError(_refused(path, kind, done, memory, limit))
    return _received(done.stdout)


def _run(command: list[str], seconds: float) -> subprocess.CompletedProcess:
    return subprocess.run(
        command,
        capture_output=True,
        timeout=seconds,
        check=False,
        env=_environment(),
        stdin=subprocess.DEVNULL,
    )


def _environment() -> dict[str, str]:
    """One thread and UTF-8, whatever the user's locale is."""
    quiet = {
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "PYTHONUTF8": "1",
        "ARROW_DEFAULT_MEMORY_POOL": "system",
    }
    paths = os.pathsep.join(path for path in sys.path if path)
    return {**os.environ, **quiet, "PYTHONPATH": paths}


def _more(limit: float) -> str:
    return f"limit={2 * limit:g} (--limit {2 * limit:g})"


def _refused(path: Path, kind: str, done, memory: float, limit: float) -> str:
    what = "SPSS" if kind == "sav" else "Stata"
    last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
    said = last[0] if last else ""
    if "MemoryError" in said or "Unable to allocate" in said:
        return (
            f"{path.name}: reading needs more than {memory / 1e9:.1f} GB of memory. Save it as "
            f"Parquet, or allow more: {_more(limit)}."
        )
    if done.returncode < 0 or not said:
        return (
            f"{path.name}: not readable as {what}: its reader broke down on it (the process ended "
            "with code {code}), as it does on damaged files. Save or copy it again."
        ).format(code=done.returncode)
    reason = said.split(": ", 1)[-1] if ": " in said else said
    return (
        f"{path.name}: not readable as {what} ({reason[:200]}): damaged, truncated, or in another "
        "encoding than it says. Save it again, or name it: encoding=... (--encoding)."
    )


def _received(stream: bytes) -> tuple[pd.DataFrame, dict]:
    import pyarrow as pa

    table = pa.ipc.open_stream(stream).read_all()
    return table.to_pandas(), json.loads(table.schema.metadata[KEY])
