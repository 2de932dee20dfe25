"""Which column of a file holds which item: by name, or by what survey tools put in headers."""

from __future__ import annotations

import html
import re

import pandas as pd

from loyaltystudy.survey._schema import Codebook, Column

_LIMESURVEY = {"lastpage", "startlanguage"}  # columns that every export of its has
_LIMESURVEY_CSV = re.compile(r"([A-Za-z0-9]+)(?:\[([A-Za-z0-9]+)\])?")
_LIMESURVEY_SPSS = re.compile(r"([A-Za-z0-9]+)(?:[\[_]([A-Za-z0-9]+)\]?)?")
_RESPONDENTS = {  # a tool's identifier of each response, and columns that only that tool writes
    "id": ("lastpage", "startlanguage"),  # LimeSurvey
    "ResponseId": ("StartDate", "EndDate", "Finished"),  # Qualtrics
}


def find_columns(frame: pd.DataFrame, codebook: Codebook) -> tuple[dict[str, str], list[str]]:
    """Declared name to column of the file, and what could not be settled.

    An entry's ``column`` (or its own name) counts alone if it is there. Where no ``column`` is
    declared, three other headers are exactly as good, if one header fits one entry only: the
    LimeSurvey code (``trust[t1]``, ``G01Q01[t1]``; codes there have no underscores, so
    those do not count; beside LimeSurvey's own columns also ``G01Q01_t1``, as it names them for
    SPSS and R), the wording in any language of the codebook, and the wording in
    brackets after a common question (``How much do you agree? [I trust it]``). Case and
    spacing of a wording do not count. In a file written by :func:`~loyaltystudy.write_study`
    the declared name counts too: SPSS and Stata cannot hold every ``column``.
    """
    entries, columns = codebook.columns, list(frame.columns)
    found = {
        name: entry.column or name
        for name, entry in entries.items()
        if (entry.column or name) in columns
    }
    if "provenance" in frame.attrs:
        found |= {name: name for name in entries if name not in found and name in columns}
    own = respondent_column(frame, codebook)
    if own in columns and codebook.design.respondent in entries:
        found.setdefault(codebook.design.respondent, own)
    open_entries = {n: e for n, e in entries.items() if n not in found and not e.column}
    taken = {*found.values(), own}
    free = [c for c in dict.fromkeys(columns) if isinstance(c, str) and c not in taken]
    code = _LIMESURVEY_SPSS if _LIMESURVEY.issubset(columns) else _LIMESURVEY_CSV
    fits = {n: [c for c in free if _fits(c, entry, code)] for n, entry in open_entries.items()}
    claimed: dict[str, list[str]] = {}
    for name, headers in fits.items():
        for header in headers:
            claimed.setdefault(header, []).append(name)
    problems = [
        f"column {header!r} fits {names} alike; declare `column:` for each of them."
        for header, names in claimed.items()
        if len(names) > 1
    ]
    for name, headers in fits.items():
        if len(headers) > 1:
            problems.append(f"{name!r} is found in {headers} alike; declare its `column:`.")
        elif headers and len(claimed[headers[0]]) == 1:
            found[name] = headers[0]
    return found, problems


def respondent_column(frame: pd.DataFrame, codebook: Codebook) -> str | None:
    """The column that names the respondents, or a survey tool's own beside its other marks."""
    declared, columns = codebook.design.respondent, list(frame.columns)
    if declared is None or declared in columns:
        return declared
    own = [column for column, marks in _RESPONDENTS.items() if {column, *marks} <= {*columns}]
    return own[0] if len(own) == 1 else declared


def columns_used(frame: pd.DataFrame, codebook: Codebook) -> set:
    """Every column of the frame that the codebook gives a meaning."""
    return {*find_columns(frame, codebook)[0].values(), respondent_column(frame, codebook)}


def squeeze(text: str) -> str:
    """A wording or label for comparison: case, spacing and HTML's signs do not count."""
    return " ".join(html.unescape(text).split()).casefold()


def _fits(header: str, entry: Column, lime: re.Pattern) -> bool:
    code, parts = entry.name.replace("_", ""), lime.fullmatch(header)
    if parts and code in (parts[1] + (parts[2] or ""), parts[2]):
        return True
    wordings = {squeeze(words) for words in entry.wording.values()} - {""}
    inner = re.fullmatch(r".*\[(.+)\]\s*", header, re.DOTALL)
    return squeeze(header) in wordings or bool(inner and squeeze(inner[1]) in wordings)
