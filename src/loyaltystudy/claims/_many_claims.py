"""Many claims at once: how many remain, and the few that a plan names primary."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from loyaltystudy.claims._rules import INCONCLUSIVE, NOT_MEASURED, SUPPORTED, UNTESTABLE
from loyaltystudy.claims._sensitivity import benjamini_hochberg, holm


def holm_adjusted(p: pd.Series) -> pd.Series:
    """Holm's adjusted p values; missing ones stay missing."""
    adjusted = pd.Series(np.nan, index=p.index)
    tested = p.dropna()
    if len(tested):
        adjusted[tested.index] = holm(tested.to_numpy(float))
    return adjusted


def remaining(table: pd.DataFrame, *, rate: float = 0.05) -> pd.DataFrame:
    """How many claims are supported, and how many remain when few of those named may be false.

    Parameters
    ----------
    table : DataFrame
        From :func:`check_claims`, of one study or several.
    rate : float
        Of the claims named at most this share is false in the long run (Benjamini & Hochberg
        1995, over all claims judged in the study, given the shares of method used).

    Returns
    -------
    DataFrame
        A row a study: ``study, judged, supported, remain``.

    Examples
    --------
    >>> table = pd.DataFrame({"study": ["s"] * 3, "claim": list("abc"), "p": [0.001, 0.04, 0.6],
    ...                       "verdict": ["supported", "supported", "inconclusive"]})
    >>> remaining(table)
      study  judged  supported  remain
    0     s       3          2       1
    """
    rows = []
    for study, own in table.groupby("study", sort=False):
        judged = own[own["p"].notna() & ~own["verdict"].isin([NOT_MEASURED, UNTESTABLE])]
        kept = benjamini_hochberg(judged["p"]) < rate
        supported = (judged["verdict"] == SUPPORTED).to_numpy()
        rows.append((study, len(judged), int(supported.sum()), int((supported & kept).sum())))
    return pd.DataFrame(rows, columns=["study", "judged", "supported", "remain"])


def primary_verdicts(table: pd.DataFrame, claims: Sequence[str]) -> pd.DataFrame:
    """The verdicts on a plan's one to three primary claims, by Holm among them.

    Returns
    -------
    DataFrame
        ``claim, verdict, p_holm``: a supported claim whose p, adjusted for the number of primary
        claims, is not below .05 is inconclusive.
    """
    own = table[table["claim"].isin(claims)]
    adjusted = holm_adjusted(own.set_index("claim")["p"])
    found = own.set_index("claim")["verdict"]
    lost = (found == SUPPORTED) & ~(adjusted < 0.05)
    found = found.where(~lost, INCONCLUSIVE)
    return pd.DataFrame({"verdict": found, "p_holm": adjusted}).reset_index()


def with_primary(table: pd.DataFrame, primary: Sequence[str]) -> pd.DataFrame:
    """The table with ``verdict_primary, p_primary``: what Holm leaves of the primary claims.

    Both are empty for all other claims.
    """
    found = primary_verdicts(table, primary).set_index("claim").reindex(table["claim"])
    verdict, p = found["verdict"].fillna("").to_numpy(), found["p_holm"].to_numpy()
    return table.assign(verdict_primary=verdict, p_primary=p)
