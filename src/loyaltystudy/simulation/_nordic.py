"""The bundled study ``nordic-simulated``: how its answers and purchases are drawn.

Its answers ship as a file, so that it loads like any other study; the file is what
:func:`nordic_answers` draws (``make evidence`` writes it, a test holds the two together).
"""

from dataclasses import replace

import pandas as pd

from loyaltystudy.simulation._joint import NORDIC, NORDIC_PANELS
from loyaltystudy.simulation._panels import simulate_panel
from loyaltystudy.simulation._simulate import simulate_study

N, SEED = 1000, 1


def nordic_answers() -> pd.DataFrame:
    """Answers of 1,000 simulated respondents, as a file of answers would hold them.

    >>> nordic_answers().shape
    (1000, 260)
    """
    return simulate_study(NORDIC, n=N, seed=SEED).answers.reset_index(drop=True)


def nordic_panels() -> dict:
    """For each claim about purchases: what 1,000 simulated households of that study bought.

    Examples
    --------
    >>> nordic_panels()["polygamous"].spec.population
    'simulated'
    """
    drawn = {}
    for claim, kind in NORDIC_PANELS.items():
        panel = simulate_panel(f"{claim}:{kind}", households=N, seed=SEED)
        drawn[claim] = replace(panel, spec=panel.spec.model_copy(update={"name": NORDIC}))
    return drawn
