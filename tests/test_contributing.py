"""CONTRIBUTING's map is true of the tree: every room and every path that it names is there."""

import ast
import re
from pathlib import Path

import pytest

from loyaltystudy.claims import register
from loyaltystudy.claims._rules import effect

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src/loyaltystudy"
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def table(heading: str) -> list[list[str]]:
    """The rows of the table below a heading, without its own head."""
    below = TEXT.split(heading, 1)[1].split("\n## ", 1)[0]
    rows = [line.strip("|").split(" | ") for line in below.splitlines() if line.startswith("|")]
    return rows[2:]


def named(text: str) -> list[str]:
    """Paths in code marks: with a folder or an ending, and nothing to be put in by the reader."""
    found = re.findall(r"`([^`\s]+)`", text)
    paths = [name for name in found if "/" in name or re.search(r"\.(py|yaml|csv|md|cff)$", name)]
    return [name for name in paths if not re.search(r"[<A-Z]{4,}(?!\w*\.)|<", name)]


def test_the_rooms_are_those_of_the_tree_in_their_order():
    held = (ROOT / "tests/test_repository.py").read_text(encoding="utf-8")
    rooms = ast.literal_eval(re.search(r"^ROOMS = (\[.*?\])", held, re.S | re.M)[1])
    listed = [
        name.strip("/`") for row in table("## The rooms") for name in re.findall("`[^`]+`", row[0])
    ]
    assert listed == rooms
    assert {p.stem for p in SOURCE.iterdir()} - {"__init__", "__pycache__", "py"} == {*rooms}


@pytest.mark.parametrize("row", table("look in ..."), ids=lambda row: row[0].strip())
def test_where_to_look_is_there(row):
    paths = named(row[1])
    assert paths or "the module of its text" in row[1]
    assert not [p for p in paths if not any((base / p).exists() for base in (SOURCE, ROOT))]


def test_every_other_path_is_there():
    made = {"matrix.csv", "moments.csv", "provenance.yaml", "verdicts.csv", "claims.csv"}
    own = {"scripts/", "results/"}  # of benchmarks
    bases = (ROOT, SOURCE, ROOT / "benchmarks", ROOT / "tests")
    paths = [p for p in named(TEXT) if p not in made]
    assert len(paths) > 40 and own <= {*paths}
    assert not [p for p in paths if not any((base / p).exists() for base in bases)]


def test_the_claim_that_is_shown_is_the_one_in_the_register():
    code = TEXT.split("```python\n", 1)[1].split("```", 1)[0]
    claim = register()["responsibility-matters"]
    for text in (claim.quote, claim.english, *claim.translations.values()):
        assert text in code
    assert claim.rules == (effect(0.10),) and "parts=(part(effect(0.10)" in code
