"""All claims in one world."""

from loyaltystudy.claims._register import register
from loyaltystudy.claims._rules import CONTRADICTED, SUPPORTED, combine
from loyaltystudy.simulation._simulate import simulate_study
from loyaltystudy.simulation._worlds_of_claims import claim_worlds


def verdict(claim, data):
    known = register()[claim]
    parts = known.test(data, 0)
    return combine([r.judge(p) for r, p in zip(known.rules, parts, strict=True)])


NEVER = {"averages-mislead"}  # one occasion a person is shown, not judged


def test_all_true_makes_claims_true_in_one_study():
    study = simulate_study("all-true", n=8000, seed=8)
    for claim in (
        "would-miss",
        "decline-reflex",
        "company-owned-relationship",
        "programmes-are-calculative",
        "asked-to-help",
        "engaged-recommend",
    ):
        assert verdict(claim, study) == SUPPORTED, claim


def test_all_false_makes_claims_false_in_one_study():
    study = simulate_study("all-false", n=6000, seed=8)
    tried = [claim for claim in claim_worlds() if claim not in NEVER]
    supported = [claim for claim in tried if verdict(claim, study) == SUPPORTED]
    assert len(supported) <= 3, supported  # by chance one in forty is
    assert verdict("demographics-weak", study) == CONTRADICTED
