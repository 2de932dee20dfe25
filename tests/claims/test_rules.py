"""The rules: each verdict from the figures that lead to it."""

import numpy as np
import pytest

from loyaltystudy.claims import _rules as vd
from loyaltystudy.claims._rules import Evidence, combine


def found(estimate, low, high):
    return Evidence("x", estimate, low, high, 100)


RULES = [
    # rule, estimate, low, high, verdict
    (vd.effect(0.10), 0.30, 0.20, 0.40, "supported"),
    (vd.effect(0.10), 0.08, 0.02, 0.14, "inconclusive"),  # beyond zero, but too small
    (vd.effect(0.10), 0.12, -0.01, 0.25, "inconclusive"),
    (vd.effect(0.10), 0.03, -0.03, 0.09, "contradicted"),  # wholly below the smallest effect
    (vd.effect(0.10), -0.30, -0.40, -0.20, "contradicted"),
    (vd.effect(0.10, direction=-1), -0.30, -0.40, -0.20, "supported"),
    (vd.effect(0.10, direction=-1), 0.30, 0.20, 0.40, "contradicted"),
    (vd.added(), 0.05, 0.03, 0.10, "supported"),
    (vd.added(), 0.05, 0.01, 0.10, "inconclusive"),  # beyond zero, not beyond .02
    (vd.added(), 0.00, 0.00, 0.019, "contradicted"),
    (vd.absent(0.05), 0.01, 0.00, 0.049, "supported"),
    (vd.absent(0.05), 0.10, 0.06, 0.20, "contradicted"),
    (vd.absent(0.05), 0.04, 0.01, 0.08, "inconclusive"),
    (vd.share_above(0.5), 0.6, 0.51, 0.7, "supported"),
    (vd.share_above(0.5), 0.4, 0.3, 0.49, "contradicted"),
    (vd.share_below(0.5), 0.4, 0.3, 0.49, "supported"),
    (vd.share_below(0.5), 0.5, 0.4, 0.6, "inconclusive"),
    (vd.above(), 0.2, 0.1, 0.3, "supported"),
    (vd.below(), 0.2, 0.1, 0.3, "contradicted"),
    (vd.figure(2.5), 2.4, 2.1, 2.9, "supported"),
    (vd.figure(2.5), 2.4, 1.9, 2.9, "inconclusive"),
    (vd.figure(2.5), 1.2, 1.0, 1.9, "contradicted"),
]


@pytest.mark.parametrize(("rule", "estimate", "low", "high", "verdict"), RULES)
def test_rules(rule, estimate, low, high, verdict):
    assert rule.judge(found(estimate, low, high)) == verdict


def shared(estimate, low, high, least, **more):
    """Evidence over shares of method: the interval over all of them, and that at the least."""
    return Evidence("x", estimate, low, high, 100, least=least, c_used=0.18, **more)


def test_what_holds_at_the_least_share_of_method_only_is_not_robust():
    rule = vd.effect(0.10)
    assert rule.judge(shared(0.45, 0.02, 0.56, (0.35, 0.56))) == "not robust"
    assert rule.judge(shared(0.45, 0.12, 0.56, (0.35, 0.56))) == "supported"
    assert rule.judge(shared(0.45, 0.02, 0.56, (0.05, 0.56))) == "inconclusive"
    assert rule.judge(shared(0.02, -0.3, 0.08, (-0.05, 0.08))) == "contradicted"
    assert vd.absent(0.05).judge(shared(0.02, 0.0, 0.07, (0.0, 0.04))) == "not robust"
    assert combine(["supported", "not robust"]) == "not robust"
    assert combine(["inconclusive", "not robust"]) == "inconclusive"


def test_traits_too_alike_to_be_held_apart_are_inconclusive():
    assert (
        vd.effect(0.10).judge(shared(np.nan, -np.inf, np.inf, (-np.inf, np.inf))) == "inconclusive"
    )
    assert vd.effect(0.10).p(shared(np.nan, -np.inf, np.inf, (-np.inf, np.inf))) == 1.0


def test_a_left_out_cause_leaves_a_claim_not_robust_or_as_it_was():
    assert vd.stands().judge(found(0.2, 0.1, 0.3)) == "supported"
    assert vd.stands().judge(found(-0.2, -0.3, -0.1)) == "not robust"


def test_nothing_that_rests_on_fewer_than_ten_people_is_judged():
    assert vd.share_above(0.5).judge(Evidence("x", 0.9, 0.8, 0.95, 9, smallest=9)) == "not measured"
    assert vd.share_above(0.5).judge(Evidence("x", 0.9, 0.8, 0.95, 9, smallest=10)) == "supported"


@pytest.mark.parametrize(
    ("rule", "at_the_bound", "estimate"),
    [
        (vd.effect(0.10), (0.10, 0.30), 0.20),
        (vd.effect(0.10, direction=-1), (-0.30, -0.10), -0.20),
        (vd.absent(0.05), (0.01, 0.05), 0.03),
        (vd.share_below(0.5), (0.40, 0.50), 0.45),
        (vd.figure(2.5), (2.00, 2.40), 2.20),
    ],
)
def test_p_is_five_per_cent_where_the_interval_touches_the_bound(rule, at_the_bound, estimate):
    assert rule.p(found(estimate, *at_the_bound)) == pytest.approx(0.05)
    wide = found(estimate, at_the_bound[0] - 0.01, at_the_bound[1] + 0.01)
    assert 0.05 < rule.p(wide) < 1


def test_a_rule_moved_by_a_factor():
    assert vd.effect(0.10).at(2).bound == 0.20
    assert vd.above(0.40, against=0.30).at(0.5).against == pytest.approx(0.15)
    assert vd.above().at(2).bound == 0
    assert vd.effect(0.10).source == "Cohen's small effect"


def test_what_is_missing_is_not_judged():
    assert vd.effect().judge(Evidence("x", missing=("trust",))) == "not measured"
    assert combine(["supported", "supported"]) == "supported"
    assert combine(["supported", "inconclusive"]) == "inconclusive"
    assert combine(["supported", "contradicted", "not measured"]) == "contradicted"
