"""Claims of "Vill du bli medlem?"."""

from __future__ import annotations

from functools import partial

from loyaltystudy.claims.evidence import added_r2, best_pair, overlap, r2_alone
from loyaltystudy.claims.register import claim
from loyaltystudy.claims.verdict import above, absent, added

five_tips = partial(claim, source="five-tips")
WILL = ("relationship_commitment", "firm_commitment")


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
    limits="Engagement in place of the will to engage is a second reading, shown beside it.",
)
def two_building_blocks(study, seed):
    return (
        r2_alone(study, ["trust"], on="loyalty"),
        added_r2(study, ["trust"], on="loyalty", given=WILL),
        added_r2(study, WILL, on="loyalty", given=["trust"]),
        overlap(study, "trust", WILL[0], seed=seed),
        best_pair(study, ["trust"], WILL, on="loyalty"),
    )
