"""Each benchmark runs by itself and imports what exists; what they share is no benchmark."""

import ast
from importlib import import_module
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[1] / "benchmarks/scripts"
EVERY = sorted(SCRIPTS.rglob("*.py"))


@pytest.mark.parametrize("path", sorted(SCRIPTS.glob("*.py")), ids=lambda p: p.stem)
def test_a_script_does_something_when_it_is_run(path):
    assert "__main__" in path.read_text(encoding="utf-8"), "a helper: put it into helpers/"


@pytest.mark.parametrize("path", EVERY, ids=lambda p: p.stem)
def test_what_a_script_imports_of_ours_is_there(path):
    """They run for hours once in a while: a name that is gone must show at once."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    asked = [n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.module]
    for node in (n for n in asked if n.module.split(".")[0] == "loyaltystudy"):
        module = import_module(node.module)
        assert not [a.name for a in node.names if not hasattr(module, a.name)], node.module
