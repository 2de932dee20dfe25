"""Claims of "Kundrelationer och fanskap"."""

from __future__ import annotations

from functools import partial

from loyaltystudy.claims.evidence import coefficient
from loyaltystudy.claims.register import claim
from loyaltystudy.claims.verdict import effect

fandom = partial(claim, source="fandom")


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
