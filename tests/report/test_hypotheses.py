"""Hypotheses in three languages."""

import pytest

from loyaltystudy.claims._register import register
from loyaltystudy.report._hypotheses import hypothesis


@pytest.mark.parametrize("language", ["en", "sv", "nb"])
def test_every_claim_speaks_every_language(language):
    for c in register().values():
        words = hypothesis(c, language)
        assert words and (words == c.hypothesis) == (language == "en")
