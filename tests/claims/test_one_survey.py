"""What one survey cannot tell: a cause that was not asked leaves a claim not robust at most."""

import numpy as np
import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy.claims import register
from loyaltystudy.claims._rules import SUPPORTED, Evidence, effect
from loyaltystudy.claims._statistics import coefficient
from loyaltystudy.survey._codebook import make_codebook

CLAIM = "love-beyond-money"
N, LOADING = 1500, 0.8


def asked(seed: int, *, own: float, cause: float, quality: bool):
    """Love, value, loyalty and quality, four questions each; no shared method.

    Love adds ``own`` to loyalty; quality is behind both with the load ``cause``. The markers
    are questions on something else, and so is the attitude to the company.
    """
    rng = np.random.default_rng(seed)
    q, value, m1, m2, attitude = rng.standard_normal((5, N))
    love = cause * q + np.sqrt(1 - cause**2) * rng.standard_normal(N)
    rest = np.sqrt(1 - own**2 - cause**2 - 2 * own * cause**2)
    loyalty = own * love + cause * q + rest * rng.standard_normal(N)
    traits = {
        "affective_commitment": love,
        "monetary_value": value,
        "loyalty": loyalty,
        "company_attitude": attitude,
        "marker_turquoise": m1,
        "marker_autumn": m2,
    } | ({"quality": q} if quality else {})
    raw = {"study": "s", "title": "S", "population": "customers", "items": {}, "scales": {}}
    answers = {}
    for name, trait in traits.items():
        items = [f"{name}_{i}" for i in range(4)]
        raw["scales"][name] = {"construct": name, "items": items}
        raw["items"] |= {i: {"answers": {"range": [-99, 99], "whole": False}} for i in items}
        noise = np.sqrt(1 - LOADING**2) * rng.standard_normal((4, N))
        answers |= {i: LOADING * trait + e for i, e in zip(items, noise, strict=True)}
    return ls.read_study(pd.DataFrame(answers), make_codebook(raw))


@pytest.mark.parametrize(
    ("own", "cause", "quality", "expected"),
    [
        (0.30, 0.0, False, "not robust"),  # true, and it cannot be told
        (0.0, 0.6, False, "not robust"),  # false, and looks the same
        (0.30, 0.0, True, "supported"),
        (0.0, 0.6, True, "contradicted"),
        (0.30, 0.4, True, "supported"),
    ],
)
def test_a_cause_that_was_asked_is_held_and_one_that_was_not_is_said(own, cause, quality, expected):
    seen = [
        ls.check_claims(asked(seed, own=own, cause=cause, quality=quality), [CLAIM]).iloc[0]
        for seed in range(8)
    ]
    verdicts = [row["verdict"] for row in seen]
    assert verdicts.count(expected) >= 6
    if expected != "supported":
        assert SUPPORTED not in verdicts
    for row in seen:
        assert ("one survey cannot tell without quality" in row["why"]) == (not quality)
        assert ("quality held too" in row["why"]) == quality
        assert row["measured"] == "full"


def test_holding_what_was_asked_is_the_slope_with_it_given():
    study = asked(1, own=0.3, cause=0.4, quality=True)
    named = coefficient(study, "affective_commitment", on="loyalty", causes=("quality",))
    given = coefficient(study, "affective_commitment", on="loyalty", given=("quality",))
    assert (named.estimate, named.low, named.high) == (given.estimate, given.low, given.high)
    assert named.unasked == () and given.unasked == ()


def test_without_what_it_must_have_a_part_is_not_robust_at_most():
    above = Evidence("b", 0.5, 0.4, 0.6, n=100)
    rule = effect(0.10)
    assert rule.judge(above) == "supported"
    assert rule.judge(above.but(unasked=("quality",))) == "not robust"
    below = above.but(estimate=0.0, low=-0.1, high=0.09, unasked=("quality",))
    assert rule.judge(below) == "contradicted"
    assert str(above.but(unasked=("quality", "a draw"))).endswith(
        "one survey cannot tell without quality, a draw"
    )


def test_every_claim_that_says_more_than_goes_with_says_what_it_must_have():
    must = {
        name: {c for p in known.parts for c in p.options.get("causes", ())}
        for name, known in register().items()
    }
    must = {name: causes for name, causes in must.items() if causes}
    assert len(must) == 7
    for name, causes in must.items():
        known = register()[name]
        assert known.version == 3 and "one survey cannot tell" in known.limits
        assert f"at most not robust in a study without {' and '.join(causes)}" in known.rule
        assert any(r.untellable for r in known.worlds.rivals)
