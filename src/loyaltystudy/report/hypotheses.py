"""Hypotheses in the reader's language."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from loyaltystudy.claims.register import Claim
from loyaltystudy.codebook.yamlfile import read_yaml


@cache
def _translated() -> dict[str, dict[str, str]]:
    return read_yaml(Path(__file__).with_name("templates") / "hypotheses.yaml")


def hypothesis(c: Claim, language: str) -> str:
    """A claim's hypothesis; in English where no translation of its present wording stands.

    Examples
    --------
    >>> from loyaltystudy.claims.register import register
    >>> hypothesis(register()["asked-to-help"], "sv")
    'Att bli tillfrågad ökar deltagandet.'
    """
    words = _translated().get(c.name, {})
    fresh = words.get("en") == c.hypothesis
    return words.get(language, c.hypothesis) if fresh else c.hypothesis
