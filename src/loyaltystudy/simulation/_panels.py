"""Simulated purchase panels for the claims that no questionnaire can answer."""

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError
from loyaltystudy.purchases import read_panel, simulate_counts

PERIODS, DAYS, START = 12, 30, "2024-01-01"
# claim: figure of the claim's test in the true and in the false world
PANEL_TRUTHS = {"polygamous": (0.40, 0.50), "some-never-grow": (0.20, 0.10)}
# Sum of the Dirichlet's parameters at which that share of the households that buy five times or
# more stay with one brand (8 brands of equal size, 12 purchases a household, K 1.5).
LOYAL_TO_ONE = {"true": 0.382, "false": 0.284}
SLOPES = {"true": (0.226, 0.30), "false": (0.424, 0.30)}  # mean and spread of households' slopes


def simulate_panel(world: str, *, households: int, seed: int):
    """Draw a purchase panel in which a claim about panels is true or false.

    ``world``: ``"polygamous:true"``, ``"some-never-grow:false"`` and so on; ``households``:
    households in the panel.

    Returns
    -------
    Panel
        With population simulated. For ``polygamous``: purchases in order, from the NBD-Dirichlet.
        For ``some-never-grow``: twelve periods of spend and contacts, and households whose log
        spend answers to a contact by slopes that vary normally.

    Raises SurveyError if the world is not one of these.

    >>> from loyaltystudy.simulation._panels import simulate_panel
    >>> simulate_panel("some-never-grow:true", households=50, seed=1)
    Panel 'some-never-grow:true': 600 purchases of 1 brands by 50 households, timed
    """
    claim, _, kind = world.rpartition(":")
    if claim not in PANEL_TRUTHS or kind not in SLOPES:
        known = [f"{c}:{k}" for c in PANEL_TRUTHS for k in SLOPES]
        raise SurveyError(f"No world {world!r} of purchase panels. Known: {known}.")
    make = _repertoires if claim == "polygamous" else _campaigns
    return make(world, kind, households, seed)


def panel_spec(name: str, *columns: str) -> dict:
    """The specification of a simulated panel, whose columns have their standard names."""
    named = {column: column for column in ("household", "brand", *columns)}
    said = {"name": name, "title": "Simulated purchases", "population": "simulated"}
    return said | {"columns": named}


def _repertoires(world: str, kind: str, households: int, seed: int):
    alpha = {f"brand {i}": LOYAL_TO_ONE[kind] / 8 for i in range(1, 9)}
    counts = simulate_counts(12.0, 1.5, alpha, households=households, seed=seed)
    bought = counts.reset_index().melt("household", value_name="times")
    bought = bought.loc[bought.index.repeat(bought["times"]), ["household", "brand"]]
    return read_panel(bought, panel_spec(world) | {"panel_size": households, "order": "none"})


def _campaigns(world: str, kind: str, households: int, seed: int):
    rng = np.random.default_rng(seed)
    mean, spread = SLOPES[kind]
    shape = (households, PERIODS)
    contacts = rng.poisson(1.0, shape)
    slope = rng.normal(mean, spread, (households, 1))
    # scale at which the slopes are those of log spend in standard deviations of all of it
    moved = 2 * (mean**2 + spread**2) - mean**2
    own = np.sqrt((1 - moved) / 2)
    y = own * rng.standard_normal((households, 1)) + own * rng.standard_normal(shape)
    spend = np.expm1(np.maximum(5 + y + slope * contacts, 0.0))
    who, when = (v.ravel() for v in np.indices(shape))
    bought = pd.DataFrame(
        {"household": who, "brand": "ours", "time": _day(when, rng), "spend": spend.ravel()}
    )
    again = np.repeat(np.arange(who.size), contacts.ravel())
    made = pd.DataFrame({"household": who[again], "time": _day(when[again], rng)})
    return read_panel(bought, panel_spec(world, "time", "spend"), contacts=made)


def _day(period: np.ndarray, rng: np.random.Generator) -> pd.DatetimeIndex:
    days = DAYS * (period + rng.uniform(0.001, 0.999, len(period)))
    return pd.Timestamp(START) + pd.to_timedelta(days, unit="D")
