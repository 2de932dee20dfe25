"""Every claim in a world where it holds, in one where it does not, and beside its rivals."""

import pytest

from loyaltystudy.claims._register import register
from loyaltystudy.claims._rules import NOT_ROBUST, SUPPORTED, combine
from loyaltystudy.simulation._drawing import draw_for_claim
from loyaltystudy.simulation._panels import PANEL_TRUTHS
from loyaltystudy.simulation._worlds_of_claims import claim_worlds
from loyaltystudy.survey import constructs


def verdict(claim, data):
    known = register()[claim]
    parts = known.test(data, 0)
    return combine([r.judge(p) for r, p in zip(known.rules, parts, strict=True)])


def test_every_claim_that_can_be_tested_has_two_worlds():
    testable = {name for name, c in register().items() if c.rules}
    assert testable == {*claim_worlds(), *PANEL_TRUTHS}
    for name, worlds in claim_worlds().items():
        parts = len(register()[name].rules)
        assert [len(e) for e in worlds.effects] == [parts, parts], name


RIVALLED = (
    "demographics-weak",
    "background-over-demographics",
    "two-building-blocks",
    "affective-first",
    "love-beyond-money",
    "would-miss",
    "engaged-recommend",
    "engaged-spend-2.5-times",
    "moral-bonds-hard",
    "identification",
    "programme-is-not-enough",
    "contact-beyond-wish-repels",
    "customers-differ",
)


def test_claims_whose_rivals_are_known_have_two_each():
    rivals = {name: claim_worlds()[name].rivals for name in RIVALLED}
    assert all(len(own) >= 2 for own in rivals.values())
    assert sum(map(len, rivals.values())) >= 26
    assert all(r.why for own in rivals.values() for r in own)


NEVER = {"averages-mislead"}  # one occasion a person is shown, not judged
NEED = {
    "engaged-stay": 1500,
    "functions-over-tiers": 2000,
    "engaged-spend-2.5-times": 8000,
    "demographics-weak": 8000,
    "moral-bonds-hard": 12000,
    "background-over-demographics": 2000,
}


def drawn(claim, kind, n, seed):
    return draw_for_claim(claim, kind, n=n, seed=seed, marked=True)


def best(claim):
    """The best verdict that one survey can give."""
    causes = {c for part in register()[claim].parts for c in part.options.get("causes", ())}
    return NOT_ROBUST if causes - {*constructs()} else SUPPORTED  # a draw by lot is no question


@pytest.mark.parametrize("claim", [c for c in claim_worlds() if c not in NEVER])
def test_a_claim_holds_where_it_is_true_and_not_where_it_is_false(claim):
    n = NEED.get(claim, 4000)
    assert verdict(claim, drawn(claim, "true", n, 5)) == best(claim)
    # one seed in forty may be unlucky, not two
    found = [verdict(claim, drawn(claim, "false", min(n, 4000), s)) for s in (5, 6)]
    assert found != [best(claim), best(claim)]


@pytest.mark.parametrize(
    ("claim", "rival"),
    [(c, r.name) for c in RIVALLED for r in claim_worlds()[c].rivals if not r.untellable],
)
def test_a_rival_is_not_taken_for_the_claim(claim, rival):
    found = [verdict(claim, drawn(claim, rival, 1500, seed)) for seed in (5, 6)]
    assert found != [SUPPORTED, SUPPORTED]
