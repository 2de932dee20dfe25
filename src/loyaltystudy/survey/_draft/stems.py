"""What columns of one question share: the text before a statement, or the stem of a name."""

import re

from loyaltystudy.survey._headers import squeeze

_COMMON = re.compile(r"(.{3,}?)(?:\s*\[.+\]|\s+-\s+.+|:\s+.+|\?\s+\S.+)\s*", re.DOTALL)


def question_of(wording: str) -> str:
    """The question that stands before the statement, as survey tools write both.

    >>> question_of("How much do you agree? [I trust it]"), question_of("I trust it")
    ('how much do you agree', '')
    """
    found = _COMMON.fullmatch(wording)
    return squeeze(found[1]) if found else ""


def stem_of(name: str) -> str:
    """What is left of a column's name without the number or letter at its end.

    >>> stem_of("trust_1"), stem_of("attitude[a1]"), stem_of("op12"), stem_of("Q5_3")
    ('trust', 'attitude', 'op', 'Q5')
    """
    for pattern in (
        r"(.+?)[\[(][^\])]*[\])]",
        r"(.+?)[_.\s-]+[A-Za-z]{0,3}\d{1,3}[A-Za-z]?",
        r"(.+\d)[a-zA-Z]",
        r"(.+?)\d{1,3}",
    ):
        found = re.fullmatch(pattern, name)
        if found and re.search(r"[^\W\d_]", found[1]):
            return found[1].strip("_.- ")
    return name
