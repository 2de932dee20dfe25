"""Verdicts that ship because the rows behind them may not, and what each study measures.

``make evidence`` (tools/evidence.py) writes them where the raw files are at hand.
"""

from __future__ import annotations

import pandas as pd

from loyaltystudy.claims._check import check_claims
from loyaltystudy.claims._register import register
from loyaltystudy.survey import Study, shelf

STORED, CONTRIBUTED = "evidence.csv", "verdicts.csv"


def claims_on(data) -> pd.DataFrame:
    """A study's or panel's rows of :func:`check_claims`: the claims about data of its kind."""
    kind = "study" if isinstance(data, Study) else "panel"
    return check_claims(data, [c.name for c in register().values() if c.takes == kind])


def stored_evidence(*, unmeasured: bool = False) -> pd.DataFrame:
    """The rows of ``evidence.csv`` and of the studies that users gave.

    Those of which a study measures nothing only if asked for.
    """
    given = sorted(shelf().glob(f"*/{CONTRIBUTED}"))
    table = pd.concat([pd.read_csv(path) for path in (shelf() / STORED, *given)], ignore_index=True)
    return table if unmeasured else table[table["measured"] != "none"].reset_index(drop=True)


def settled_matrix() -> pd.DataFrame:
    """Which open study measures which claim, settled from the questions' wording.

    Returns
    -------
    DataFrame
        ``claim, study, settled`` (``full``, ``proxy``, ``part`` or ``struck``: looked at, and
        found not to measure it), ``why``.

    Examples
    --------
    >>> settled_matrix().query("claim == 'would-miss'")[["study", "settled"]].values.tolist()
    [['mobile-reputation', 'full']]
    """
    return pd.read_csv(shelf() / "matrix.csv", keep_default_na=False)
