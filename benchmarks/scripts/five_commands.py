"""How long the README's five commands take, from a file of answers to a manuscript in Word.

python benchmarks/scripts/five_commands.py ANSWERS.csv DECISIONS.yaml [FOLDER]

Commands are timed by the clock, `label` through a pseudo-terminal as a person sees it. A person's
time is computed, not observed: reading at 238 words a minute (Brysbaert 2019, silent reading of
English), .28 s a keystroke and 1.35 s a decision (Card, Moran & Newell 1980). DECISIONS.yaml says what
that person decides: `edits` (pairs of what stands in codebook.yaml and what replaces it), `labels` (an
answer for each entry that `label` asks about, by name; others are left undecided), `recommend` (the
second outcome).
"""

from __future__ import annotations

import os
import pty
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from tempfile import mkdtemp

import yaml

WORDS_A_MINUTE, KEYSTROKE, DECISION = 238, 0.28, 1.35
COMMAND = [sys.executable, "-m", "loyaltystudy.cli"]


def timed(folder: Path, *arguments: str) -> float:
    started = time.monotonic()
    subprocess.run([*COMMAND, *arguments], cwd=folder, check=True, capture_output=True)
    return time.monotonic() - started


def labelled(folder: Path, answers: dict[str, str]) -> tuple[float, str, list[str]]:
    """`label` in a terminal: seconds, what it showed, and what was typed."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(folder)
        os.execv(COMMAND[0], [*COMMAND, "label", "codebook.yaml"])
    started, shown, typed, waiting = time.monotonic(), "", [], ""
    while True:
        try:
            piece = os.read(terminal, 65536).decode("utf-8", "replace")
        except OSError:  # the command ended
            break
        if not piece:
            break
        shown, waiting = shown + piece, waiting + piece
        if waiting.rstrip().endswith("construct:"):
            entry = re.findall(r"\[\d+ of \d+\] (?:scale|variable) (\S+)", shown)[-1]
            typed.append(answers.get(entry, ""))
            os.write(terminal, (typed[-1] + "\n").encode())
            waiting = ""
    os.waitpid(child, 0)
    return time.monotonic() - started, shown, typed


def seconds_to_read(text: str) -> float:
    return 60 * len(re.findall(r"[^\W\d_]{2,}", text)) / WORDS_A_MINUTE


def edited(codebook: Path, edits: list) -> float:
    """The edits made, and the seconds that they take a person."""
    text, seconds = codebook.read_text(encoding="utf-8"), 0.0
    for old, new in edits:
        if old not in text:
            raise SystemExit(f"not in the codebook: {old!r}")
        text = text.replace(old, new, 1)
        seconds += 2 * DECISION + KEYSTROKE * len(new)  # find the place, decide, type it all
    codebook.write_text(text, encoding="utf-8")
    return seconds


def spoken(codebook: Path) -> str:
    """What somebody reads in a draft: every wording once, the comments, scales and blocks."""
    raw = yaml.safe_load(codebook.read_text(encoding="utf-8"))
    asked = [*raw.get("items", {}).values(), *raw["variables"].values()]
    comments = re.findall(r"# (.*)", codebook.read_text(encoding="utf-8"))
    return " ".join([*(str(entry.get("wording", "")) for entry in asked), *comments])


def main(answers: Path, decisions: dict, folder: Path) -> None:
    shutil.copy(answers, folder / answers.name)
    book, lines = folder / "codebook.yaml", []
    lines.append(("draft", timed(folder, "draft", answers.name)))
    lines.append(("read codebook.yaml", seconds_to_read(spoken(book))))
    lines.append((f"edit it: {len(decisions['edits'])} places", edited(book, decisions["edits"])))
    machine, shown, typed = labelled(folder, decisions["labels"])
    keys = sum(len(text) + 1 for text in typed)
    lines.append(("label", machine))
    lines.append(("label: what it shows", seconds_to_read(shown)))
    person = DECISION * len(typed) + KEYSTROKE * keys
    lines.append((f"label: {len(typed)} decisions, {keys} keystrokes", person))
    given = ("check", answers.name, "--codebook", "codebook.yaml")
    lines.append(("check", timed(folder, *given)))
    second = ("--outcome", decisions["recommend"], "--out", "recommending")
    lines.append(("check --outcome", timed(folder, *given, *second)))
    lines.append(("contribute", timed(folder, "contribute", "results")))
    document = folder / "results/manuscript/manuscript.docx"
    assert document.stat().st_size > 10_000
    machine = {"draft", "label", "check", "check --outcome", "contribute"}
    for what, seconds in lines:
        print(f"| {what} | {'clock' if what in machine else 'computed'} | {seconds:.0f} |")
    print(f"| person | computed | {sum(s for w, s in lines if w not in machine):.0f} |")
    print(f"| all | | {sum(s for _, s in lines):.0f} |")


if __name__ == "__main__":
    main(
        Path(sys.argv[1]),
        yaml.safe_load(Path(sys.argv[2]).read_text(encoding="utf-8")),
        Path(sys.argv[3] if len(sys.argv) > 3 else mkdtemp()),
    )
