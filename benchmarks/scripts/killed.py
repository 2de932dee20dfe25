"""Kill the five commands that write at random moments; tell in killed.md what that leaves.

    python benchmarks/scripts/killed.py [COMMAND ...]

For each of new, check, plan, contribute and reproduce ten times SIGKILL without warning, and three
times Ctrl-C, at moments drawn evenly over the time that a run takes, each in a copy of the inputs
of its own; then the same command again, to its end. Stops with an error if a file was lost, if one
stands there that is neither as it was before nor as a run that was left alone ends, or if the run
again ends otherwise. Results of a command stand in killed.csv as soon as it is done.
"""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from loyaltystudy.report._files import is_complete
from loyaltystudy.report._new_study import new_study, rehearse

KILLS, INTERRUPTS, SEED = 10, 3, 7
ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "benchmarks/results/killed.csv"
CHECK = ["check", "in/answers.csv", "--codebook", "in/codebook.yaml", "--out", "results"]
COMMANDS = {
    "new": ["new", "made"],
    "plan": ["plan", "plan.yaml", "--codebook", "codebook.yaml"],
    "contribute": ["contribute", "results", "--out", "given"],
    "check": CHECK,
    "reproduce": ["reproduce", "--out", "reports"],
}


def inputs(name: str, folder: Path) -> None:
    """What the command finds before it runs."""
    folder.mkdir()
    if name == "plan":
        study = new_study(folder / "study")
        for file in ("plan.yaml", "codebook.yaml"):
            shutil.copy(study / file, folder)
        plan = folder / "plan.yaml"
        edited = plan.read_text(encoding="utf-8").replace("respondents: null", "respondents: 90")
        plan.write_text(edited, encoding="utf-8")
    if name in ("check", "contribute"):
        shutil.copytree(rehearse(new_study(folder / "study"), n=200), folder / "in")
        shutil.rmtree(folder / "study")
    if name == "contribute":
        assert run([*CHECK, "--no-notebook"], folder).wait() == 0
    if name == "reproduce":
        (folder / "notebooks").mkdir()
        shutil.copy(next(ROOT.glob("notebooks/01*.ipynb")), folder / "notebooks")


def main(*names: str) -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored below a shell's `&`
    for name in names or COMMANDS:
        with tempfile.TemporaryDirectory() as home:
            note(name, tried(name, Path(home)))
    write()


def tried(name: str, home: Path) -> list[tuple]:
    inputs(name, home / "before")
    shutil.copytree(home / "before", home / "whole")
    start = time.monotonic()
    assert run(COMMANDS[name], home / "whole").wait() == 0
    takes = time.monotonic() - start
    before, whole = contents(home / "before"), contents(home / "whole")
    rng, rows = np.random.default_rng(SEED), []
    for sent in [signal.SIGKILL] * KILLS + [signal.SIGINT] * INTERRUPTS:
        share, here = rng.uniform(), home / "here"
        while True:
            shutil.copytree(home / "before", here)
            running, *left = stopped(name, here, sent, share * takes)
            if running:
                break
            takes *= 0.7  # it had ended before the signal came: again, sooner
            shutil.rmtree(here)
        rows.append((name, sent.name, share, *left))
        stand = contents(here)
        assert not (lost := before.keys() - stand.keys()), lost
        halves = [k for k, v in stand.items() if v not in (before.get(k), whole.get(k))]
        assert halves in ([], ["results/UNFINISHED.txt"]), halves
        assert run(COMMANDS[name], here).wait() == 0
        again = contents(here, hidden=True)
        other = {key for key in again | whole if again.get(key) != whole.get(key)}
        assert not other, f"run again it ended otherwise: {sorted(other)}"
        shutil.rmtree(here)
        print(*rows[-1], flush=True)
    return rows


def run(arguments: list[str], folder: Path) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-m", "loyaltystudy.cli", *arguments],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def stopped(name: str, here: Path, sent: signal.Signals, after: float) -> tuple[bool, int, str]:
    """Whether it still ran, how many whole files stand there after a signal, what was said."""
    old = contents(here)
    process = run(COMMANDS[name], here)
    time.sleep(after)
    os.killpg(process.pid, sent)  # as a terminal sends Ctrl-C: to the whole group
    said = process.communicate()[1].strip().splitlines()
    report = here / "results/report.html"
    assert not report.exists() or is_complete(report), "a report that is not whole"
    last = said[-1] if said and sent == signal.SIGINT else ""
    return process.returncode != 0, len(contents(here)) - len(old), last


def contents(folder: Path, hidden: bool = False) -> dict[str, str]:
    """Each file and the hash of what it holds, without those that were being written."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and (hidden or "/.part-" not in path.as_posix())
    }


def note(name: str, rows: list[tuple]) -> None:
    made = pd.DataFrame(rows, columns=["command", "signal", "at_share", "new_files", "said"])
    if RESULTS.exists():
        old = pd.read_csv(RESULTS, keep_default_na=False)
        made = pd.concat([old[old["command"] != name], made])
    made.round(3).to_csv(RESULTS, index=False, lineterminator="\n")


def write() -> None:
    table = pd.read_csv(RESULTS, keep_default_na=False)
    kills = (table["signal"] == "SIGKILL").sum()
    head = (
        "# Five commands, killed and interrupted\n\n"
        f"{kills} times SIGKILL, {len(table) - kills} times Ctrl-C at random moments (seed {SEED}; "
        "`python benchmarks/scripts/killed.py`). No file was lost; every file that stood there was "
        "as before or as a run that was left alone ends, to the byte; and the same command run "
        "again gave the same files, byte by byte.\n\n"
        "| command | signal | at (share of the run) | new files | it said |\n"
        "|---|---|---:|---:|---|\n"
    )
    lines = [
        f"| {r.command} | {r.signal} | {r.at_share:.2f} | {r.new_files} | {r.said} |"
        for r in table.itertuples()
    ]
    (RESULTS.with_suffix(".md")).write_text(head + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
