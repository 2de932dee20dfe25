"""Plots of the tests are drawn without a display; tests come in a shuffled order.

Files are shuffled, and the tests inside each, but not the cells of a notebook. Another order:
``LOYALTYSTUDY_ORDER=NUMBER``; 0 is that of the files.
"""

import os
import random

import matplotlib

matplotlib.use("agg")
ORDER = os.environ.get("LOYALTYSTUDY_ORDER", "1")


def pytest_report_header():
    return f"order of the tests: LOYALTYSTUDY_ORDER={ORDER}"


def pytest_collection_modifyitems(items):
    if ORDER == "0":
        return
    draw, files = random.Random(ORDER), {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    for path in draw.sample(sorted(files), len(files)):
        inside = files.pop(path)
        files[path] = inside if path.suffix == ".ipynb" else draw.sample(inside, len(inside))
    items[:] = [item for inside in files.values() for item in inside]
