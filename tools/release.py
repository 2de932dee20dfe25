"""Write ``moments.csv`` and ``estimates.csv`` of every study whose rows do not ship.

    python -m tools.release [study ...]       (raw files at hand)

Registered comparisons are those that the codebook names under ``comparisons``, beside two that are
always there: all blocks, and the headline's blocks.
"""

from __future__ import annotations

import sys

from loyaltystudy.errors import SurveyError
from loyaltystudy.explain import make_release, model_frame, write_release
from loyaltystudy.survey import SOURCES, Codebook, data_folder, load_study

HEADLINE = ("demographics", "sociological_background", "trust", "engagement", "emotional_bonds")
NEVER = {"pilgrim-bank", "e-mail-test"}  # nothing ships: provenance unknown; no comparison uses it


def comparisons(book: Codebook) -> list[list[str]]:
    """Registered comparisons of a codebook: lists of its blocks."""
    asked = [list(book.blocks), [b for b in HEADLINE if b in book.blocks]]
    asked += [list(names) for names in book.comparisons]
    return [list(names) for names in dict.fromkeys(map(tuple, asked)) if names]


def may_be_released() -> list[str]:
    """Studies whose rows do not ship and are at hand, and whose moments may."""
    return [n for n, s in SOURCES.items() if s.here and not s.shipped and n not in NEVER]


def release(name: str) -> list[str]:
    """Write a study's files; what was done to its columns, in words."""
    study = load_study(name)
    made = make_release(model_frame(study, "loyalty"), comparisons(study.codebook))
    write_release(made, data_folder() / name)
    return made.done


def main(names: list[str]) -> None:
    for name in names or may_be_released():
        try:
            done = release(name)
        except SurveyError as error:
            print(f"{name}: not released. {error}")
            continue
        print(f"{name}: {'; '.join(done) or 'nothing had to be done'}")


if __name__ == "__main__":
    main(sys.argv[1:])
