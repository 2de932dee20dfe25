"""What a claim's own test takes: a study with the questions it needs, or a panel."""

from __future__ import annotations

from loyaltystudy.errors import SurveyError
from loyaltystudy.simulation._claim_worlds import TRUTHS
from loyaltystudy.simulation._panels import PANEL_TRUTHS, simulate_panel
from loyaltystudy.simulation._simulate import simulate_study


def draw_for_claim(claim: str, kind: str, *, n: int, seed: int, habits: bool = True):
    """A study or panel in which a claim is true or false, with what its test needs and no more.

    Parameters
    ----------
    claim : str
        A name in ``list_claims()`` that has worlds.
    kind : {"true", "false"}
    n : int
        Respondents or households.
    seed : int
    habits : bool
        See :func:`~loyaltystudy.simulation.simulate_study`; panels have none.

    Returns
    -------
    Study or Panel

    Raises
    ------
    SurveyError
        If the claim has no worlds.

    Examples
    --------
    >>> draw_for_claim("programme-fatigue", "true", n=50, seed=1).answers.shape
    (50, 6)
    """
    if claim in PANEL_TRUTHS:
        return simulate_panel(f"{claim}:{kind}", households=n, seed=seed)
    if claim not in TRUTHS:
        raise SurveyError(
            f"Claim {claim!r} has no worlds. Those that have: {[*TRUTHS, *PANEL_TRUTHS]}."
        )
    return simulate_study(f"{claim}:{kind}", n=n, seed=seed, asks=TRUTHS[claim].asks, habits=habits)
