"""Error rates of the verdicts: each claim's own rule where it is true, false, and where a rival holds.

    python benchmarks/scripts/verdicts.py                      # every cell not yet in verdicts.csv, then the tables
    python benchmarks/scripts/verdicts.py --table              # verdicts.md and data/error_rates.csv alone
    python benchmarks/scripts/verdicts.py --simulations 100    # studies a cell (default 400)
    python benchmarks/scripts/verdicts.py --minutes 4          # stop after so long; run again to go on
    python benchmarks/scripts/verdicts.py --claims would-miss  # these claims alone
    python benchmarks/scripts/verdicts.py --grid               # the whole curve of the default rule (verdicts_curve.csv)

A cell is a claim, a world, a share and way of method, and a sample size. Each study is drawn with
what the claim's test needs, two markers and the attitude to the company, and put to the test twice:
with them and as a study that did not ask them. A cell that was run for fewer studies is run on.
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
MAIN = (0.18, "thirds")
BESIDE = ((0.18, "mood"), (0.26, "thirds"), (0.05, "thirds"), (0.26, "mood"), (0.05, "mood"))
NONE = (0.0, "thirds")
# Claims whose test takes long are run for a quarter of the studies
SLOW = ("background-over-demographics", "two-logics", "some-never-grow")
SIZES = ("false", "half", "smallest", "twice", "true")
DEFAULT_RULE = "responsibility-matters"  # stands for every claim that two scales go together


def cells(*, grid: bool) -> list[tuple]:
    """Claim, world, share and way of method, n; what is asked first comes first."""
    if grid:
        ways = [
            (0.0, "thirds"),
            *product((0.05, 0.18, 0.26), ("thirds", "mood", "agreeing", "company")),
        ]
        every = [(DEFAULT_RULE, w, *m, n) for n in (1000, 300, 3000) for m in ways for w in SIZES]
        return sorted(every, key=lambda c: (c[2:4] != MAIN, c[2:4] not in BESIDE))
    own = [(c, w) for c, worlds in claim_worlds().items() for w in _worlds(worlds)]
    panels = [(c, w, *NONE, 1000) for c in PANEL_TRUTHS for w in ("false", "true")]
    sized = [key for key in own if key[1] in SIZES]
    main = [(*key, *MAIN, 1000) for key in own]
    beside = [(*key, *method, 1000) for method in (*BESIDE, NONE) for key in sized]
    return sorted([*main, *panels, *beside], key=_turn)


def _turn(cell: tuple) -> tuple:
    """What is asked first: the main method, then the others; where the claim is false or true."""
    claim, world, *method, _ = cell
    ways = [MAIN, *BESIDE, NONE]
    way = 0 if claim in PANEL_TRUTHS else ways.index(tuple(method))
    between = world in ("half", "twice")
    return way + 3.5 * between, claim in SLOW


def _worlds(worlds) -> list[str]:
    return [*(k for k in SIZES if getattr(worlds, k)), *(r.name for r in worlds.rivals)]


def simulate(cell: tuple, start: int, stop: int) -> list[dict]:
    """Some of a cell's studies, by number: a row with markers, one without."""
    claim, world, share, way, n = cell
    known, first = register()[claim], zlib.crc32(":".join(map(str, cell)).encode())
    counts = {asked: dict.fromkeys(VERDICTS, 0) for asked in (True, False)}
    estimates = {True: [], False: []}
    for i in range(start, stop):
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
        row = dict(zip(KEYS, (*cell, asked), strict=True)) | {"simulations": stop - start}
        row |= {v.replace(" ", "_"): c for v, c in count.items()}
        rows.append(
            row | {"rule": known.rule_hash, "estimates": "; ".join(f"{v:.4g}" for v in mean)}
        )
    return rows if isinstance(data, Study) else rows[:1]


def joined(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """The counts of two runs of one cell, and the means over both."""
    if not len(old):
        return new
    old, new = old.reset_index(drop=True), new.copy()
    weights = old["simulations"].to_numpy(float), new["simulations"].to_numpy(float)
    for i, pair in enumerate(zip(old["estimates"], new["estimates"], strict=True)):
        a, b = (np.array(str(text).split("; "), dtype="float64") for text in pair)
        mean = (weights[0][i] * a + weights[1][i] * b) / (weights[0][i] + weights[1][i])
        new.loc[i, "estimates"] = "; ".join(f"{v:.4g}" for v in mean)
    counts = ["simulations", *(v.replace(" ", "_") for v in VERDICTS)]
    new[counts] += old[counts]
    return new


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
        studies = many // 4 if cell[0] in SLOW else many
        if time.monotonic() > end:
            break
        mine = (done[[*KEYS[:-1]]] == list(cell)).all(axis=1) if len(done) else np.zeros(0, bool)
        old = done[mine & (done["rule"] == hashes[cell[0]])] if len(done) else done
        start = int(old["simulations"].min()) if len(old) else 0
        if start >= studies:
            continue
        found = joined(old, pd.DataFrame(simulate(cell, start, studies)))
        done = pd.concat([done[~mine] if len(done) else done, found], ignore_index=True)
        done.to_csv(csv, index=False, lineterminator="\n")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--table", action="store_true", help="write the tables alone")
    options.add_argument("--grid", action="store_true", help="the whole curve of the default rule")
    options.add_argument("--simulations", type=int, default=400, help="studies a cell")
    options.add_argument("--minutes", type=float, default=600, help="stop after so long")
    options.add_argument("--claims", nargs="*", default=[], help="these claims alone")
    options.add_argument("--out", type=Path, help="another file for the cells")
    chosen = options.parse_args()
    if not chosen.table:
        work = [c for c in cells(grid=chosen.grid) if not chosen.claims or c[0] in chosen.claims]
        csv = chosen.out or (CURVE if chosen.grid else CSV)
        run(work, chosen.simulations, csv, chosen.minutes)
    if chosen.out:
        return
    write_table(CSV, CURVE, RESULTS / "verdicts.md")
    write_rates(CSV, data_folder() / "error_rates.csv")


if __name__ == "__main__":
    main()
