"""The instrument worded for one company, or for donors: changes to its codebook as plain data."""

import re
from collections.abc import Callable
from copy import deepcopy

from loyaltystudy.errors import SurveyError
from loyaltystudy.survey import data_folder, read_yaml

# "the company" and its genitive, as the instrument has them.
NOUNS = {
    "en": r"\b(?:the|this) company(?P<of>'s)?(?!\w)",
    "sv": r"\b(?:det här )?företaget(?P<of>s)?\b",
    "nb": r"\b(?:denne )?bedriften(?P<of>s)?\b",
}
ENDINGS = {"en": ("'s", "'"), "sv": ("s", ""), "nb": ("s", "'")}  # of a genitive; after an s
SIBILANTS = {"en": "s", "sv": "sxz", "nb": "sxz"}


def name_company(raw: dict, company: str) -> dict:
    """The instrument's codebook with a company's name in every text that speaks of the company.

    ``raw``: the instrument's codebook as plain data; it is left as it is; ``company``: at most 60
    characters, none of them ``{``, ``}``, ``$`` or a line break.

    Raises SurveyError if the name cannot stand in a questionnaire.

    >>> from loyaltystudy.survey import read_yaml, data_folder
    >>> raw = name_company(read_yaml(data_folder() / "instrument" / "codebook.yaml"), "Fjord")
    >>> raw["items"]["promise3"]["wording"]["sv"], raw["pages"]["programme"]["nb"]
    ('Fjord lovar mer än de kan hålla.', 'Fjords kundeklubb')
    """
    company = _checked(company)
    variant = read_yaml(data_folder() / "instrument" / "named.yaml")
    raw = _without(deepcopy(raw), variant["left_out"])
    for name, words in _texts(raw):
        if name not in variant["not_named"]:
            _change(words, lambda text, language: _named(text, language, company))
    for _, words in _texts(variant):
        _change(words, lambda text, language: _filled(text, language, company))
    return _reworded(raw, variant)


def word_for_donors(raw: dict) -> dict:
    """The instrument's codebook worded for those who give to a charity.

    >>> from loyaltystudy.survey import read_yaml, data_folder
    >>> raw = word_for_donors(read_yaml(data_folder() / "instrument" / "codebook.yaml"))
    >>> raw["items"]["trust2"]["wording"]["nb"], "category" in raw["variables"]
    ('Organisasjonen vil giverne sine vel.', False)
    """
    variant = read_yaml(data_folder() / "instrument" / "donors.yaml")
    return _reworded(_without(deepcopy(raw), variant["left_out"]), variant)


def genitive(name: str, language: str) -> str:
    """The genitive of a name.

    >>> genitive("Fjord", "en"), genitive("Fjord", "sv"), genitive("Kaffehus", "sv")
    ("Fjord's", 'Fjords', 'Kaffehus')
    >>> genitive("Kaffehus", "nb"), genitive("Kaffehus", "en")
    ("Kaffehus'", "Kaffehus'")
    """
    plain, after_s = ENDINGS[language]
    return name + (after_s if name[-1].lower() in SIBILANTS[language] else plain)


def _checked(company: str) -> str:
    name = " ".join(str(company).split())
    if not 0 < len(name) <= 60 or re.search(r"[{}$\\\x00-\x1f]", name):
        raise SurveyError(
            f"company={company!r}: give a name of at most 60 characters, without {{ }} $ or \\."
        )
    return name


def _named(text: str, language: str, company: str) -> str:
    def put(found: re.Match) -> str:
        return genitive(company, language) if found["of"] else company

    return re.sub(NOUNS[language], put, text, flags=re.IGNORECASE)


def _filled(text: str, language: str, company: str) -> str:
    text = text.replace("{company's}", genitive(company, language))
    return text.replace("{company}", company)


def _texts(raw: dict):
    """Every text of a codebook, or of what changes it, with the name of its column or page."""
    yield "title", raw.get("titles") or raw.get("title", {})
    for key in ("pages", "leads", "wording"):
        yield from raw.get(key, {}).items()
    for name, arms in raw.get("vignettes", {}).items():
        yield from ((name, words) for words in arms.values())
    for kind in ("items", "variables"):
        for name, entry in raw.get(kind, {}).items():
            yield name, entry.get("wording", {})
            yield from ((name, words) for words in entry.get("vignettes", {}).values())


def _change(words: dict, how: Callable[[str, str], str]) -> None:
    for language, text in words.items():
        words[language] = how(text, language)


def _without(raw: dict, names: list[str]) -> dict:
    for kind in ("items", "variables"):
        raw[kind] = {name: entry for name, entry in raw[kind].items() if name not in names}
    raw["blocks"] = {
        block: [member for member in members if member not in names]
        for block, members in raw["blocks"].items()
    }
    return raw


def _reworded(raw: dict, variant: dict) -> dict:
    """Put a variant's own texts in the place of the instrument's."""
    raw["titles"] = raw["titles"] | variant["title"]
    for page, words in variant["pages"].items():
        raw["pages"][page] |= words
    columns = raw["items"] | raw["variables"]
    for name, words in variant["wording"].items():
        columns[name]["wording"] |= words
    for name, arms in variant.get("vignettes", {}).items():
        columns[name]["vignettes"] |= arms
    return raw
