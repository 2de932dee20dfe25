"""The peculiarities of survey tools' exports."""

from __future__ import annotations

import re

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
