"""Totals in declared layers: hand arithmetic, sums, and every order of entry counted one by one."""

from __future__ import annotations

from itertools import permutations, product

import numpy as np
import pytest

from loyaltystudy.rsquared import dominance_r2, entry_weights, layer_weights, total_weights

LAYERS = [[[0, 1, 2, 3]], [[2], [0, 3], [1]], [[3], [2], [1], [0]], [[1, 0, 2], [3]]]


def games(k: int = 4) -> np.ndarray:
    """R² of every subset of one column each, in made-up data."""
    rng = np.random.default_rng(11)
    x = rng.standard_normal((60, k)) @ rng.standard_normal((k, k))
    y = x @ rng.standard_normal(k) + 2 * rng.standard_normal(60)
    values = [0.0]
    for s in range(1, 1 << k):
        a = np.column_stack([np.ones(60), *(x[:, j] for j in range(k) if s >> j & 1)])
        e = y - a @ np.linalg.lstsq(a, y, rcond=None)[0]
        values.append(1 - e @ e / ((y - y.mean()) ** 2).sum())
    return np.array(values)


def by_entry(values: np.ndarray, layers) -> np.ndarray:
    """The mean of what each block adds, over every order of entry that respects the layers."""
    gains, orders = np.zeros(4), [*product(*(permutations(layer) for layer in layers))]
    for order in orders:
        entered = 0
        for j in [j for layer in order for j in layer]:
            gains[j] += values[entered | 1 << j] - values[entered]
            entered |= 1 << j
    return gains / len(orders)


@pytest.mark.parametrize("layers", LAYERS)
def test_totals_are_means_over_all_orders_of_entry(layers):
    values = games()
    np.testing.assert_allclose(values @ total_weights(layers), by_entry(values, layers), atol=1e-12)


@pytest.mark.parametrize("layers", LAYERS)
def test_totals_sum_to_r2_and_those_of_a_layer_to_what_it_adds(layers):
    values = games()
    totals = values @ total_weights(layers)
    assert totals.sum() == pytest.approx(values[-1], abs=1e-12)
    of_layers = [totals[layer].sum() for layer in layers]
    np.testing.assert_allclose(values @ layer_weights(layers), of_layers, atol=1e-12)


def test_one_layer_is_general_dominance():
    values = games()
    np.testing.assert_allclose(
        values @ total_weights([[0, 1, 2, 3]]), dominance_r2(values), atol=1e-12
    )


def test_in_layers_of_one_block_the_total_is_what_it_adds_to_earlier_ones():
    layers = [[3], [0], [2], [1]]
    np.testing.assert_array_equal(total_weights(layers), entry_weights(layers))


def test_hand_arithmetic_of_two_layers():
    #          none  a    b    ab   c    ac   bc   abc
    values = np.array([0.0, 0.2, 0.1, 0.25, 0.4, 0.45, 0.42, 0.5])
    totals = values @ total_weights([[0, 1], [2]])
    # a: half of .2 and half of .25 - .1; b: half of .1 and half of .25 - .2; c: .5 - .25
    np.testing.assert_allclose(totals, [0.175, 0.075, 0.25], atol=1e-15)
    np.testing.assert_allclose(values @ entry_weights([[0, 1], [2]]), [0.2, 0.1, 0.25], atol=1e-15)
