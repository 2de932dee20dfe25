"""The modules of the texts: each registers the claims of one text, with all that a claim needs."""

import re
from importlib import import_module

import pytest

from loyaltystudy.claims._register import (
    MODULES,
    POINT,
    SOURCES,
    changed,
    list_claims,
    register,
    text_claims,
)

PAIRS = [(source, module) for source, modules in MODULES.items() for module in modules]


@pytest.mark.parametrize(("source", "module"), PAIRS)
def test_a_module_speaks_of_one_text_and_says_which(source, module):
    made = import_module(f"loyaltystudy.claims._texts.{module}")
    assert made.claim.args == (source,)
    assert len(made.__doc__.splitlines()[0]) > 20 and made.__doc__.startswith("Claims ")


@pytest.mark.parametrize("source", SOURCES)
def test_every_claim_has_a_quote_and_an_english_one_and_says_what_would_settle_it(source):
    for claim in text_claims(source).values():
        assert claim.quote and claim.english and claim.quote != claim.english
        assert bool(claim.parts) != bool(claim.untestable)
        asked = claim.parts and claim.takes == "study"
        assert bool(claim.worlds) == bool(asked), claim.name
        assert re.fullmatch("[0-9a-f]{12}", claim.rule_hash)


def test_a_changed_rule_says_when_and_why_and_keeps_its_first_hash():
    said = changed(POINT)
    assert said == {"version": 2, "date": "2026-11-29", "reason": POINT}
    first = list_claims().set_index("claim")["rule_hash_1"]
    for name, claim in register().items():
        assert (claim.version > 1) <= bool(claim.date and claim.reason)
        if claim.version > 1 and claim.reason != "new claim":
            assert first[name] and first[name] != claim.rule_hash


def test_constructs_of_a_part_are_among_the_needs():
    for claim in register().values():
        asked = {c for need in claim.needs for c in need.split("|")}
        on = {p.options.get("on") for p in claim.parts} - {None}
        assert on <= asked, claim.name
