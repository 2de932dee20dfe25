"""Error rates of the verdicts: each claim's own rule where it is true, false, and where a rival holds.

    python benchmarks/scripts/verdicts.py                      # every cell not yet in verdicts.csv, then the tables
    python benchmarks/scripts/verdicts.py --table              # verdicts.md and data/error_rates.csv alone
    python benchmarks/scripts/verdicts.py --simulations 400    # studies a cell (default 100)
    python benchmarks/scripts/verdicts.py --minutes 4          # stop after so long; run again to go on
    python benchmarks/scripts/verdicts.py --claims would-miss  # these claims alone
    python benchmarks/scripts/verdicts.py --grid               # the whole curve of the default rule (verdicts_curve.csv)

A cell is a claim, a world, a share and way of method, and a sample size. Each study is drawn with
what the claim's test needs, two markers and the attitude to the company, and put to the test twice:
with them and as a study that did not ask them. A cell that was run for fewer studies is run again.
Seeds follow from the names of the cells. All respondents are simulated.
"""

from __future__ import annotations

import argparse
import time
import zlib
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
from helpers.verdicts_table import write_rates, write_table

from loyaltystudy.claims._register import register
from loyaltystudy.claims._rules import combine
from loyaltystudy.errors import SurveyError
from loyaltystudy.simulation._drawing import MARKED, draw_for_claim
from loyaltystudy.simulation._panels import PANEL_TRUTHS
from loyaltystudy.simulation._worlds_of_claims import claim_worlds
from loyaltystudy.survey import Study
from loyaltystudy.survey._shipped import data_folder

RESULTS = Path(__file__).resolve().parents[1] / "results"
CSV, CURVE = RESULTS / "verdicts.csv", RESULTS / "verdicts_curve.csv"
VERDICTS = ("supported", "contradicted", "not robust", "inconclusive", "not measured", "failed")
KEYS = ("claim", "world", "share", "way", "n", "markers")
MAIN = ((0.18, "thirds"),)
BESIDE = ((0.18, "mood"), (0.26, "thirds"), (0.05, "thirds"))
# Claims whose test takes long are run for a part of the studies
SLOW = {
    "background-over-demographics": 0.25,
    "demographics-weak": 0.5,
    "two-logics": 0.4,
    "some-never-grow": 0.25,
    "keeping-word": 0.5,
}
DEFAULT_RULE = "responsibility-matters"  # stands for every claim that two scales go together


def cells(*, grid: bool) -> list[tuple]:
    """Claim, world, share and way of method, n; what is asked first comes first."""
    if grid:
        ways = [
            (0.0, "thirds"),
            *product((0.05, 0.18, 0.26), ("thirds", "mood", "agreeing", "company")),
        ]
        worlds = ("false", "half", "smallest", "twice", "true")
        every = [(DEFAULT_RULE, w, *m, n) for n in (1000, 300, 3000) for m in ways for w in worlds]
        return sorted(every, key=lambda c: (c[2:4] not in MAIN, c[2:4] not in BESIDE))
    named = [(claim, "panel") for claim in PANEL_TRUTHS]
    own = [(c, w) for c, worlds in claim_worlds().items() for w in _worlds(worlds)]
    panels = [(c, w, 0.0, "thirds", 1000) for c, _ in named for w in ("false", "true")]
    main = [(*key, *m, 1000) for m in MAIN for key in own]
    beside = [
        (*key, *m, 1000) for m in BESIDE for key in own if key[1] in ("false", "smallest", "true")
    ]
    return sorted([*panels, *main, *beside], key=_turn)


def _turn(cell: tuple) -> tuple:
    """What is asked first: the main method, where the claim is false or true, quick tests."""
    return cell[2:4] not in MAIN, cell[1] == "twice", cell[0] in SLOW


