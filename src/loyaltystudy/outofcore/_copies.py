"""Files of a folder that are the same, byte for byte: a copy left beside its original."""

from collections.abc import Iterable
from pathlib import Path

from loyaltystudy.survey import file_hash


def copied_files(files: Iterable[Path]) -> list[str]:
    """One problem for each file that stands several times; all its names in it.

    Only files of one size are hashed (SHA-256), so that a folder without copies is not read.
    """
    problems = []
    for same_size in _grouped(files, lambda path: path.stat().st_size):
        for same in _grouped(same_size, file_hash):
            names = ", ".join(path.name for path in same)
            problems.append(
                f"{names}: the same file {len(same)} times (SHA-256 {file_hash(same[0])[:12]}), so "
                "that its rows would count as often. Keep one, and move the others elsewhere."
            )
    return problems


def _grouped(files: Iterable[Path], key) -> list[list[Path]]:
    """Files that have their key in common with another, in their order."""
    groups: dict[object, list[Path]] = {}
    for path in files:
        groups.setdefault(key(path), []).append(path)
    return [group for group in groups.values() if len(group) > 1]
