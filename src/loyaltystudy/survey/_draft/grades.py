"""The order of answers in words: by degree, by how often, or by the numbers in them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache
from itertools import pairwise

from loyaltystudy.survey._draft.words import answer_words, bare, ordered_lists
from loyaltystudy.survey._headers import squeeze

PLAIN_DEGREE = 4.0  # of a label without a word of degree
LONGEST_PHRASE = 6  # words
MOST_LABELS = 25
MOST_PLACED = 2 / 3  # of the labels, more than, must have a place
STEM = 5  # letters of a word that count: interest, interested
PREFIXES = ("dis", "miss", "mis", "un", "in", "im", "u", "o")
LESS, MORE = 0.7, 1.5  # of "less than once a week", "more than once a week"
_NUMBER = re.compile(r"\d(?:[\d.,' ]*\d)?")
_TIMES = re.compile(r"\b(times?|gång|gånger|gang|ganger|gange|mal|veces|per|x)\b")


def order_of(labels: Iterable[str]) -> tuple[str, ...] | None:
    """The labels in their order, squeezed, with those that must stand between or opposite them.

    >>> order_of(["Sehr wichtig", "Wichtig", "Nicht wichtig", "Kaum wichtig"])
    ('nicht wichtig', 'kaum wichtig', 'wichtig', 'sehr wichtig')
    >>> order_of(["Agree", "Strongly agree", "Disagree"])
    ('strongly disagree', 'disagree', 'agree', 'strongly agree')
    >>> order_of(["40 and above", "Below 20", "20-29", "30-39"])
    ('below 20', '20-29', '30-39', '40 and above')
    >>> order_of(["Weekly", "2-3 times a month", "Never"]), order_of(["red", "blue"])
    (('never', '2-3 times a month', 'weekly'), None)
    """
    return _order(frozenset(squeeze(label) for label in labels))


@cache
def _order(wanted: frozenset[str]) -> tuple[str, ...] | None:
    if not 2 <= len(wanted) <= MOST_LABELS:
        return None
    known = next((row for row in ordered_lists() if wanted <= set(row)), None)
    if known:
        return known
    for read in (_degrees, _rates, _amounts):
        places = read(wanted)
        if places and len(set(places.values())) == len(places) and wanted <= set(places):
            return tuple(sorted(places, key=places.get))
    return None


def are_graded(labels: dict[float, str]) -> bool:
    """Whether labels rise or fall with their codes, as far as they can be placed."""
    by_code = [squeeze(label) for _, label in sorted(labels.items())]
    if len(by_code) > MOST_LABELS:
        return False
    for read in (_degrees, _rates, _amounts):
        places = read(frozenset(by_code), part=True) or {}
        steps = [places[text] for text in by_code if text in places]
        rises = [later - sooner for sooner, later in pairwise(steps)]
        enough = len(steps) > 1 and len(steps) > MOST_PLACED * len(by_code)
        if enough and (all(r > 0 for r in rises) or all(r < 0 for r in rises)):
            return True
    order = _order(frozenset(by_code))
    steps = [order.index(text) for text in by_code] if order else []
    return bool(steps) and (steps == sorted(steps) or steps == sorted(steps, reverse=True))


@cache
def _numbered(key: str) -> dict[str, float]:
    """A table of numbers to words, turned round."""
    return {squeeze(w): float(n) for n, words in answer_words()[key].items() for w in words}


@cache
def _phrases() -> dict[str, tuple[str, float]]:
    """Phrase to what it is, and its number."""
    found = {word: ("pole", 1.0 if word == pair[1] else -1.0) for pair in _poles() for word in pair}
    found |= {word: ("degree", n) for word, n in _numbered("degrees").items()}
    found |= dict.fromkeys(_listed("refusal"), ("refusal", -1.0))
    return found | dict.fromkeys(_listed("middle"), ("middle", 0.0))


@cache
def _listed(key: str) -> tuple[str, ...]:
    return tuple(squeeze(word) for word in answer_words()[key])


@cache
def _poles() -> tuple[tuple[str, str], ...]:
    return tuple((squeeze(bad), squeeze(good)) for bad, good in answer_words()["poles"])


@cache
def _opposites() -> dict[str, str]:
    """A word of any pair to one that stands for all that are opposites of each other."""
    same: dict[str, set[str]] = {}
    for pair in _poles():
        joined = {*pair}.union(*(same.get(word, ()) for word in pair))
        same |= dict.fromkeys(joined, joined)
    return {word: min(words) for word, words in same.items()}


def _tokens(text: str) -> list[str]:
    return re.findall(r"[\w'+²]+", text)


def _matched(text: str, plain: frozenset[str]) -> tuple[list[tuple[str, float, str]], set[str]]:
    """The known phrases of a label, the longest first where they overlap, and the other words."""
    tokens, table, found, rest = _tokens(text), _phrases(), [], set()
    at = 0
    while at < len(tokens):
        for size in range(min(LONGEST_PHRASE, len(tokens) - at), 0, -1):
            phrase = " ".join(tokens[at : at + size])
            if phrase in table:
                found.append((*table[phrase], phrase))
                break
        else:
            size = 1
            found += _unknown(tokens[at], plain, rest)
        at += size
    return found, rest


def _unknown(token: str, plain: frozenset[str], rest: set[str]) -> list[tuple[str, float, str]]:
    """A word in no table: the opposite of another by its prefix, or misspelt, or another."""
    for prefix in PREFIXES:
        if token.startswith(prefix) and token[len(prefix) :] in plain:
            rest.add(token[len(prefix) :])
            return [("pole", -1.0, token)]
    if near := _near(token):
        return [(*_phrases()[near], near)]
    if token not in _listed("filler"):
        rest.add(token)
    return []


@cache
def _near(token: str) -> str | None:
    """The long word of the table that this one is but for a letter or two."""
    words = [word for word in _phrases() if word[0] == token[0] and len(word) > STEM]
    near = get_close_matches(token, words, 1, 0.85) if len(token) > STEM else []
    return near[0] if near else None


def _degree(text: str, plain: frozenset[str]) -> tuple[float, bool, frozenset[str]]:
    """Where a label stands, whether any word says so, and the words that do not."""
    if text.startswith(tuple(f"{word} " for word in _listed("middle_begins"))):
        return 0.0, True, frozenset()
    found, rest = _matched(text, plain)
    kinds = {kind for kind, _, _ in found}
    if "middle" in kinds:
        return 0.0, True, frozenset()
    rest |= {_opposites()[phrase] for kind, _, phrase in found if phrase in _opposites()}
    size = [number for kind, number, _ in found if kind == "degree"]
    value = max(size, key=abs) if size else PLAIN_DEGREE
    for kind, number, _ in found:
        value *= number if kind in ("pole", "refusal") else 1.0
    return value, bool(kinds), frozenset(word[:STEM] for word in rest)


def _degrees(labels: frozenset[str], part: bool = False) -> dict[str, float] | None:
    """Labels that are alike but for words of degree, refusal and opposites."""
    texts = {label: bare(label) for label in labels}
    plain = frozenset(token for text in texts.values() for token in _tokens(text))
    plain |= frozenset(good for _, good in _poles())
    read = {label: _degree(text, plain) for label, text in texts.items() if text}
    said = [label for label, (_, known, _) in read.items() if known]
    stems = [stem for _, _, stem in read.values() if stem]
    stem = max(set(stems), key=stems.count) if stems else frozenset()
    fits = {n: value for n, (value, _, rest) in read.items() if not rest or rest == stem}
    if len(said) < 2 or (len(fits) < len(labels) and not part):
        return None
    if part:
        return {label: fits[label] for label in said if label in fits}
    return fits | _mirrored(fits, texts)


def _mirrored(places: dict[str, float], texts: dict[str, str]) -> dict[str, float]:
    """Labels that nobody chose on the side with fewer, after those on the other side."""
    made: dict[str, float] = {}
    for sign in (1, -1):
        side = sorted((n for n, v in places.items() if v * sign > 0), key=lambda n: abs(places[n]))
        turns = {n: turned for n in side if (turned := _turned(texts[n]))}
        across = sum(value * sign < 0 for value in places.values())
        lacking = [n for n in turns if -places[n] not in places.values()]
        for label in lacking[::-1][: max(0, len(turns) - across)]:
            made[turns[label]] = -places[label]
    return made


def _turned(text: str) -> str | None:
    """A label with the opposite of its word."""
    turns = {b: a for a, b in reversed(_poles())} | dict(reversed(_poles()))
    tokens = text.split()
    hits = [token for token in tokens if token in turns]
    return " ".join(turns.get(t, t) for t in tokens) if len(hits) == 1 else None


def _rates(labels: frozenset[str], part: bool = False) -> dict[str, float] | None:
    """How often in a year."""
    read = {label: _rate(label) for label in labels}
    known = {label: rate for label, rate in read.items() if rate is not None}
    if len([rate for rate in known.values() if rate]) < 2:
        return None
    return known if part or len(known) == len(labels) else None


def _rate(label: str) -> float | None:
    often, text = _numbered("often"), " ".join(_tokens(bare(label)))
    if label in often or text in often:
        return often.get(label, often.get(text))
    units = _any_of("units").findall(label)
    numbers = [float(n) for n in re.findall(r"\d+", label)]
    if not units or (numbers and not _TIMES.search(label)) or len(numbers) > 2:
        return None
    said = [_numbered("times")[phrase] for phrase in _any_of("times").findall(label)]
    rate = _numbered("units")[units[-1]]
    rate *= sum(numbers) / len(numbers) if numbers else said[0] if said else 1
    below, above = _has(label, "below"), _has(label, "above")
    return rate * (LESS if below else MORE if above else 1)


@cache
def _any_of(key: str) -> re.Pattern:
    """Any phrase of a list or table, as words of their own, the longest first."""
    words = answer_words()[key]
    phrases = _numbered(key) if isinstance(words, dict) else _listed(key)
    either = "|".join(re.escape(word) for word in sorted(phrases, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{either})(?!\w)")


def _has(text: str, key: str) -> bool:
    return _any_of(key).search(text) is not None


def _amounts(labels: frozenset[str], part: bool = False) -> dict[str, float] | None:
    """Ranges of numbers, with an open end or without: from 20 to 29, below 20, 40+."""
    read = {label: _amount(label) for label in labels}
    known = {label: found for label, found in read.items() if found is not None}
    if len(known) < 2 or not _are_amounts(known):
        return None
    rests = {rest for _, _, rest in known.values() if rest}
    if len(rests) > 1 or (len(known) < len(labels) and not part):
        return None
    return {label: place for label, (place, _, _) in known.items()}


def _are_amounts(known: dict[str, tuple]) -> bool:
    """Whether one is a range, or all have a unit: Sample 1 and Sample 2 are names."""
    ranges = any(is_range for _, is_range, _ in known.values())
    return ranges or all(_has(label, "multiples") for label in known)


def _amount(label: str) -> tuple[float, bool, frozenset[str]] | None:
    """Place, whether it is a range, and the words that are neither number nor unit."""
    if label in _listed("zero"):
        return 0.0, False, frozenset()
    numbers = [(found, _plain_number(found[0])) for found in _NUMBER.finditer(label)]
    if not numbers or len(numbers) > 2:
        return None
    units = [_unit_after(label[found.end() :]) for found, _ in numbers]
    last = units[-1] or 1.0
    low, high = numbers[0][1] * (units[0] or last), numbers[-1][1] * last
    below, above = _has(label, "below"), _has(label, "above")
    below |= "<" in label and len(numbers) == 1
    above |= (">" in label or "+" in label) and len(numbers) == 1
    place = high * (1 - 1e-6) if below and len(numbers) == 1 else low * (1 + 1e-6 * above)
    return place, below or above or len(numbers) == 2, _words_beside(label)


def _plain_number(text: str) -> float:
    """Without the marks of thousands: 1,00,000 and 25.000 and 1 300, but 2.5 and 0,5."""
    text = text.replace(" ", "").replace("'", "")
    if re.fullmatch(r"\d+[.,]\d{1,2}", text):
        return float(text.replace(",", "."))
    return float(re.sub(r"[.,]", "", text))


def _unit_after(text: str) -> float | None:
    token = re.match(r"\s*([^\W\d_]+)", text)
    return _numbered("multiples").get(token[1]) if token else None


def _words_beside(label: str) -> frozenset[str]:
    text = _any_of("below").sub(" ", _any_of("above").sub(" ", label))
    known = {*_numbered("multiples"), *_listed("filler")}
    words = re.findall(r"[^\W\d_]+", text)
    return frozenset(word[:STEM] for word in words if word not in known)
