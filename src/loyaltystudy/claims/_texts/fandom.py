"""Claims of "Kundrelationer och fanskap"."""

from __future__ import annotations

from functools import partial

from loyaltystudy.claims._register import claim
from loyaltystudy.claims._rules import above, absent, added, effect, share_above, share_below
from loyaltystudy.claims._statistics.explained import added_r2, r2_gap
from loyaltystudy.claims._statistics.levels import share
from loyaltystudy.claims._statistics.other import ladder, misfit
from loyaltystudy.claims._statistics.slopes import coefficient

fandom = partial(claim, source="fandom")
FUNCTIONS = (
    "fan_identity",
    "fan_socialisation",
    "fan_self_therapy",
    "fan_quasi_religion",
    "fan_authenticity",
)


@fandom(
    "more-programmes-less-value",
    quote="ju fler kundklubbar … desto mindre värda",
    english="the more customer clubs, the less they are worth",
    hypothesis="The more programmes one belongs to, the less value one sees in them.",
    needs=("memberships", "programme_value"),
    rules=(effect(0.10, direction=-1),),
)
def more_programmes_less_value(study, seed):
    return (coefficient(study, "memberships", on="programme_value"),)


@fandom(
    "programme-fatigue",
    quote="kräver vi bättre belöningar",
    english="we demand better rewards",
    hypothesis="Who is tired of programmes demands more of them.",
    needs=("programme_fatigue", "reward_demand"),
    rules=(effect(0.10),),
)
def programme_fatigue(study, seed):
    return (coefficient(study, "programme_fatigue", on="reward_demand"),)


@fandom(
    "decline-reflex",
    quote="ryggradsreflexen att tacka nej",
    english="the reflex to decline",
    hypothesis="Most decline an invitation to join a programme.",
    needs=("invitation_accepted",),
    rules=(share_above(0.50),),
)
def decline_reflex(study, seed):
    return (
        share(study, "invitation_accepted", chosen=lambda x: x == 0, what="share who declined"),
    )


@fandom(
    "company-owned-relationship",
    quote="FÖRETAGEN äger och driver",
    english="the COMPANIES own and drive it",
    hypothesis="Few customers feel that the relationship is mutual.",
    needs=("mutuality",),
    rules=(share_below(0.50),),
)
def company_owned_relationship(study, seed):
    return (share(study, "mutuality", what="share who feel that it is mutual"),)


@fandom(
    "functions-over-tiers",
    quote="identitetsmarkör, socialisation, självterapi, kvasireligion … autenticitetsmarkör",
    english="identity marker, socialisation, self-therapy, quasi-religion, authenticity marker",
    hypothesis="What the relationship does for a person explains more of loyalty than the "
    "purchase tier; the five functions are five factors.",
    needs=(*FUNCTIONS, "tier", "loyalty"),
    rules=(above(0.0), added(0.02), absent(0.08)),
    limits="The dissertation has four categories and a core one, from six informants; these "
    "scales put it to work and do not replicate it.",
)
def functions_over_tiers(study, seed):
    return (
        r2_gap(study, FUNCTIONS, ["tier"], on="loyalty", measure="unique"),
        added_r2(study, FUNCTIONS, on="loyalty", given=["tier"]),
        misfit(study, FUNCTIONS),
    )


@fandom(
    "devotion-ladder",
    quote="skala för graden av hängivenhet … fanproducent",
    english="a scale of the degree of devotion, up to the fan producer",
    hypothesis="Consumer, fan, cult fan, hardcore fan and fan producer form one cumulative "
    "ladder, and loyalty rises with the rung.",
    needs=("devotion", "loyalty"),
    rules=(above(0.40, against=0.30), effect(0.10)),
)
def devotion_ladder(study, seed):
    return (ladder(study, "devotion"), coefficient(study, "devotion", on="loyalty"))


@fandom(
    "love-beyond-money",
    quote="inte alltid styrs av pengar",
    english="not always ruled by money",
    hypothesis="The emotional bond adds to loyalty beyond value for money.",
    needs=("affective_commitment", "monetary_value", "loyalty"),
    rules=(effect(0.10),),
)
def love_beyond_money(study, seed):
    return (coefficient(study, "affective_commitment", on="loyalty", given=("monetary_value",)),)
