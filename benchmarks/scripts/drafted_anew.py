"""Every open study written to CSV, drafted anew, checked: does the report give compare_blocks' R²?

LOYALTYSTUDY_DATA=FOLDER python benchmarks/scripts/drafted_anew.py [STUDY ...]

One line a study goes to benchmarks/results/drafted_anew.csv; studies that stand there already are
skipped. The outcome is the draft's first scale, else its first graded question that the report can
explain. `report` is the R² that the report was made of, `compared` that of `ls.compare_blocks` on
all blocks of the drafted codebook; members that the report names as left out are taken out there.
"""

from __future__ import annotations

import csv
import json
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import loyaltystudy as ls
import loyaltystudy.report._check as _check
from loyaltystudy.cli import main

RESULTS = Path(__file__).parents[1] / "results/drafted_anew.csv"
FIELDS = (
    "study,rows,columns,scales,blocks,outcome,exit,left_out,n,report,compared,difference,seconds"
)


def outcomes(book: ls.Codebook) -> list[str]:
    """What may be explained, the likeliest first."""
    graded = [
        name for name, entry in book.variables.items() if entry.kind in ("ordinal", "numeric")
    ]
    return [*book.scales, *graded]


def check(answers: Path, codebook: Path, outcome: str) -> tuple[int, list]:
    """The command's exit code, and the analysis that its report shows."""
    shown: list = []

    def kept(*args, **options):
        shown.append(_analyse(*args, **options))
        return shown[-1]

    _analyse, out = _check.analyse, answers.parent / f"results-{outcome[:40]}"
    given = ["check", str(answers), "--codebook", str(codebook), "--outcome", outcome]
    with patch.object(_check, "analyse", kept):
        code = main([*given, "--out", str(out), "--no-notebook"])
    assert code or (out / "report.html").is_file()
    return code, shown


def compared(study, analysis) -> float:
    """R² of all blocks of the codebook, but for the outcome and what the report says it left out."""
    left = {(block, name) for block, name, _ in analysis.left_out}
    blocks = {
        block: [name for name in names if (block, name) not in left]
        for block, names in study.codebook.blocks.items()
    }
    blocks = {block: names for block, names in blocks.items() if names}
    return ls.compare_blocks(study, analysis.outcome.name, blocks).r2


def run(name: str) -> dict:
    """One study: written, drafted, checked, compared."""
    started, study = time.monotonic(), ls.load_study(name)
    with TemporaryDirectory() as folder:
        answers, codebook = Path(folder, f"{name}.csv"), Path(folder, "codebook.yaml")
        study.answers.to_csv(answers)
        codebook.write_text(ls.draft_codebook(answers), encoding="utf-8")
        drafted = ls.read_study(answers, codebook)
        book = drafted.codebook
        for outcome in outcomes(book):
            code, shown = check(answers, codebook, outcome)
            if code == 0 and shown[-1].comparison is not None:
                break
        found = shown[-1]
        again = compared(drafted, found)
        line = {
            "study": name,
            "rows": len(study.answers),
            "columns": study.answers.shape[1],
            "scales": len(book.scales),
            "blocks": len(found.blocks),
            "outcome": found.outcome.name,
            "exit": code,
            "left_out": json.dumps([f"{block}/{n}: {why}" for block, n, why in found.left_out]),
            "n": found.comparison.n,
            "report": repr(float(found.comparison.r2)),
            "compared": repr(float(again)),
            "difference": f"{abs(found.comparison.r2 - again):.1e}",
            "seconds": round(time.monotonic() - started),
        }
    return line


def done() -> set[str]:
    if not RESULTS.exists():
        return set()
    with RESULTS.open(encoding="utf-8") as file:
        return {line["study"] for line in csv.DictReader(file)}


def everything(names: list[str]) -> None:
    listed = ls.list_studies().set_index("name")
    for name in names or [*listed.index]:
        if name in done():
            continue
        if listed.loc[name, "available"] == "fetch":
            print(f"{name}: not at hand")
            continue
        line = run(name)
        new = not RESULTS.exists()
        with RESULTS.open("a", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, FIELDS.split(","), lineterminator="\n")
            if new:
                writer.writeheader()
            writer.writerow(line)
        print(line)


if __name__ == "__main__":
    everything(sys.argv[1:])
