"""The page of the evidence so far."""

import sys
from math import nan
from pathlib import Path
from types import SimpleNamespace

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "docs"))
from evidence import figure


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ((0.2, 0.1, 0.3), "0.200 [0.100, 0.300]"),
        ((-0.005, 0.0, 0.137), "0.000 [0.000, 0.137]"),  # less than chance would give
        ((0.9, 0.1, 0.8), "0.800 [0.100, 0.800]"),
        ((0.2, nan, nan), "0.200 [nan, nan]"),
    ],
)
def test_no_point_stands_outside_its_interval(given, shown):
    row = SimpleNamespace(**dict(zip(("estimate", "low", "high"), given, strict=True)))
    assert figure(row) == shown
