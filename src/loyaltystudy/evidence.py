"""What ships in place of data that may not: moments of groups of people.

``make evidence`` runs this module where the raw files are at hand.
"""

from __future__ import annotations

import numpy as np

from loyaltystudy.crossproducts import Moments, group_moments
from loyaltystudy.frame import model_frame, write_moments
from loyaltystudy.shelf import shelf
from loyaltystudy.sources import SOURCES
from loyaltystudy.study import Study, load_study

MOST_GROUPS, SMALLEST_GROUP = 40, 20


def shared_moments(study: Study, outcome: str = "loyalty", *, seed: int = 0) -> Moments:
    """Moments of an outcome and all blocks, in random groups of at least 20 people.

    Rows that answered all of these columns; clusters, where the study has them, stay whole.
    """
    frame = model_frame(study, outcome)
    units = frame.clusters if frame.clusters is not None else np.arange(len(frame.rows))
    count = units.max() + 1
    groups = max(2, min(MOST_GROUPS, count, len(frame.rows) // SMALLEST_GROUP))
    numbers = np.random.default_rng(seed).permutation(np.arange(count) % groups)[units]
    x = frame.rows[frame.columns].to_numpy()
    return group_moments(x, frame.weights, numbers, frame.columns)


def write_evidence() -> None:
    """Write ``moments.csv`` of every study with a fetched file that is at hand."""
    for name, source in SOURCES.items():
        if source.here and "loyalty" in load_study(name).codebook.scales:
            path = shelf() / name / "moments.csv"
            write_moments(shared_moments(load_study(name)), path)
            print(f"data/{name}/{path.name}")


if __name__ == "__main__":
    write_evidence()
