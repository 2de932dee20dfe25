"""Rules, calculations and notes as they were computed, said in Swedish and Norwegian."""

from __future__ import annotations

import math
import re
from functools import cache
from typing import TYPE_CHECKING

from loyaltystudy.report._translations import say, texts
from loyaltystudy.survey import constructs, package_folder, read_yaml

if TYPE_CHECKING:
    import pandas as pd

NUMBER = re.compile(r"[-\u2212]?(?:\d[\d,]*(?:\.\d+)?|\.\d+|inf)|nan")
OPEN = 8  # letters of a phrase from which its places may hold what we do not know
_FIGURE = re.compile(
    rf"(?P<what>.+?): (?P<point>{NUMBER.pattern})"
    rf"(?: \[(?P<low>{NUMBER.pattern}), (?P<high>{NUMBER.pattern})\])?"
    r"(?P<notes>(?:[,;] | at ).*?)?(?: \((?P<verdict>[a-z ]+)\))?"
)
_WITHOUT = re.compile(r"(?P<what>.+?): not measured \((?P<why>.+)\)")
_MARKS = {"sv": "\u201d{}\u201d", "nb": "\u00ab{}\u00bb"}


def rule_words(rule: str, language: str) -> str:
    """A claim's rule in a language.

    >>> rule_words("(1) 95 % interval wholly above 0.5; not robust if not", "sv")
    '(1) 95 %-intervallet ligger helt över 0,5; håller inte annars'
    """
    if language == "en":
        return rule.replace("_", " ")
    said = []
    for part in rule.replace("_", " ").split("; "):
        head = re.match(r"(and )?(\(\d\) )?", part)
        front = (f"{say('and', language)} " if head[1] else "") + (head[2] or "")
        said.append(front + phrase_words(part[head.end() :], language))
    return "; ".join(said)


def reason_words(why: str, language: str) -> list[str]:
    """Why a verdict is what it is, part by part.

    >>> reason_words("trust on loyalty: 0.250 [0.100, 0.400] (supported)", "sv")
    ['samband mellan förtroende och attitydmässig lojalitet: 0,250 [0,100; 0,400] (får stöd)']
    """
    parts = re.split(r"; (?=[^;]*: )", why.replace("_", " "))  # a clause without colon stays
    return parts if language == "en" else [_reason(part, language) for part in parts]


def phrase_words(text: str, language: str) -> str:
    """A note or a reason in a language; as it is where its words are not ours."""
    if language == "en":
        return text
    return _phrase(text, language, OPEN) or text


def in_words(table: pd.DataFrame, language: str) -> pd.DataFrame:
    """A table with its notes in a language, and without a column for them where there are none."""
    if "note" not in table:
        return table
    notes = [phrase_words(str(note), language) for note in table["note"]]
    return table.assign(note=notes) if any(notes) else table.drop(columns="note")


def _reason(part: str, language: str) -> str:
    if found := _WITHOUT.fullmatch(part):
        what, why = (_argument(found[key], language)[0] for key in ("what", "why"))
        return f"{what}: {say('not measured', language)} ({why})"
    if found := _FIGURE.fullmatch(part):
        return _figure(found, language)
    return _phrase(part, language, OPEN) or part


def _figure(found: re.Match, language: str) -> str:
    said = f"{_argument(found['what'], language)[0]}: {_number(found['point'], language)}"
    if found["low"]:
        said += f" [{_number(found['low'], language)}; {_number(found['high'], language)}]"
    notes = found["notes"] or ""
    said += notes if (own := _notes(notes, language)) is None else own
    return f"{said} ({say(found['verdict'], language)})" if found["verdict"] in texts() else said


def _notes(text: str, language: str) -> str | None:
    """What goes with a figure, note by note; None where one of them is not ours."""
    if not text:
        return ""
    mark = re.match(r"[,;] | (?=at )", text)
    rest = text[mark.end() :] if mark else ""
    ends = [m.start() for m in re.finditer(r"[,;] | at ", rest)]
    for end in [len(rest), *reversed(ends)]:
        first = _phrase(rest[:end], language)
        after = None if first is None else _notes(rest[end:], language)
        if after is not None:
            return (mark[0] if mark[0].strip() else ", ") + first + after
    return None


@cache
def _phrases(language: str) -> list[tuple[re.Pattern, str, int]]:
    """What phrases look like, the longest first, and what they are called."""
    lines = read_yaml(package_folder() / "report" / "phrases.yaml")["phrases"]
    lines += [words for key, words in texts().items() if key.startswith("why ")]
    made = []
    for line in lines:
        literal = line["en"].replace("{}", "")
        pattern = re.escape(line["en"]).replace(r"\{\}", "(.+?)")
        made.append((re.compile(pattern, re.DOTALL), line[language], len(literal.strip())))
    return sorted(made, key=lambda phrase: -phrase[2])


def _phrase(text: str, language: str, open_from: float = math.inf) -> str | None:
    for pattern, words, letters in _phrases(language):
        if found := pattern.fullmatch(text):
            made = [_argument(inside, language) for inside in found.groups()]
            if letters >= open_from or all(known for _, known in made):
                return words.format(*(said for said, _ in made))
    return None


def _argument(text: str, language: str) -> tuple[str, bool]:
    """What stands in a phrase's place, and whether it is a number, a name or a phrase of ours."""
    plain = text.strip()
    if NUMBER.fullmatch(plain):
        return _number(plain, language), True
    if label := _labels(language).get(plain):
        return label, True
    if quoted := re.fullmatch(r"'([^']*)'|\"([^\"]*)\"", plain):
        return _MARKS[language].format(quoted[1] or quoted[2] or ""), True
    if said := _phrase(plain, language):
        return said, True
    return _several(plain, language)


def _several(text: str, language: str) -> tuple[str, bool]:
    """Names in a row, a name with its number, or the text as it is."""
    for mark in (", ", "; ", " or ", " and ", ": "):
        parts = text.split(mark)
        if len(parts) > 1:
            made = [_argument(part, language) for part in parts]
            between = f" {say(mark.strip(), language)} " if mark.strip().isalpha() else mark
            if all(known for _, known in made) or mark == "; ":
                return between.join(said for said, _ in made), all(known for _, known in made)
    if inside := re.fullmatch(r"\[(.*)\]", text):
        return _argument(inside[1], language)
    if pair := re.fullmatch(rf"(.+) ({NUMBER.pattern})", text):
        name, known = _argument(pair[1], language)
        if known:
            return f"{name} {_number(pair[2], language)}", True
    return text, bool(re.fullmatch(r"[\w.-]+", text))  # one word is a name


@cache
def _labels(language: str) -> dict[str, str]:
    return {
        name.replace("_", " "): _small(entry["label"][language])
        for name, entry in constructs().items()
    }


def _small(text: str) -> str:
    """Without a capital at the start, but for abbreviations."""
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text


def _number(text: str, language: str) -> str:
    """A number as the language writes it: its thousands apart, a comma before decimals."""
    text = f"0{text}" if text.startswith(".") else text
    apart = text.replace(",", "\N{NO-BREAK SPACE}").replace("-", "\u2212")
    return apart.replace(".", ",").replace("inf", "\u221e")