def _worlds(worlds) -> list[str]:
    kinds = ["false", *(k for k in ("smallest", "twice") if getattr(worlds, k)), "true"]
    return [*kinds, *(r.name for r in worlds.rivals)]


def simulate(cell: tuple, many: int) -> list[dict]:
    """All studies of one cell: a row with markers, one without."""
    claim, world, share, way, n = cell
    known, first = register()[claim], zlib.crc32(":".join(map(str, cell)).encode())
    counts = {asked: dict.fromkeys(VERDICTS, 0) for asked in (True, False)}
    estimates = {True: [], False: []}
    for i in range(many):
        data = draw_for_claim(claim, world, n=n, seed=first + i, method=(share, way), marked=True)
        for asked in (True, False):
            if not asked and not isinstance(data, Study):
                continue
            verdict, figures = judged(known, data if asked else unmarked(data), i)
            counts[asked][verdict] += 1
            estimates[asked] += [figures] if figures else []
    rows = []
    for asked, count in counts.items():
        mean = np.array(estimates[asked], float).mean(axis=0) if estimates[asked] else []
        row = dict(zip(KEYS, (*cell, asked), strict=True)) | {"simulations": many}
        row |= {v.replace(" ", "_"): c for v, c in count.items()}
        rows.append(
            row | {"rule": known.rule_hash, "estimates": "; ".join(f"{v:.4g}" for v in mean)}
        )
    return rows if isinstance(data, Study) else rows[:1]


def judged(known, data, seed: int) -> tuple[str, list[float]]:
    try:
        parts = known.test(data, seed)
    except SurveyError:  # the test could not be run on this study; that is a fault to be counted
        return "failed", []
    verdicts = [rule.judge(part) for rule, part in zip(known.rules, parts, strict=True)]
    return combine(verdicts), [part.estimate for part in parts]


def unmarked(study: Study) -> Study:
    """The same answers, of a questionnaire without markers and attitude."""
    scales = {k: s for k, s in study.codebook.scales.items() if k not in MARKED}
    return replace(study, codebook=replace(study.codebook, scales=scales))


def run(work: list[tuple], many: int, csv: Path, minutes: float) -> None:
    from tqdm import tqdm

    end, hashes = time.monotonic() + 60 * minutes, {n: c.rule_hash for n, c in register().items()}
    done = pd.read_csv(csv, dtype={"world": str}) if csv.is_file() else pd.DataFrame()
    for cell in tqdm(work, unit="cell"):
        studies = max(1, round(many * SLOW.get(cell[0], 1.0)))
        if time.monotonic() > end:
            break
        if len(done):
            same = (done[[*KEYS[:-1]]] == list(cell)).all(axis=1) & (
                done["rule"] == hashes[cell[0]]
            )
            if (done.loc[same, "simulations"] >= studies).any():
                continue
            done = done[~(done[[*KEYS[:-1]]] == list(cell)).all(axis=1)]
        done = pd.concat([done, pd.DataFrame(simulate(cell, studies))], ignore_index=True)
        done.to_csv(csv, index=False, lineterminator="\n")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--table", action="store_true", help="write the tables alone")
    options.add_argument("--grid", action="store_true", help="the whole curve of the default rule")
    options.add_argument("--simulations", type=int, default=100, help="studies a cell")
    options.add_argument("--minutes", type=float, default=600, help="stop after so long")
    options.add_argument("--claims", nargs="*", default=[], help="these claims alone")
    options.add_argument("--out", type=Path, help="another file for the cells")
    chosen = options.parse_args()
    if not chosen.table:
        work = [c for c in cells(grid=chosen.grid) if not chosen.claims or c[0] in chosen.claims]
        csv = chosen.out or (CURVE if chosen.grid else CSV)
        run(work, chosen.simulations, csv, chosen.minutes)
    write_table(CSV, CURVE, RESULTS / "verdicts.md")
    write_rates(CSV, data_folder() / "error_rates.csv")


if __name__ == "__main__":
    main()
