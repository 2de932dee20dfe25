"""Mean products of items, their errors, gaps and keys."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.claims import _shared_method as sm
from loyaltystudy.claims._design import SampleDesign
from loyaltystudy.claims._item_products import ConstructItems, item_products

REFERENCE = Path(__file__).parents[1] / "reference"
ITEMS = pd.read_csv(REFERENCE / "shared_method_items.csv")
SCALES = {"x": ["x1", "x2", "x3"], "z": ["z1", "z2", "z3", "z4"], "y": ["y1", "y2", "y3"]}


def standard_items(frame=ITEMS):
    z = (frame - frame.mean()) / frame.std(ddof=0)
    return [ConstructItems(z[own].to_numpy(), np.ones(len(own))) for own in SCALES.values()]


@pytest.fixture(scope="module")
def data():
    return item_products(standard_items(), SampleDesign(np.ones(len(ITEMS))), balanced=False)


def test_errors_are_those_of_leaving_each_row_out(data):
    def estimate(rows):
        own = [ConstructItems(x.answers[rows], x.signs) for x in standard_items()]
        less = item_products(own, SampleDesign(np.ones(len(rows))), balanced=False)
        return sm.slope(less, sm.known_share(0.1), 0, 2, [1]).estimate

    everybody = np.arange(len(ITEMS))
    left = np.array([estimate(np.delete(everybody, i)) for i in everybody[:400]])
    n = len(left)
    se = np.sqrt((n - 1) / n * ((left - left.mean()) ** 2).sum())
    assert sm.slope(data, sm.known_share(0.1), 0, 2, [1]).se == pytest.approx(se, rel=0.02)


def test_agreeing_cancels_where_one_scale_has_both_kinds():
    rng = np.random.default_rng(1)
    n, habit = 20_000, rng.standard_normal(20_000)

    def scale(signs):
        signs = np.array(signs, float)
        trait, own = rng.standard_normal((n, 1)), rng.standard_normal((n, len(signs)))
        return ConstructItems(0.7 * trait + 0.5 * signs * habit[:, None] + 0.5 * own, signs)

    both, one_way = scale([1, 1, 1, -1]), scale([1, 1, 1])
    plain, fair = (
        item_products([both, one_way], SampleDesign(np.ones(n)), balanced=b) for b in (False, True)
    )
    assert plain.observed[0, 1] > 0.08  # by habit alone
    assert fair.observed[0, 1] == pytest.approx(0, abs=0.015)
    assert fair.observed[0, 0] == pytest.approx(0.49 / 0.99, abs=0.02)  # and reliability too


def test_missing_answers_are_left_out_pair_by_pair():
    x, y = np.array([[1.0, 2], [3, np.nan], [5, 6], [4, 2]]), np.array([[1.0], [2], [2], [4]])
    found = item_products(
        [ConstructItems(x, np.ones(2)), ConstructItems(y, np.ones(1))],
        SampleDesign(np.ones(4)),
        balanced=False,
    )
    a, b, c = x[:, 0] - 3.25, x[:, 1] - 10 / 3, y[:, 0] - 2.25
    cross = (np.mean(a * c) + np.nanmean(b * c)) / 2
    variance = (np.mean(a * a) + np.nanmean(b * b)) / 2
    assert found.observed[0, 1] == pytest.approx(cross / np.sqrt(variance * np.mean(c * c)))
    assert found.observed[0, 0] == pytest.approx(np.nanmean(a * b) / variance)
