"""Claims of "Vill du bli medlem?"."""

from __future__ import annotations

from functools import partial

from loyaltystudy.claims._register import claim
from loyaltystudy.claims._rules import above, absent, added, effect, share_above, share_below
from loyaltystudy.claims._statistics.explained import added_r2, best_pair, r2_alone, r2_gap
from loyaltystudy.claims._statistics.levels import group_gap, share
from loyaltystudy.claims._statistics.other import differing_drivers, overlap
from loyaltystudy.claims._statistics.slopes import coefficient, interaction

five_tips = partial(claim, source="five-tips")
WILL = ("relationship_commitment", "firm_commitment")
DEEDS = 2  # arm of the vignette on rewards: see the instrument


@five_tips(
    "two-building-blocks",
    quote="två byggstenar: kundens förtroende … och parternas vilja att engagera sig i relationen",
    english="two building blocks: the customer's trust and the parties' will to engage in the "
    "relationship",
    hypothesis="Trust and both parties' will to engage are the pillars of loyalty: trust "
    "explains it, each adds to the other, they are two things and not one, and together they "
    "explain more than any other pair of blocks.",
    needs=("trust", *WILL, "loyalty"),
    rules=(added(0.02), added(0.02), added(0.02), absent(0.85), above(0.0)),
    limits="Engagement in place of the will to engage is a second reading.",
)
def two_building_blocks(study, seed):
    return (
        r2_alone(study, ["trust"], on="loyalty"),
        added_r2(study, ["trust"], on="loyalty", given=WILL),
        added_r2(study, WILL, on="loyalty", given=["trust"]),
        overlap(study, "trust", WILL, seed=seed),
        best_pair(study, ["trust"], WILL, on="loyalty"),
    )


@five_tips(
    "programme-seldom-alone",
    quote="gör sällan ensamt jobbet",
    english="seldom does the job alone",
    hypothesis="A programme adds to trust only where something else is done: help after the "
    "purchase, community, relevant messages.",
    needs=("memberships", "after_purchase", "community", "message_relevance", "trust"),
    rules=(above(0.0),),
)
def programme_seldom_alone(study, seed):
    else_done = ("after_purchase", "community", "message_relevance")
    return (interaction(study, "memberships", else_done, on="trust"),)


@five_tips(
    "routine-programme-undermines",
    quote="slentrianmässigt lojalitetsprogram underminera",
    english="a routine loyalty programme undermines",
    hypothesis="A programme that one is in for the benefits alone lowers loyalty earned "
    "otherwise: negative, given satisfaction and the programme's value.",
    needs=("programme_calculative", "programme_value", "satisfaction", "loyalty"),
    rules=(effect(0.10, direction=-1),),
)
def routine_programme_undermines(study, seed):
    given = ("satisfaction", "programme_value")
    return (coefficient(study, "programme_calculative", on="loyalty", given=given),)


@five_tips(
    "two-logics",
    quote="abonnemangsbaserade … transaktionsbaserade",
    english="subscription-based, transaction-based",
    hypothesis="What drives loyalty differs between subscriptions and transactions.",
    needs=("relationship_type", "affective_commitment", "loyalty"),
    rules=(added(0.02),),
)
def two_logics(study, seed):
    bonds = ("affective_commitment", "calculative_commitment", "trust")
    return (differing_drivers(study, "relationship_type", bonds, on="loyalty"),)


@five_tips(
    "customers-among-themselves",
    quote="Medskapande och community",
    english="co-creation and community",
    hypothesis="What happens between customers goes with loyalty: community and co-creation each.",
    needs=("community", "cocreation", "loyalty"),
    rules=(effect(0.10), effect(0.10)),
)
def customers_among_themselves(study, seed):
    return (
        coefficient(study, "community", on="loyalty"),
        coefficient(study, "cocreation", on="loyalty"),
    )


@five_tips(
    "identity-over-tiers",
    quote="guld-, silver- och bronskund",
    english="gold, silver and bronze customers",
    hypothesis="Identification explains more of loyalty than the tier.",
    needs=("identification", "tier", "loyalty"),
    rules=(above(0.0),),
    limits="The interval is that of the adjusted difference; the cross-validated one, which has "
    "none, is told beside it.",
)
def identity_over_tiers(study, seed):
    return (r2_gap(study, ["identification"], ["tier"], on="loyalty"),)


@five_tips(
    "some-never-grow",
    quote="Vissa kunder ökar aldrig",
    english="some customers never grow",
    hypothesis="Some customers never buy more, whatever is spent on them: over 10 %.",
    needs=("purchases", "contacts"),
    rules=(share_above(0.10),),
    takes="panel",
    limits="Needs a purchase panel with contacts.",
)
def some_never_grow(panel, seed):
    from loyaltystudy.claims._statistics.panels import never_growing

    return (never_growing(panel, seed=seed),)


@five_tips(
    "polygamous",
    quote="polygama",
    english="polygamous",
    hypothesis="Buying several brands is normal: under half of the households with five "
    "purchases or more buy one brand only.",
    needs=("purchases",),
    rules=(share_below(0.50),),
    takes="panel",
    limits="Needs a purchase panel.",
)
def polygamous(panel, seed):
    from loyaltystudy.claims._statistics.panels import sole_buyers

    return (sole_buyers(panel),)


@five_tips(
    "polygamy-has-reasons",
    quote="föredrar variation eller anlitar flera leverantörer för att minska sin risk",
    english="prefer variety, or use several suppliers to reduce their risk",
    hypothesis="The wish for variety, and for less risk, each go with buying more brands.",
    needs=("brands_bought", "reason_variation", "reason_risk"),
    rules=(effect(0.10), effect(0.10)),
)
def polygamy_has_reasons(study, seed):
    return (
        coefficient(study, "reason_variation", on="brands_bought"),
        coefficient(study, "reason_risk", on="brands_bought"),
    )


@five_tips(
    "little-value",
    quote="tillför noll eller lite värde",
    english="add little or no value",
    hypothesis="Many see little value in programmes: over a third.",
    needs=("programme_value",),
    rules=(share_above(1 / 3),),
)
def little_value(study, seed):
    low = "share below the midpoint of programme_value"
    return (share(study, "programme_value", below=True, bound=1 / 3, what=low),)


@five_tips(
    "reward-deeds-not-volume",
    quote="belöna hållbara val och rekommendationer",
    english="reward sustainable choices and recommendations",
    hypothesis="Rewards for deeds bind more than rewards for volume.",
    needs=("reward_arm", "reward_reaction"),
    rules=(above(0.0),),
    design="randomised",
    limits="Our extension: the text says only that some companies try it.",
)
def reward_deeds_not_volume(study, seed):
    return (
        group_gap(
            study,
            "reward_reaction",
            "reward_arm",
            chosen=lambda arm: arm == DEEDS,
            scaled=True,
            what="reaction: reward for deeds minus for volume",
        ),
    )
