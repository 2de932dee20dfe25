"""Which column of a file holds which item: by name, or by what survey tools put in headers."""

import html
import re
import unicodedata

import pandas as pd

from loyaltystudy.survey._schema import Codebook, Column

_LIMESURVEY = {"lastpage", "startlanguage"}  # columns that every export of its has
_LIMESURVEY_CSV = re.compile(r"([A-Za-z0-9]+)(?:\[([A-Za-z0-9]+)\])?")
_LIMESURVEY_SPSS = re.compile(r"([A-Za-z0-9]+)(?:[\[_]([A-Za-z0-9]+)\]?)?")
_CODE = r"[^\W\d_]{1,4}\d{1,3}(?:[._]\d{1,3})*[a-z]?"  # T1, Q5_2, g3a
_CODE_AND_TEXT = tuple(
    re.compile(pattern, re.DOTALL)
    for pattern in (
        r"(?P<code>[A-Za-z0-9]+(?:\[[A-Za-z0-9]+\])?)\.\s+(?P<text>\S.*)",  # LimeSurvey's
        r"(?P<code>\w{0,9}\d(?:[\w.]{0,9}\w)?)\s*[.:)]\s+(?P<text>\S.*)",
        rf"(?P<code>{_CODE}|\d{{1,3}})\s*[-\u2013\u2014]\s+(?P<text>[^\W\d].*)",
        rf"\[(?P<code>{_CODE})\]\s*(?P<text>\S.*)",
        rf"(?P<code>{_CODE})\s+(?P<text>[^\W\d_a-zåäöæø].*)",  # nothing but a space: a capital
        rf"(?P<text>.*\S)\s+[(\[](?P<code>{_CODE})[)\]]",
    )
)
_BRACKETS = re.compile(r".*\[(.+)\]\s*", re.DOTALL)
_BREAK = re.compile(r"<(?:br|/p|/div|/li|/?[ou]l|/h\d)\b[^<>]*>", re.IGNORECASE)  # ends a line
_INLINE = re.compile(
    r"</?(?:a|b|big|div|em|font|h\d|i|li|p|small|span|strong|su[bp]|u)(?:\s[^<>]*)?>", re.IGNORECASE
)
_RESPONDENTS = {  # a tool's identifier of each response, and columns that only that tool writes
    "id": ("lastpage", "startlanguage"),  # LimeSurvey
    "ResponseId": ("StartDate", "EndDate", "Finished"),  # Qualtrics
}
_ALIKE = str.maketrans(  # marks that word processors put for those of the keyboard
    dict.fromkeys("\u2018\u2019\u201a\u2032\u00b4`", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u2033\u00ab\u00bb", '"')
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-")
    | {"\u2026": "..."}
    | dict.fromkeys("\u00ad\u200b\ufeff")
)


def find_columns(frame: pd.DataFrame, codebook: Codebook) -> tuple[dict[str, str], list[str]]:
    """Declared name to column of the file, and what could not be settled.

    An entry's ``column`` (or its own name) counts alone if it is there; letters composed in
    another way count as the same, and capitals do not count where one column and one entry
    alone are meant. Where no ``column`` is declared, other headers are as good, if one header
    fits one entry only: the LimeSurvey code (``trust[t1]``, ``G01Q01[t1]``; codes there have no
    underscores, so those do not count; beside LimeSurvey's own columns also ``G01Q01_t1``, as it
    names them for SPSS and R; also with the text after it, ``t1. I trust it``), the name after
    Kobo's groups (``bonds/t1``), the wording in any language of the codebook, the wording in
    brackets after a common question (``How much do you agree? [I trust it]``), and the wording
    that the file itself gives a column (Qualtrics' second row, also after a common question and
    `` - ``; labels of SPSS and Stata). In a file written by
    :func:`~loyaltystudy.scales.write_study` the declared name counts too: SPSS and Stata cannot
    hold every ``column``.
    """
    entries, columns = codebook.columns, list(frame.columns)
    found = _by_name(entries, columns)
    if "provenance" in frame.attrs:
        here = set(columns)
        found |= {name: name for name in entries if name not in found and name in here}
    own = respondent_column(frame, codebook)
    if own in columns and codebook.design.respondent in entries:
        found.setdefault(codebook.design.respondent, own)
    wanted = {n: e for n, e in entries.items() if n not in found and not e.column}
    taken = {*found.values(), own}
    free = [c for c in dict.fromkeys(columns) if isinstance(c, str) and c not in taken]
    fits = _by_header(wanted, free, frame)
    return _settle(found, fits)


def _by_name(entries: dict[str, Column], columns: list) -> dict[str, str]:
    """Entries whose column is there under its name, or under the same name but for capitals."""
    exact, loose = {}, {}
    for column in columns:
        exact.setdefault(_composed(column), column)
        loose.setdefault(squeeze(str(column)), set()).add(column)
    found = {}
    for name, entry in entries.items():
        wanted = entry.column or name
        if _composed(wanted) in exact:
            found[name] = exact[_composed(wanted)]
    asked: dict[str, set[str]] = {}
    for name, entry in entries.items():
        if name not in found:
            asked.setdefault(squeeze(entry.column or name), set()).add(name)
    taken = set(found.values())
    for key, names in asked.items():
        here = loose.get(key, set()) - taken
        if len(here) == len(names) == 1:
            found[names.pop()] = here.pop()
    return found


def _composed(name):
    return unicodedata.normalize("NFC", name.strip()) if isinstance(name, str) else name


def _by_header(wanted: dict[str, Column], free: list[str], frame) -> dict[str, list[str]]:
    """Entries to the headers that fit them: each header and entry is looked at once."""
    if not wanted:
        return {}
    code = _LIMESURVEY_SPSS if _LIMESURVEY.issubset(frame.columns) else _LIMESURVEY_CSV
    wording = frame.attrs.get("wording", {})
    by_key: dict[tuple[str, str], list[str]] = {}
    for header in free:
        for key in _keys_of_header(header, code, wording.get(header, "")):
            by_key.setdefault(key, []).append(header)
    fits = {}
    for name, entry in wanted.items():
        headers = [h for key in _keys_of_entry(entry) for h in by_key.get(key, ())]
        fits[name] = list(dict.fromkeys(headers))
    return fits


def _keys_of_entry(entry: Column) -> set[tuple[str, str]]:
    keys = {("code", entry.name.replace("_", "")), ("name", _composed(entry.name))}
    keys |= {("words", squeeze(words)) for words in entry.wording.values()}
    return keys - {("words", ""), ("code", "")}


def _keys_of_header(header: str, code: re.Pattern, wording: str) -> set[tuple[str, str]]:
    keys = {("words", text) for text in (*_texts(header), *_texts(wording))}
    keys |= _codes(header, code)
    own, text = code_and_text(header)
    if own:
        keys |= _codes(own, code) | {("words", words) for words in _texts(text)}
    if inner := _BRACKETS.fullmatch(header):
        keys.add(("name", _composed(inner[1])))
    if "/" in header:
        keys.add(("name", _composed(header.rsplit("/", 1)[1])))
    if wording and " - " in wording:
        keys.add(("words", squeeze(wording.rsplit(" - ", 1)[1])))
    return keys - {("words", ""), ("code", "")}


def code_and_text(header: str) -> tuple[str, str]:
    """A header that holds a question's code and its text, apart; no code where it does not.

    Examples
    --------
    >>> code_and_text("T1. I can rely on it"), code_and_text("I can rely on it (T1)")
    (('T1', 'I can rely on it'), ('T1', 'I can rely on it'))
    >>> code_and_text("Q5_2 - Honest"), code_and_text("2 years a customer")
    (('Q5_2', 'Honest'), ('', '2 years a customer'))
    """
    for pattern in _CODE_AND_TEXT:
        if found := pattern.fullmatch(header.strip()):
            return found["code"], found["text"].strip()
    return "", header


def _codes(header: str, code: re.Pattern) -> set[tuple[str, str]]:
    fits = code.fullmatch(header)
    if not fits:
        return set()
    return {("code", fits[1] + (fits[2] or "")), ("code", fits[2] or "")}


def _texts(text: str) -> tuple[str, ...]:
    """A text, and what it has in brackets at its end."""
    inner = _BRACKETS.fullmatch(text) if text else None
    return (squeeze(text), squeeze(inner[1])) if inner else (squeeze(text),)


def _settle(found: dict[str, str], fits: dict[str, list[str]]) -> tuple[dict[str, str], list[str]]:
    """Headers that fit one entry only, and what fits several."""
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
    same = [c for c in dict.fromkeys(columns) if _composed(c) == _composed(declared)]
    if (code := declared.replace("_", "")) in columns:  # LimeSurvey, where respondents gave it
        return code
    own = [column for column, marks in _RESPONDENTS.items() if {column, *marks} <= {*columns}]
    candidates = same or own
    return candidates[0] if len(candidates) == 1 else declared


def columns_used(frame: pd.DataFrame, codebook: Codebook) -> set:
    """Every column of the frame that the codebook gives a meaning."""
    return {*find_columns(frame, codebook)[0].values(), respondent_column(frame, codebook)}


def squeeze(text: str) -> str:
    """A wording or label for comparison.

    Case, spacing, HTML's signs and marks, how letters are composed, and whether quotation marks,
    dashes and apostrophes are straight or curly do not count.
    """
    if "<" in text:
        text = _INLINE.sub("", _BREAK.sub(" ", text))
    if text.isascii() and "&" not in text:
        return " ".join(text.replace("`", "'").split()).casefold()
    plain = unicodedata.normalize("NFC", html.unescape(text)).translate(_ALIKE)
    return " ".join(plain.split()).casefold()
