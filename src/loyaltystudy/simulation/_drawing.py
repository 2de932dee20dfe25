"""What a claim's own test takes: a study with the questions it needs, or a panel."""

from loyaltystudy.errors import SurveyError
from loyaltystudy.simulation._panels import PANEL_TRUTHS, simulate_panel
from loyaltystudy.simulation._simulate import simulate_study
from loyaltystudy.simulation._worlds_of_claims import claim_worlds

MARKED = ("company_attitude", "marker_turquoise", "marker_autumn")


def draw_for_claim(
    claim: str,
    kind: str,
    *,
    n: int,
    seed: int,
    habits: bool = True,
    method: tuple[float, str] | None = None,
    marked: bool = False,
):
    """A study or panel in which a claim is true or false, with what its test needs and no more.

    ``claim``: a name in ``list_claims()`` that has worlds; ``kind``: ``true``, ``false``,
    ``smallest``, ``twice`` or a rival's name; ``n``: respondents or households; ``habits``,
    ``method``: see :func:`~loyaltystudy.simulation.simulate_study`; panels have none; ``marked``:
    whether the attitude to the company and two markers are asked too.

    Raises SurveyError if the claim has no such world.

    >>> draw_for_claim("programme-fatigue", "true", n=50, seed=1).answers.shape
    (50, 6)
    """
    if claim in PANEL_TRUTHS:
        return simulate_panel(f"{claim}:{kind}", households=n, seed=seed)
    worlds = claim_worlds().get(claim)
    if worlds is None:
        raise SurveyError(
            f"Claim {claim!r} has no worlds. Those that have: {[*claim_worlds(), *PANEL_TRUTHS]}."
        )
    rival = next((r for r in worlds.rivals if r.name == kind), None)
    asks = (rival.asks if rival else ()) or worlds.asks
    drawn = {"n": n, "seed": seed, "asks": (*asks, *(MARKED if marked else ()))}
    return simulate_study(f"{claim}:{kind}", **drawn, habits=habits, method=method)
