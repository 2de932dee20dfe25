"""What one survey cannot tell: a cause that was not asked leaves a claim not robust at most."""

from dataclasses import replace

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
    are questions on something else, and so are the attitude to the company and the years.
    """
    rng = np.random.default_rng(seed)
    q, value, m1, m2, attitude, years = rng.standard_normal((6, N))
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
    raw["variables"] = {
        "years": {"kind": "numeric", "construct": "tenure", "answers": {"range": [0, 99]}}
    }
    answers = {"years": np.clip(np.rint(np.exp(1.6 + 0.7 * years)), 0, 99)}
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
        assert (f"{'quality, ' * quality}company_attitude, tenure held too") in row["why"]
        assert row["measured"] == "full"


@pytest.mark.parametrize("unasked", ["company_attitude", "tenure"])
def test_liking_and_years_must_be_asked_as_quality_must(unasked):
    study = asked(3, own=0.4, cause=0.0, quality=True)
    book = study.codebook
    kept = {
        kind: {k: e for k, e in getattr(book, kind).items() if e.construct != unasked}
        for kind in ("scales", "variables")
    }
    assert ls.check_claims(study, [CLAIM])["verdict"].item() == SUPPORTED
    row = ls.check_claims(replace(study, codebook=replace(book, **kept)), [CLAIM]).iloc[0]
    assert row["verdict"] == "not robust"
    assert f"one survey cannot tell without {unasked}" in row["why"]


def test_a_cause_that_cannot_be_told_from_what_is_said_to_add_is_as_good_as_unasked():
    close = asked(5, own=0.0, cause=0.93, quality=True)
    words = {"on": "loyalty", "causes": ("quality",)}
    assert coefficient(close, "affective_commitment", **words).unasked == ("quality",)
    apart = asked(5, own=0.0, cause=0.75, quality=True)
    assert coefficient(apart, "affective_commitment", **words).unasked == ()


def test_years_are_held_by_their_rank():
    study = asked(7, own=0.3, cause=0.0, quality=True)
    words = {"on": "loyalty", "causes": ("tenure",)}
    before = coefficient(study, "affective_commitment", **words)
    fewer = study.answers.assign(years=study.answers["years"].rank(method="dense"))
    after = coefficient(replace(study, answers=fewer), "affective_commitment", **words)
    assert (before.estimate, before.low) == (after.estimate, after.low)


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
        assert "one survey cannot tell" in known.limits
        several = causes == {"quality", "company_attitude", "tenure"}
        assert known.version == (4 if several else 3)
        named = "quality, company_attitude and tenure, or where" if several else "".join(causes)
        assert f"at most not robust in a study without {named}" in known.rule
        assert any(r.untellable for r in known.worlds.rivals)
