"""Claims of "Lojalitet krever emosjonelle bånd" (Morten Kjærnes)."""

from __future__ import annotations

from functools import partial

from loyaltystudy.claims.evidence import (
    added_r2,
    ceiling,
    coefficient,
    coefficient_gap,
    either,
    mean_difference,
    r2_alone,
    share,
)
from loyaltystudy.claims.register import claim
from loyaltystudy.claims.verdict import (
    above,
    absent,
    below,
    effect,
    necessary,
    share_below,
)

bonds = partial(claim, source="bonds")
DEMOGRAPHICS = ("age", "gender", "region", "household_size", "income")


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
    affective, calculative, given = (
        "affective_commitment",
        "calculative_commitment",
        ("satisfaction",),
    )
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
)
def moral_bonds_hard(study, seed):
    calculative = either(study, "calculative_commitment", "monetary_value")
    return (
        mean_difference(study, "normative_commitment", "affective_commitment"),
        added_r2(
            study,
            ["normative_commitment"],
            on="loyalty",
            given=["affective_commitment", calculative],
        ),
    )


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
    "demographics-weak",
    quote="demografiske variabler … i liten grad",
    english="demographic variables to a small degree",
    hypothesis="Demographics explain little of loyalty: less than 5 % of its variance.",
    needs=("age", "gender|income", "loyalty"),
    rules=(absent(0.05),),
)
def demographics_weak(study, seed):
    return (r2_alone(study, DEMOGRAPHICS, on="loyalty", what="R² of demographics alone"),)


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
