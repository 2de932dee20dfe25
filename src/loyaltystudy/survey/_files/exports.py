"""The peculiarities of survey tools' exports."""

import re
from typing import NamedTuple

import numpy as np
import pandas as pd

from loyaltystudy.survey._values import COMMA, NUMBER

FEWEST_ROWS = 4  # below the first, to tell a second row of names from an answer
_IMPORT_ID = re.compile(r"""\{\s*['"]ImportId['"]\s*:""")


def qualtrics_wording(header: list[str], body: list[list[str]]) -> dict[str, str] | None:
    """Column to wording if rows two and three are Qualtrics' (wording, import identifiers).

    The third row settles it: every cell that is not empty is ``{"ImportId": ...}``, which no
    respondent writes.
    """
    if len(body) < 2:
        return None
    filled = [cell for cell in body[1] if cell.strip()]
    if not filled or not all(_IMPORT_ID.match(cell.strip()) for cell in filled):
        return None
    return {name.strip(): cell for name, cell in zip(header, body[0], strict=True)}


class Extra(NamedTuple):
    """Header rows below the first: how many, the columns' names and their wording with them."""

    rows: int
    names: list[str]
    wording: dict[str, str]
    said: str = ""  # what a reader should know of a row that was taken for a header


def extra_headers(header: list[str], body: list[list[str]]) -> Extra:
    """What the rows below the first header row say, where a survey tool wrote more than one."""
    wording = qualtrics_wording(header, body)
    if wording:
        return Extra(2, header, wording)
    names = surveymonkey_names(header, body)
    if names:
        return Extra(1, names, {})
    return _second_header(header, body) or Extra(0, header, {})


def _second_header(header: list[str], body: list[list[str]]) -> Extra | None:
    """A row below the first that no respondent wrote: answers to the questions above, or wording.

    None of its cells is a number or stands once more in its column. Where a quarter of the
    columns have no name, the first row has the question above its first column only; where half
    of them hold numbers alone below that row, it is the wording.
    """
    if len(body) < FEWEST_ROWS or not _stands_above(body[0], body[1:]):
        return None
    unnamed = [n for n, name in enumerate(header) if not name]
    if len(unnamed) >= len(header) / 4 and all(body[0][n].strip() for n in unnamed):
        if len(header) - len(unnamed) == 1:
            return Extra(1, [cell.strip() for cell in body[0]], {}, "The first row is a title.")
        said = "The first two rows were read as names: a question, and below it what it lists."
        return Extra(1, _united(header, body[0]), {}, said)
    numbers = [n for n, cell in enumerate(body[0]) if cell.strip() and _all_numbers(body[1:], n)]
    phrases = [n for n in numbers if " " in body[0][n].strip()]
    if not unnamed and len(numbers) >= max(2, len(header) / 2) and 2 * len(phrases) > len(numbers):
        wording = {name.strip(): cell for name, cell in zip(header, body[0], strict=True)}
        return Extra(1, header, wording, "The second row was read as the wording of the questions.")
    return None


def _stands_above(row: list[str], below: list[list[str]]) -> bool:
    cells = [(n, cell.strip()) for n, cell in enumerate(row) if cell.strip()]
    numbers = any(NUMBER.fullmatch(cell) or COMMA.fullmatch(cell) for _, cell in cells)
    return not numbers and not any(cell == other[n].strip() for n, cell in cells for other in below)


def _all_numbers(rows: list[list[str]], column: int) -> bool:
    cells = [cell for row in rows if (cell := row[column].strip())]
    return bool(cells) and all(NUMBER.fullmatch(c) or COMMA.fullmatch(c) for c in cells)


def _united(header: list[str], below: list[str]) -> list[str]:
    """The question, and in brackets what stands below it; it stands above its first column only."""
    stem, names = "", []
    for name, cell in zip(header, below, strict=True):
        stem = name or stem
        plain = not cell.strip() or _squeezed(cell) in _ANSWER_CELLS
        names.append(stem if plain else f"{stem} [{cell.strip()}]")
    return names


def surveymonkey_names(header: list[str], body: list[list[str]]) -> list[str] | None:
    """Names from SurveyMonkey's two header rows: the question, and in brackets what it lists.

    The question stands above its first column only. The second row has cells such as
    ``Response`` and none below the tool's own columns, which no respondent leaves so.
    """
    own = [n for n, name in enumerate(header) if _squeezed(name) in _SURVEYMONKEY]
    if len(own) < 2 or not body or any(body[0][n].strip() for n in own):
        return None
    if not any(_squeezed(cell) in _ANSWER_CELLS for cell in body[0]) and all(header):
        return None
    return _united(header, body[0])


def _squeezed(text: str) -> str:
    return "".join(text.split()).replace("-", "").casefold()


_SURVEYMONKEY = {
    "respondentid",
    "collectorid",
    "startdate",
    "enddate",
    "datecreated",
    "datemodified",
    "ipaddress",
    "emailaddress",
    "firstname",
    "lastname",
}
_ANSWER_CELLS = {"response", "openendedresponse"}


_PREVIEWS = {"survey preview", "preview", "survey test", "test", "1", "2", "9", "17"}
_NOT_DONE = {"false", "0", "falskt", "usann", "falsch", "no", "nej", "nei"}


def not_finished(frame: pd.DataFrame) -> dict[str, np.ndarray]:
    """Rows that a survey tool calls previews, or broken off before the end."""
    columns = set(frame.columns) if frame.columns.is_unique else set()
    if {"Status", "Finished", "ResponseId"} <= columns:  # Qualtrics
        status, done = _lower(frame["Status"]), _lower(frame["Finished"])
        preview = status.isin(_PREVIEWS).to_numpy()
        return {
            "previews": preview,
            "unfinished answers": done.isin(_NOT_DONE).to_numpy() & ~preview,
        }
    if {"submitdate", "lastpage", "startlanguage"} <= columns:  # LimeSurvey
        return {"unfinished answers": _lower(frame["submitdate"]).isin({"", "na"}).to_numpy()}
    return {}


def _lower(series: pd.Series) -> pd.Series:
    text = series.astype(object).where(series.notna(), "").map(str).str.strip().str.casefold()
    return text.str.removesuffix(".0")
