"""Each benchmark runs by itself and imports what exists; what they share is no benchmark."""

import ast
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.rsquared import MEASURES, Moments, theory

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
        names = [alias.name for alias in node.names]
        assert not [name for name in names if not _there(node.module, name)], node.module


def _there(module: str, name: str) -> bool:
    """A name of a module, or a module inside a package."""
    return hasattr(import_module(module), name) or bool(find_spec(f"{module}.{name}"))


def test_many_studies_at_once_are_estimated_as_theory_does():
    """What pooling_coverage.py works out of thousands of correlation matrices."""
    sys.path.insert(0, str(SCRIPTS))
    import pooling_coverage as script

    rng = np.random.default_rng(2)
    drawn = script.truths(rng, script.SPREAD, (4,))
    n = np.array([100, 200, 400, 800])
    sample = script.sampled(rng, drawn, n)
    assert np.abs(sample - drawn).max() < 0.35  # correlations of those people, none of others
    points, errors2 = script.estimates(sample, n)
    for at in range(4):
        names = list("abcy")
        table = pd.DataFrame(sample[at], index=names, columns=names)
        found = theory(Moments.from_correlations(table, n=n[at]), "y", [["a"], ["b"], ["c"]], [])
        for measure, of in enumerate(MEASURES.values()):
            assert points[at, measure] == pytest.approx(of(found.r2 - found.bias)[script.BLOCK])
            assert errors2[at, measure] == pytest.approx(found.se(of)[script.BLOCK] ** 2)
