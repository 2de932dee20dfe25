"""Claims of "Lojalitet krever emosjonelle bånd" (Morten Kjærnes): bonds and their kinds."""

from __future__ import annotations

from functools import partial

from loyaltystudy.claims._register import claim
from loyaltystudy.claims._rules import above, absent, below, classes, effect, necessary, share_below
from loyaltystudy.claims._statistics.base import either
from loyaltystudy.claims._statistics.classes import classes_over_factor
from loyaltystudy.claims._statistics.explained import added_r2
from loyaltystudy.claims._statistics.levels import log_variance_ratio, mean_difference, share
from loyaltystudy.claims._statistics.other import ceiling
from loyaltystudy.claims._statistics.slopes import (
    bend,
    coefficient,
    coefficient_gap,
    slope_gap_under,
)

bonds = partial(claim, source="bonds")
NICHES = (6, 7, 12)  # categories of the instrument: fashion, cosmetics, humanitarian organisations


@bonds(
    "loyalty-is-returned",
    quote="ikke forvente at kundene er lojale mot deg, dersom du ikke er lojal mot dem",
    english="do not expect customers to be loyal to you if you are not loyal to them",
    hypothesis="A company's loyalty to its customers is necessary for theirs, and goes with it.",
    needs=("perceived_relationship_investment", "loyalty"),
    rules=(necessary(0.10), effect(0.10)),
)
def loyalty_is_returned(study, seed):
    returned = "perceived_relationship_investment"
    return (
        ceiling(study, returned, on="loyalty", seed=seed),
        coefficient(study, returned, on="loyalty"),
    )


@bonds(
    "calculative-walls-fall",
    quote="så lenge kundene ikke finner et bedre tilbud",
    english="as long as the customers do not find a better offer",
    hypothesis="Under a better offer calculative loyalty falls more than affective loyalty.",
    needs=("affective_commitment", "calculative_commitment", "better_offer", "offer_arm"),
    rules=(below(0.0),),
    design="randomised",
)
def calculative_walls_fall(study, seed):
    affective, calculative = "affective_commitment", "calculative_commitment"
    return (slope_gap_under(study, "offer_arm", calculative, affective, on="better_offer"),)


@bonds(
    "affective-first",
    quote="først når … affektive/emosjonelle bånd",
    english="only when there are affective, emotional bonds",
    hypothesis="An affective bond is necessary for loyalty, and drives it more than the "
    "calculative bond does, once satisfaction is known.",
    needs=("affective_commitment", "calculative_commitment", "satisfaction", "loyalty"),
    rules=(necessary(0.10), effect(0.10), above(0.0)),
)
def affective_first(study, seed):
    affective, calculative = "affective_commitment", "calculative_commitment"
    given = ("satisfaction",)
    return (
        ceiling(study, affective, on="loyalty", seed=seed),
        coefficient(study, affective, on="loyalty", given=given),
        coefficient_gap(study, affective, calculative, on="loyalty", given=given),
    )


@bonds(
    "moral-bonds-hard",
    quote="vanskelig å etablere bånd … på et moralsk grunnlag",
    english="hard to establish bonds on moral grounds",
    hypothesis="Moral bonds are rarer than affective ones, and add next to nothing to loyalty.",
    needs=(
        "normative_commitment",
        "affective_commitment",
        "calculative_commitment|monetary_value",
        "loyalty",
    ),
    rules=(below(0.0), absent(0.02)),
    limits="Norsk Kundebarometer 2017 dropped moral loyalty from its model for want of effect. "
    "The rival is shared-values-bind.",
)
def moral_bonds_hard(study, seed):
    moral, affective = "normative_commitment", "affective_commitment"
    calculative = either(study, "calculative_commitment", "monetary_value")
    return (
        mean_difference(study, moral, affective),
        added_r2(study, [moral], on="loyalty", given=[affective, calculative]),
    )


@bonds(
    "moral-breach-falls-fast",
    quote="i uføret dersom … moralsk tar avstand",
    english="in trouble if they take moral distance",
    hypothesis="Moral disapproval costs more loyalty than moral approval gains.",
    needs=("moral_disapproval|normative_commitment", "loyalty"),
    rules=(above(0.0),),
)
def moral_breach_falls_fast(study, seed):
    # both are scored so that a high answer is approval
    moral = either(study, "moral_disapproval", "normative_commitment")
    return (bend(study, moral, on="loyalty", rising=True),)


@bonds(
    "responsibility-matters",
    quote="i større grad bryr seg om hvilket samfunnsansvar",
    english="care more about the responsibility taken for society",
    hypothesis="Perceived social responsibility goes with loyalty.",
    needs=("responsibility", "loyalty"),
    rules=(effect(0.10),),
    limits="That customers care more than before needs repeated waves.",
)
def responsibility_matters(study, seed):
    return (coefficient(study, "responsibility", on="loyalty"),)


@bonds(
    "identification",
    quote="noe jeg kan identifisere meg med",
    english="something I can identify with",
    hypothesis="Identification with the brand, and with those who recommend it, goes with loyalty.",
    needs=("identification", "peer_influence", "loyalty"),
    rules=(effect(0.10), effect(0.10)),
)
def identification(study, seed):
    return (
        coefficient(study, "identification", on="loyalty"),
        coefficient(study, "peer_influence", on="loyalty"),
    )


@bonds(
    "customers-differ",
    quote="sjelden er veldig homogen",
    english="seldom very homogeneous",
    hypothesis="Customers' bonds fall into classes, not one continuum.",
    needs=("affective_commitment", "calculative_commitment", "normative_commitment"),
    rules=(classes(),),
)
def customers_differ(study, seed):
    kinds = ("affective_commitment", "calculative_commitment", "normative_commitment")
    extra = ("identification", "monetary_value", "value_congruence")
    return (classes_over_factor(study, kinds, extra, seed=seed),)


@bonds(
    "homogeneous-niches",
    quote="mote, kosmetikk og for humanitære organisasjoner",
    english="fashion, cosmetics and humanitarian organisations",
    hypothesis="Customers of such niches have more alike bonds than customers elsewhere.",
    needs=("category", "affective_commitment"),
    rules=(below(0.0),),
)
def homogeneous_niches(study, seed):
    kinds = ("affective_commitment", "calculative_commitment", "normative_commitment")
    return (log_variance_ratio(study, kinds, "category", chosen=NICHES),)


@bonds(
    "would-miss",
    quote="hva vil du savne hvis vår merkevare ble borte",
    english="what will you miss if our brand went away",
    hypothesis="Few would miss the brand; those who would are loyal beyond satisfaction.",
    needs=("would_miss", "satisfaction", "loyalty"),
    rules=(share_below(0.50), effect(0.10)),
)
def would_miss(study, seed):
    return (
        share(study, "would_miss", what="share who would miss the brand"),
        coefficient(study, "would_miss", on="loyalty", given=("satisfaction",)),
    )
