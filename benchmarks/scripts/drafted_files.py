"""Real files of surveys, drafted, read, compared: does R² equal that of an ordinary regression?

python benchmarks/scripts/drafted_files.py FOLDER

FOLDER holds the files that benchmarks/results/drafted_files.csv lists by repository, commit and
path, each under its `name`; none of them ships. What a run gives is written into the same lines:
columns, what was drafted, the outcome (the first scale or graded question that can be explained),
its R² by `ls.compare_blocks` on the drafted blocks and by statsmodels on the same complete rows,
seconds of the draft, and what was refused. `right_before` and `right_after` are of people: how many
columns were right before and after the mends that these files led to; a run leaves them alone.
"""

from __future__ import annotations

import csv
import sys
import time
import warnings
from itertools import chain
from pathlib import Path

import pandas as pd
import statsmodels.api as sm

import loyaltystudy as ls

RESULTS = Path(__file__).parents[1] / "results/drafted_files.csv"


def regression(study, outcome: str, blocks: dict[str, list[str]]) -> float:
    """R² of least squares on complete rows, with a column for each category but the first."""
    book, scores = study.codebook, ls.score(study)

    def columns(name: str) -> pd.DataFrame:
        if name in book.scales:
            return scores[[name]]
        answers = study.answers[name]
        if book.variables[name].kind != "nominal":
            return answers.to_frame()
        dummies = pd.get_dummies(answers.astype(object), prefix=name, drop_first=True, dtype=float)
        return dummies.mask(answers.isna())

    asked = [outcome, *chain.from_iterable(blocks.values())]
    rows = pd.concat([columns(name) for name in asked], axis=1).dropna()
    return sm.OLS(rows.iloc[:, 0], sm.add_constant(rows.iloc[:, 1:])).fit().rsquared


def compared(study) -> dict:
    """The first outcome that the drafted blocks can explain, by both ways."""
    book = study.codebook
    graded = [n for n, v in book.variables.items() if v.kind in ("ordinal", "numeric")]
    for outcome in [*book.scales, *graded][:6]:
        blocks = {b: [n for n in names if n != outcome] for b, names in book.blocks.items()}
        blocks = {b: names for b, names in blocks.items() if names}
        try:
            found = ls.compare_blocks(study, outcome, blocks)
        except ls.SurveyError:
            continue
        own = regression(study, outcome, blocks)
        return {
            "outcome": outcome,
            "n": found.n,
            "r2": f"{found.r2:.6f}",
            "difference": f"{abs(own - found.r2):.0e}",
        }
    return {"outcome": "none that the drafted blocks can explain"}


def run(line: dict, folder: Path) -> dict:
    path, options = folder / line["name"], {}
    if line["options"]:
        options = dict(option.split("=") for option in line["options"].split())
    started = time.monotonic()
    try:
        text = ls.draft_codebook(path, **options)
        seconds = time.monotonic() - started
        book = path.with_name(path.name + ".yaml")
        book.write_text(text, encoding="utf-8")
        study = ls.read_study(path, book, **options)
    except ls.SurveyError as error:
        return {"refused": " ".join(str(error).split())[:120]}
    drafted = study.codebook
    return {
        "rows": len(study.answers),
        "drafted": len(drafted.items) + len(drafted.variables),
        "scales": len(drafted.scales),
        "seconds": round(seconds, 1),
        "refused": "",
        **compared(study),
    }


def main(folder: Path) -> None:
    warnings.simplefilter("ignore")
    with RESULTS.open(encoding="utf-8", newline="") as file:
        lines = [*csv.DictReader(file)]
    for line in lines:
        if (folder / line["name"]).exists():
            line |= run(line, folder)
            print(line["name"], line["refused"] or line["r2"], flush=True)
    with RESULTS.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*lines[0]], lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
