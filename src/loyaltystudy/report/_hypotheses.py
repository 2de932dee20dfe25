"""Hypotheses, and what the texts are, in the reader's language."""

import re
from functools import partial

from loyaltystudy.claims import SOURCES, Claim
from loyaltystudy.report._translations import say


def hypothesis(c: Claim, language: str) -> str:
    """A claim's hypothesis in the reader's language.

    >>> from loyaltystudy.claims import register
    >>> hypothesis(register()["asked-to-help"], "sv")
    'Att bli tillfrågad ökar deltagandet.'
    """
    return c.translations[language]


def source_title(source: str, language: str) -> str:
    """A text's title, as it stands; what it is and its language in the reader's.

    >>> source_title("fandom", "nb"), source_title("bonds", "sv")[-8:]
    ('Kundrelationer och fanskap (blogg, svensk)', '(norska)')
    >>> source_title("courtship", "nb")
    'Malin Sundström: När någon limmar på dig, 28. februar 2017 (svensk)'
    """
    kinds = r"\b(blog|Swedish|Norwegian)\b(?=[^()]*\)$)"
    title = re.sub(kinds, lambda found: say(found[0], language), SOURCES[source])
    return re.sub(r"\b(\d{1,2}) ([A-Z][a-z]{2}) (\d{4})\b", partial(_date, language), title)


def _date(language: str, found: re.Match) -> str:
    """A date of the day, month and year kind, as the language writes it."""
    day, month, year = found.groups()
    dot = "." if language == "nb" else ""
    return f"{day}{dot} {say(f'month {month}', language)} {year}"
