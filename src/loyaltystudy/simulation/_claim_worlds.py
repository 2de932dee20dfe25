"""What each claim's true and false world set, and the figures its test should find there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from loyaltystudy.simulation import _claim_settings as special
from loyaltystudy.simulation._model import Model

Setting = Callable[[Model], None]


@dataclass(frozen=True)
class Truth:
    """The two worlds of a claim.

    ``asks`` are the constructs that its test needs; ``effects`` the figure of each part of its
    rule in the true and in the false world (NaN: no figure is intended).
    """

    asks: tuple[str, ...]
    true: Setting
    false: Setting
    effects: tuple[tuple[float, ...], tuple[float, ...]]
    note: str = ""


def nothing(m: Model) -> None:
    """A claim that is false where nothing is added."""


def go_together(y: str, *x: str, r: float = 0.20) -> Truth:
    """Each x goes with y; in the false world they share blocks and method, and no more."""

    def true(m: Model) -> None:
        for name in x:
            m.goes_with(name, y, r)

    return Truth((*x, y), true, nothing, ((r,) * len(x), (0.0,) * len(x)))


def adds_to(y: str, x: str, *given: str, beta: float = 0.20) -> Truth:
    """x adds to y beside controls; in the false world it correlates with the controls alone."""

    def true(m: Model) -> None:
        m.controls(y, given, (x,))
        m.adds(x, y, beta, given)

    def false(m: Model) -> None:
        m.controls(y, given, (x,))

    return Truth((x, *given, y), true, false, ((beta,), (0.0,)))


def share_of(scale: str, true: float, false: float, *, told: str = "above") -> Truth:
    """A share of the answers above (or below) the midpoint of a scale."""

    def setting(share: float) -> Setting:
        return lambda m: special.share(m, scale, share, told)

    return Truth((scale,), setting(true), setting(false), ((true,), (false,)))


def plainly(key: str, true: float, false: float, asks: Sequence[str], told=lambda x: x) -> Truth:
    """A share among the variables, set as it is."""

    def setting(value: float) -> Setting:
        return lambda m: m.plain.update({key: value})

    return Truth(tuple(asks), setting(true), setting(false), ((told(true),), (told(false),)))


def both(first: Truth, second: Truth, note: str = "") -> Truth:
    """A claim of two truths, in the order of its rules."""

    def run(kind: str) -> Setting:
        def setting(m: Model) -> None:
            getattr(first, kind)(m)
            getattr(second, kind)(m)

        return setting

    effects = tuple(a + b for a, b in zip(first.effects, second.effects, strict=True))
    asks = tuple(dict.fromkeys((*first.asks, *second.asks)))
    return Truth(asks, run("true"), run("false"), effects, note or second.note)


FUNCTIONS = (
    "fan_identity",
    "fan_socialisation",
    "fan_self_therapy",
    "fan_quasi_religion",
    "fan_authenticity",
)
DEMOGRAPHICS = ("age", "gender", "region", "household_size", "income")
BACKGROUND = (
    "own_education",
    "own_education_field",
    "father_education",
    "mother_education",
    "father_occupation",
    "mother_occupation",
    "books_at_home",
    "reading",
    "cultural_participation",
    "growing_up_economy",
)
LOYAL, AFFECTIVE, CALCULATIVE = "loyalty", "affective_commitment", "calculative_commitment"
BONDS = (
    AFFECTIVE,
    CALCULATIVE,
    "normative_commitment",
    "identification",
    "monetary_value",
    "value_congruence",
)
NAN = float("nan")

TRUTHS: dict[str, Truth] = {
    # Kundrelationer och fanskap
    "more-programmes-less-value": go_together("programme_value", "memberships", r=-0.20),
    "programme-fatigue": go_together("reward_demand", "programme_fatigue"),
    "decline-reflex": plainly("accepted", 0.40, 0.50, ("invitation_accepted",), lambda x: 1 - x),
    "company-owned-relationship": share_of("mutuality", 0.40, 0.50),
    "functions-over-tiers": Truth(
        (*FUNCTIONS, "tier", LOYAL),
        special.functions_true,
        special.functions_false,
        ((0.05, 0.06, NAN), (0.0, 0.04, NAN)),
        "false: tier and functions explain the same, .04 each",
    ),
    "devotion-ladder": Truth(
        ("devotion", LOYAL),
        special.ladder_true,
        special.ladder_false,
        ((0.50, 0.20), (0.30, 0.0)),
        "H of .40 is the bound, .30 where contradiction begins",
    ),
    "love-beyond-money": adds_to(LOYAL, AFFECTIVE, "monetary_value"),
    # Lojalitet krever emosjonelle bånd
    "loyalty-is-returned": Truth(
        ("perceived_relationship_investment", LOYAL),
        lambda m: special.ceiling(m, "perceived_relationship_investment"),
        nothing,
        ((0.20, NAN), (NAN, 0.0)),
        "true: a ceiling that also makes the two go together",
    ),
    "calculative-walls-fall": Truth(
        (AFFECTIVE, CALCULATIVE, "better_offer", "offer_arm"),
        lambda m: special.offer(m, -0.30),
        lambda m: special.offer(m, 0.0),
        ((-0.30,), (0.0,)),
        "in standard deviations, calculative slope minus affective slope",
    ),
    "affective-first": Truth(
        (AFFECTIVE, CALCULATIVE, "satisfaction", LOYAL),
        special.affective_first_true,
        special.affective_first_false,
        ((0.20, NAN, NAN), (NAN, 0.0, 0.0)),
        "false: satisfaction causes loyalty; both bonds correlate with it",
    ),
    "moral-bonds-hard": Truth(
        ("normative_commitment", AFFECTIVE, CALCULATIVE, LOYAL),
        special.moral_true,
        special.moral_false,
        ((-0.30, 0.0), (0.0, 0.04)),
        "absence: true at zero, false at twice the bound",
    ),
    "moral-breach-falls-fast": Truth(
        ("moral_disapproval", LOYAL),
        lambda m: special.breach(m, 0.25),
        lambda m: special.breach(m, 0.0),
        ((0.25,), (0.0,)),
        "standard deviations of loyalty for a point; false: a straight line, .15 a point",
    ),
    "responsibility-matters": go_together(LOYAL, "responsibility"),
    "identification": go_together(LOYAL, "identification", "peer_influence"),
    "customers-differ": Truth(
        BONDS,
        special.classes_true,
        special.classes_false,
        ((NAN,), (NAN,)),
        "true: three classes with bonds of their own; false: one continuum, skewed answers",
    ),
    "homogeneous-niches": Truth(
        (AFFECTIVE, CALCULATIVE, "normative_commitment", "category"),
        lambda m: special.niches(m, -0.30),
        nothing,
        ((-0.30,), (0.0,)),
        "log ratio of variances",
    ),
    "would-miss": both(
        share_of("would_miss", 0.40, 0.50), adds_to(LOYAL, "would_miss", "satisfaction")
    ),
    "listening-beats-boasting": adds_to(AFFECTIVE, "listening", "message_relevance"),
    "demographics-weak": Truth(
        (*DEMOGRAPHICS, LOYAL),
        nothing,
        lambda m: special.demographics(m, 0.10),
        ((0.0,), (0.10,)),
        "absence: true at zero, false at twice the bound",
    ),
    "background-over-demographics": Truth(
        (*BACKGROUND, *DEMOGRAPHICS, LOYAL),
        lambda m: special.background(m, 0.04, 0.0),
        lambda m: special.background(m, 0.04, 0.04),
        ((0.04, 0.04), (0.0, 0.04)),
        "false: background and demographics explain .04 each",
    ),
    "tailored-treatment-bonds": go_together(AFFECTIVE, "tailored_treatment"),
    "direct-dialogue-closer": go_together(AFFECTIVE, "direct_dialogue"),
    "programmes-are-calculative": Truth(
        ("programme_calculative", "programme_affective"),
        lambda m: m.means.update(programme_calculative=4.56, programme_affective=4.24),
        nothing,
        ((0.30,), (0.0,)),
        "points of the scale",
    ),
    "silent-majority": Truth(
        ("voice", "satisfaction"),
        lambda m: special.voice(m, 0.60, 0.30),
        lambda m: special.voice(m, 0.50, 0.0),
        ((0.60, 0.30), (0.50, 0.0)),
        "satisfaction with a mean of 4.2, so that some are at the bottom",
    ),
    "uniform-mail-is-spam": go_together("intrusiveness", "message_relevance", r=-0.20),
    # När någon limmar på dig
    "contact-beyond-wish-repels": Truth(
        ("contact_received", "contact_wanted", LOYAL),
        lambda m: special.surplus(m, -0.20),
        nothing,
        ((-0.20,), (0.0,)),
        "standard deviations of loyalty for one point of surplus",
    ),
    "both-must-want": Truth(
        ("perceived_relationship_investment", "relationship_wish", LOYAL),
        lambda m: special.both_want(m, 0.10),
        lambda m: special.both_want(m, 0.0),
        ((0.10,), (0.0,)),
        "false: effort goes with loyalty whatever is wished",
    ),
    "discount-does-not-pay-for-it": Truth(
        ("contact_reaction", "contact_arm"),
        lambda m: special.contact(m, 0.55, 0.25),
        lambda m: special.contact(m, 0.30, 0.30),
        ((0.30,), (0.0,)),
        "standard deviations; false: the discount makes up for the contact exactly",
    ),
    "after-purchase-value": go_together(LOYAL, "after_purchase"),
    "exclusive-access-value": adds_to(LOYAL, "exclusive_access", "monetary_value"),
    "asked-to-help": Truth(
        ("ask_arm", "taking_part"),
        lambda m: special.ask(m, 0.10),
        nothing,
        ((0.10,), (0.0,)),
        "difference of shares, from .35",
    ),
    "being-visible": go_together("engagement", "visibility"),
    "keeping-word": go_together("trust", "promise_keeping", "availability", "openness"),
    "relationships-pay": go_together("margin", "tenure", r=0.40),
    # Kan min drömdejt avslöja hur du ska bygga kundlojalitet?
    "engaged-spend-2.5-times": Truth(
        (AFFECTIVE, "satisfaction", "spend", "category_spend"),
        lambda m: special.spending(m, 2.5),
        lambda m: special.spending(m, 2.0),
        ((2.5,), (2.0,)),
        "figure: true at it, false at the edge of its band",
    ),
    "engaged-stay": Truth(
        (AFFECTIVE, "churn", "churn_time"),
        lambda m: special.staying(m, 0.80),
        nothing,
        ((0.80,), (1.0,)),
        "hazard ratio for a standard deviation of the score",
    ),
    "engaged-recommend": go_together("recommend", AFFECTIVE),
    "memberships-14.3-half-idle": Truth(
        ("memberships", "memberships_used"),
        lambda m: special.members(m, 14.3, 0.40),
        lambda m: special.members(m, 11.44, 0.50),
        ((14.3, 0.40), (11.44, 0.50)),
        "field work in the United States; false: the edge of the band, half in use",
    ),
    "programmes-rouse-no-loyalty": Truth(
        ("programme_rouses_loyalty",),
        lambda m: special.hardly(m, 0.80),
        lambda m: special.hardly(m, 0.70),
        ((0.80, 0.80), (0.70, 0.70)),
    ),
    "programme-is-not-enough": Truth(
        ("memberships", AFFECTIVE, LOYAL),
        lambda m: special.not_enough(m, affective_commitment=0.04),
        lambda m: special.not_enough(m, memberships=0.04),
        ((0.0, 0.04), (0.04, 0.0)),
        "absence of the one, presence of the other",
    ),
    "shared-values-bind": go_together(LOYAL, "value_congruence"),
    "credible-story": go_together(AFFECTIVE, "story_credibility"),
    "experiences-kindle": go_together(AFFECTIVE, "memorable_experience"),
    "seen-and-belonging": go_together(AFFECTIVE, "feeling_seen", "community"),
    # Vill du bli medlem?
    "two-building-blocks": Truth(
        ("*",),
        special.blocks_true,
        special.blocks_false,
        ((NAN, 0.04, 0.04, NAN, NAN), (0.0, 0.0, 0.0, NAN, NAN)),
        "false: satisfaction causes loyalty; trust and will stand apart",
    ),
    "programme-seldom-alone": Truth(
        ("memberships", "after_purchase", "community", "message_relevance", "trust"),
        lambda m: m.product("memberships", special.ELSE_DONE, "trust", 0.10),
        nothing,
        ((0.10,), (0.0,)),
    ),
    "routine-programme-undermines": adds_to(
        LOYAL, "programme_calculative", "satisfaction", "programme_value", beta=-0.20
    ),
    "two-logics": Truth(
        ("relationship_type", AFFECTIVE, CALCULATIVE, "trust", LOYAL),
        lambda m: special.logics(m, 0.04),
        lambda m: special.logics(m, 0.0),
        ((0.04,), (0.0,)),
        "added R²; false: the same slopes in both groups",
    ),
    "customers-among-themselves": go_together(LOYAL, "community", "cocreation"),
    "identity-over-tiers": Truth(
        ("identification", "tier", LOYAL),
        lambda m: special.identity(m, 0.28, 0.14),
        lambda m: special.identity(m, 0.22, 0.22),
        ((0.28**2 - 0.14**2,), (0.0,)),
        "R² .078 against .020; false: .048 each",
    ),
    "polygamy-has-reasons": go_together("brands_bought", "reason_variation", "reason_risk"),
    "little-value": share_of("programme_value", 0.43, 1 / 3, told="below"),
    "reward-deeds-not-volume": Truth(
        ("reward_arm", "reward_reaction"),
        lambda m: special.reward(m, 0.20),
        nothing,
        ((0.20,), (0.0,)),
        "standard deviations",
    ),
}
