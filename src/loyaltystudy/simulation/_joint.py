"""The worlds that set many claims at once, and which claims exclude each other."""

from functools import cache

from loyaltystudy.errors import SurveyError
from loyaltystudy.simulation._instrument import CUSTOMERS
from loyaltystudy.simulation._model import Model
from loyaltystudy.simulation._worlds_of_claims import claim_worlds

NORDIC = "nordic-simulated"  # the bundled study
LEFT_OUT = {
    "all-true": {
        "customers-differ": "left out: classes with bonds of their own leave no straight slopes, "
        "which love-beyond-money, affective-first and others need",
        "two-building-blocks": "left out: no pair is the best where would-miss, affective-first "
        "and identification make the emotional bonds as strong",
    },
    "all-false": {
        "customers-differ": "left out: bonds that are one continuum would bring others' causes "
        "into claims that are false of one of them",
    },
    NORDIC: {"memberships-14.3-half-idle": "left out: its field work is not in the United States"},
}
# Of the bundled study: every other claim in the order of the texts is true, but for those that
# exclude each other.
SWAPPED = (
    "customers-differ",
    "two-building-blocks",
    "identity-over-tiers",
    "identification",
    "background-over-demographics",
)
AT_FULL = ("affective-first", "programme-is-not-enough")  # true in all their parts at once
NEW = ("everyday-help", "averages-mislead", "personal-dialogue")  # false in the bundled study


@cache
def together() -> dict[str, dict[str, str]]:
    """For each joint world, whether a claim is set true or false there."""
    claims = list(claim_worlds())
    old = [claim for claim in claims if claim not in NEW]
    every_other = {c: ("true", "false")[(i + (c in SWAPPED)) % 2] for i, c in enumerate(old)}
    kinds = {
        "all-true": dict.fromkeys(claims, "true"),
        "all-false": dict.fromkeys(claims, "false"),
        NORDIC: every_other | dict.fromkeys(NEW, "false"),
    }
    return {
        world: {claim: own[claim] for claim in claims if claim not in LEFT_OUT[world]}
        for world, own in kinds.items()
    }


FLAGS = {"all-true": "true", "all-false": "false", NORDIC: "mixed"}
NORDIC_PANELS = {"polygamous": "true", "some-never-grow": "false"}  # of its households

# What must not share a block with true claims' causes in the bundled study.
MIXED_APART = ("direct_dialogue", "story_credibility", "feeling_seen", "community")


def set_together(world: str) -> Model:
    """A model in which every claim is set, as far as they allow."""
    model = Model(together=FLAGS[world])
    if model.together == "true":
        model.apart("programme_calculative")
    for claim, kind in together()[world].items():
        worlds = claim_worlds()[claim]
        # many true claims have room beside each other at twice the smallest effect only
        twice = kind == "true" and claim not in AT_FULL and worlds.twice
        (twice or worlds.setting(kind))(model)
    if model.together == "mixed":
        for name, r in CUSTOMERS["mixed_stand_out"].items():
            model.goes_with(name, "loyalty", r)
        for name in MIXED_APART:
            model.apart(name)
    if model.together == "true":
        for name, r in CUSTOMERS["stand_out"].items():
            model.goes_with(name, "loyalty", r)
        _make_room(model)
    return model


def _make_room(model: Model, y: str = "loyalty") -> None:
    """Shrink all causes of loyalty alike until they leave it some variance of its own."""
    while True:
        try:
            model.compile()
            return
        except SurveyError:
            model.aims[y] = {x: 0.95 * r for x, r in model.aims[y].items()}
