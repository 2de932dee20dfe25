"""The bundled study ``nordic-simulated``: drawn when it is loaded, the same everywhere."""

from __future__ import annotations

import pandas as pd

from loyaltystudy.worlds.simulate import simulate_study

NAME, N, SEED = "nordic-simulated", 1000, 1


def nordic_answers() -> pd.DataFrame:
    """Answers of 1,000 simulated respondents, as a file of answers would hold them.

    Examples
    --------
    >>> nordic_answers().shape
    (1000, 215)
    """
    return simulate_study(NAME, n=N, seed=SEED).answers.reset_index(drop=True)
