"""Examples in docstrings draw without a display, and leave no figure open."""

import matplotlib
import pytest

matplotlib.use("agg")


@pytest.fixture(autouse=True)
def figures_are_closed():
    yield
    import matplotlib.pyplot as plt

    plt.close("all")
