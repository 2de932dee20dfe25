"""The peculiarities of survey tools' exports."""

import re
from typing import NamedTuple

import numpy as np
import pandas as pd

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


def extra_headers(header: list[str], body: list[list[str]]) -> Extra:
    """What the rows below the first header row say, where a survey tool wrote more than one."""
    wording = qualtrics_wording(header, body)
    if wording:
        return Extra(2, header, wording)
    names = surveymonkey_names(header, body)
    return Extra(1, names, {}) if names else Extra(0, header, {})


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
    stem, names = "", []
    for name, cell in zip(header, body[0], strict=True):
        stem = name or stem
        plain = not cell.strip() or _squeezed(cell) in _ANSWER_CELLS
        names.append(stem if plain else f"{stem} [{cell.strip()}]")
    return names


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
