"""Kill and interrupt `loyaltystudy check` at random moments; tell what it leaves in killed.md.

    python benchmarks/scripts/killed.py

Ten times SIGKILL without warning, five times Ctrl-C, at moments drawn evenly over the time that a
run takes, each into a folder of its own; then the same command again, to its end. Stops with an
error if an input changed, if a report that is not whole stands there, or if a run again ends
otherwise than one that was left alone.
"""

import hashlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from loyaltystudy.report._files import is_complete
from loyaltystudy.report._new_study import new_study, rehearse

KILLS, INTERRUPTS, SEED = 10, 5, 7
HERE = Path(__file__).parents[1] / "results"


def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        study = new_study(Path(home) / "my-study")
        inputs = rehearse(study, n=200)
        before = contents(inputs)
        start = time.monotonic()
        run(inputs, study / "whole/results").wait()
        takes = time.monotonic() - start
        whole = contents(study / "whole/results")
        rng, rows = np.random.default_rng(SEED), []
        signals = [signal.SIGKILL] * KILLS + [signal.SIGINT] * INTERRUPTS
        for i, sent in enumerate(signals):
            share = rng.uniform()
            out = study / f"{i}/results"  # its name stands in the notebook that is kept
            rows.append((sent.name, share, *stopped(inputs, out, sent, share * takes)))
            assert contents(inputs) == before, "an input changed"
            assert run(inputs, out).wait() == 0
            again = contents(out)
            other = {name for name in again | whole if again.get(name) != whole.get(name)}
            assert not other, f"run again it ended otherwise: {sorted(other)}"
            print(*rows[-1], flush=True)
    write(rows)


def run(inputs: Path, out: Path) -> subprocess.Popen:
    command = [
        sys.executable,
        "-m",
        "loyaltystudy.cli",
        "check",
        str(inputs / "answers.csv"),
        "--codebook",
        str(inputs / "codebook.yaml"),
        "--out",
        str(out),
    ]
    return subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def stopped(inputs: Path, out: Path, sent: signal.Signals, after: float) -> tuple[str, int, str]:
    """What stands there after a signal: which mark, how many whole files, what was said."""
    process = run(inputs, out)
    time.sleep(after)
    os.killpg(process.pid, sent)  # as a terminal sends Ctrl-C: to the whole group
    said = process.communicate()[1].strip().splitlines()
    report = out / "report.html"
    assert not report.exists() or is_complete(report), "a report that is not whole"
    mark = (out / "UNFINISHED.txt").exists()
    assert report.exists() or mark or not out.exists() or not any(out.glob("[!.]*"))
    left = "report" if report.exists() else "UNFINISHED.txt" if mark else "nothing yet"
    files = [path for path in out.rglob("*") if path.is_file() and not path.name.startswith(".")]
    return left, len(files), said[-1] if said and sent == signal.SIGINT else ""


def contents(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def write(rows: list[tuple]) -> None:
    lines = [
        "| signal | at (share of the run) | what stands there | whole files | it said |",
        "|---|---:|---|---:|---|",
    ]
    lines += [
        f"| {sent} | {share:.2f} | {left} | {count} | {said} |"
        for sent, share, left, count, said in rows
    ]
    head = (
        "# `loyaltystudy check`, killed and interrupted\n\n"
        f"{KILLS} times SIGKILL, {INTERRUPTS} times Ctrl-C at random moments (seed {SEED}; "
        "`python benchmarks/scripts/killed.py`). No input changed, no report that was not whole was left, "
        "and the same command run again gave the same files, byte by byte, as a run that was left "
        "alone.\n\n"
    )
    (HERE / "killed.md").write_text(head + "\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
