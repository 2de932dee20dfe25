"""What ships in place of data that may not: moments of groups, and verdicts as they were found.

``make evidence`` runs this module where the raw files are at hand.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from loyaltystudy.claims._check import check_claims
from loyaltystudy.claims._register import register
from loyaltystudy.explain import model_frame
from loyaltystudy.rsquared import Moments, group_moments
from loyaltystudy.survey import (
    SOURCES,
    Study,
    at_hand,
    load_study,
    shelf,
    write_moments,
    write_whole,
)

MOST_GROUPS, SMALLEST_GROUP = 40, 20
STORED = "evidence.csv"


def shared_moments(study: Study, outcome: str = "loyalty", *, seed: int = 0) -> Moments:
    """Moments of an outcome and all blocks, in random groups of at least 20 people.

    Rows that answered all of these columns; clusters, where the study has them, stay whole.
    """
    return _in_groups(model_frame(study, outcome), seed)


def next_period_moments(panel, *, seed: int = 0) -> Moments:
    """Moments of all that :func:`~loyaltystudy.purchases.next_period` tells of a panel by maker.

    Households whose columns are complete, in random groups of at least 20.
    """
    from loyaltystudy.purchases import next_period

    told = next_period(panel.rename_brands(panel.spec.makers))
    first, *others = told.outcomes
    blocks = told.blocks | {"more": told.past + others}
    return _in_groups(model_frame(told.data, first, blocks), seed)


def write_panels() -> None:
    """Write ``moments.csv`` of every fetched panel that describes households.

    And ``tiers.csv`` and ``trend.csv`` of every one that has times.
    """
    from loyaltystudy.purchases import RULES, follow_tiers, load_panel, write_tiers

    for name in fetched_panels():
        panel, folder = load_panel(name), shelf() / "panels" / name
        if panel.households is not None:
            write_moments(next_period_moments(panel), folder / "moments.csv")
        if panel.timed:
            write_tiers([follow_tiers(panel, rule=rule) for rule in RULES], folder)


def _in_groups(frame, seed: int) -> Moments:
    """Moments of a model frame's rows in random groups; clusters stay whole."""
    units = frame.clusters if frame.clusters is not None else np.arange(len(frame.rows))
    count = units.max() + 1
    groups = max(2, min(MOST_GROUPS, count, len(frame.rows) // SMALLEST_GROUP))
    numbers = np.random.default_rng(seed).permutation(np.arange(count) % groups)[units]
    if np.bincount(numbers).min() < SMALLEST_GROUP:
        groups = max(2, groups // 2)  # clusters of unequal size: fewer, larger groups
        numbers = np.random.default_rng(seed).permutation(np.arange(count) % groups)[units]
    x = frame.rows[frame.columns].to_numpy()
    return group_moments(x, frame.weights, numbers, frame.columns)


def fetched_studies() -> list[str]:
    """Studies whose answers do not ship, with their files at hand."""
    return [name for name, source in SOURCES.items() if source.here]


def fetched_panels() -> list[str]:
    """Panels whose purchases do not ship, with their files at hand."""
    from loyaltystudy.purchases import files_of, list_panels

    named = {name: files_of(name) for name in list_panels()["panel"]}
    return [name for name, files in named.items() if files and at_hand(*files)]


def claims_on(data) -> pd.DataFrame:
    """A study's or panel's rows of :func:`check_claims`: the claims about data of its kind."""
    kind = "study" if isinstance(data, Study) else "panel"
    return check_claims(data, [c.name for c in register().values() if c.takes == kind])


def write_evidence() -> None:
    """Write ``moments.csv`` of every fetched study, and ``evidence.csv`` of their verdicts.

    And the answers of the simulated study, which are drawn.
    """
    from tqdm import tqdm

    from loyaltystudy.purchases import load_panel
    from loyaltystudy.simulation import write_nordic

    write_nordic()
    tables = []
    for name in tqdm(fetched_studies(), disable=None):
        study = load_study(name)
        if "loyalty" in study.codebook.scales or "loyalty" in study.codebook.variables:
            write_moments(shared_moments(study), shelf() / name / "moments.csv")
        tables.append(claims_on(study))
    tables += [claims_on(load_panel(name)) for name in tqdm(fetched_panels(), disable=None)]
    table = pd.concat(tables, ignore_index=True)
    text = table.to_csv(index=False, float_format="%.10g", lineterminator="\n")
    write_whole(shelf() / STORED, text)
    write_panels()


def stored_evidence(*, unmeasured: bool = False) -> pd.DataFrame:
    """The rows of ``evidence.csv``; those of which a study measures nothing only if asked for."""
    table = pd.read_csv(shelf() / STORED)
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


if __name__ == "__main__":
    write_evidence()
