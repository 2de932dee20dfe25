"""What is true in a simulated study, to stand beside the verdicts on it."""

from functools import cache

import pandas as pd

from loyaltystudy.simulation import list_worlds


@cache
def truths() -> dict[tuple[str, str], str]:
    """``true`` or ``false`` by claim and world; a claim that a world leaves out is not in it."""
    worlds = list_worlds().dropna(subset="true")
    lines = worlds["true"].map({True: "true", False: "false"})
    return dict(zip(zip(worlds["claim"], worlds["world"], strict=True), lines, strict=True))


def with_truth(claims: pd.DataFrame, world: str) -> pd.DataFrame:
    """Claims with ``truth`` and ``truth_note`` in the world that the answers were drawn from.

    ``truth`` is ``true``, ``false`` or ``unset``, and empty where ``world`` is none of
    :func:`loyaltystudy.list_worlds`; the note says why a world leaves a claim out.
    """
    worlds = list_worlds()
    known = worlds[worlds["world"] == world].set_index("claim")
    otherwise = "unset" if len(known) else ""
    truth = [truths().get((claim, world), otherwise) for claim in claims["claim"]]
    notes = [
        known["note"].get(claim, "") if t == "unset" else ""
        for claim, t in zip(claims["claim"], truth, strict=True)
    ]
    return claims.assign(truth=truth, truth_note=notes)
