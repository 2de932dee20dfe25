"""Deciding, one entry after the other, what the scales and variables of a codebook measure."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from loyaltystudy.errors import SurveyError
from loyaltystudy.survey._atomic import write_whole
from loyaltystudy.survey._codebook import constructs, load_codebook, near_constructs
from loyaltystudy.survey._schema import UNDECIDED
from loyaltystudy.survey._yaml import read_with_lines

NOTHING = "none"  # measures nothing that the vocabulary names
_HELP = (
    "Type a construct, or a usual word for it (English, Swedish, Norwegian). Then: Enter leaves it "
    "undecided, none says that it measures nothing of the vocabulary, ? lists the vocabulary, "
    "q stops. Every decision is written at once."
)


@dataclass(frozen=True)
class Undecided:
    """An entry whose construct nobody has decided, and the line where that stands."""

    section: str
    name: str
    line: int
    questions: tuple[str, ...]


def label_codebook(
    path, *, ask: Callable[[str], str] | None = None, show: Callable[[str], None] | None = None
) -> int:
    """Go through what is undecided in a codebook and write each decision into the file.

    Comments and layout of the file stay; only the word ``undecided`` is replaced, and the file is
    written whole or not at all.

    Parameters
    ----------
    path : str or Path
        A codebook, as :func:`~loyaltystudy.survey.draft_codebook` writes one.
    ask, show : callable
        Ask a question, and show a line: the terminal by default.

    Returns
    -------
    int
        How many were decided.

    Raises
    ------
    SurveyError
        If the file is no codebook, or changes while it is gone through.
    """
    path, ask, show = Path(path), ask or input, show or print
    load_codebook(path)
    waiting = undecided(path)
    if not waiting:
        show(f"{path.name}: nothing is undecided.")
        return 0
    show(f"{path.name}: {len(waiting)} undecided. {_HELP}")
    decided = 0
    for number, entry in enumerate(waiting, 1):
        show(f"\n[{number} of {len(waiting)}] {entry.section.removesuffix('s')} {entry.name}")
        for question in entry.questions:
            show(f"    {question}")
        answer = _decision(ask, show)
        if answer is None:
            break
        if answer:
            _replace(path, entry, answer)
            decided += 1
    show(f"\n{decided} decided, {len(waiting) - decided} still undecided.")
    return decided


def undecided(path) -> list[Undecided]:
    """Scales first, then variables, with the questions that were asked."""
    raw, lines = read_with_lines(path)
    found = []
    for section in ("scales", "variables"):
        for name, entry in (raw.get(section) or {}).items():
            if isinstance(entry, dict) and entry.get("construct") == UNDECIDED:
                line = lines[section, str(name), "construct"]
                found.append(Undecided(section, str(name), line, tuple(_questions(raw, entry))))
    return found


def _questions(raw: dict, entry: dict) -> Iterator[str]:
    items = raw.get("items") or {}
    for name in entry.get("items") or ():
        yield f"{name}: {_words(items.get(name) or {})}"
    if "items" not in entry and _words(entry):
        yield _words(entry)


def _words(entry: dict) -> str:
    wording = entry.get("wording") or ""
    text = next(iter(wording.values()), "") if isinstance(wording, dict) else wording
    turned = " (reversed)" if entry.get("reversed") else ""
    return f"{str(text)[:160]}{turned}"


def _decision(ask, show) -> str | None:
    """A name of the vocabulary, ``null`` for nothing, empty for later, None to stop."""
    offered: list[str] = []
    while True:
        try:
            given = ask("construct: ").strip()
        except (EOFError, KeyboardInterrupt):
            return None
        if given in ("", "q"):
            return None if given else ""
        if given == NOTHING:
            return "null"
        if given == "?":
            offered = [*constructs()]
        elif given.isdigit() and 1 <= int(given) <= len(offered):
            return offered[int(given) - 1]
        elif given in constructs():
            return given
        else:
            offered = near_constructs(given)
            if not offered:
                show(f"    {given!r} is not in the vocabulary, and nothing near it. ? lists it.")
        for number, name in enumerate(offered, 1):
            show(f"    {number:2} {name}: {_meaning(name)}")


def _meaning(name: str) -> str:
    about = constructs()[name]
    text = about.get("definition") or about["label"]
    text = text.get("en", "") if isinstance(text, dict) else text
    return f"{text} ({about['source']})"


def _replace(path: Path, entry: Undecided, answer: str) -> None:
    """Put the decision where ``undecided`` stands, and leave everything else as it is."""
    with path.open(encoding="utf-8", newline="") as file:
        lines = file.read().splitlines(keepends=True)
    text = lines[entry.line - 1] if entry.line <= len(lines) else ""
    start = max(text.find(f"{entry.name}"), 0)
    changed, count = re.subn(
        rf"(construct['\"]?\s*:\s*)(['\"]?){UNDECIDED}\2", rf"\g<1>{answer}", text[start:], count=1
    )
    if not count:
        raise SurveyError(
            f"{path.name}: line {entry.line} no longer says that the construct of {entry.name!r} "
            "is undecided: the file changed meanwhile. Run the command again."
        )
    lines[entry.line - 1] = text[:start] + changed
    write_whole(path, "".join(lines))
