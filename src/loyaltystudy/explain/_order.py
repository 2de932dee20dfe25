"""Blocks in a declared order of layers: totals, direct paths, what runs through later layers."""

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError, refuse
from loyaltystudy.explain._tables import Variant
from loyaltystudy.rsquared import (
    STEADY,
    Estimates,
    Moments,
    entry_weights,
    layer_weights,
    path_split,
    total_weights,
)

REGISTERED_ORDER = (
    ("demographics", "sociological_background"),
    ("trust", "engagement"),
    ("emotional_bonds", "calculative_bonds", "moral_bonds", "relationship"),
)
REGISTERED_REASON = (
    "Background is there before any relationship with a company. The texts hold that trust and "
    "engagement are what bonds and satisfaction (block 'relationship') grow from, so they come "
    "before these. It was registered before any real answers were compared by it; whoever holds "
    "that satisfaction makes trust reads the reverse beside it."
)
COLUMNS = ["block", "layer", "measure", "estimate", "adjusted", "low", "high"]

Layers = list[list[str]]


def registered_layers(blocks: Sequence[str]) -> Layers:
    """The registered order of the blocks that are compared."""
    known = {block for layer in REGISTERED_ORDER for block in layer}
    if unknown := [block for block in blocks if block not in known]:
        raise SurveyError(
            f"order: the registered order does not place {unknown}. Give the layers yourself, "
            "e.g. order=[['demographics'], ['trust'], ['emotional_bonds']]."
        )
    layers = [[block for block in layer if block in blocks] for layer in REGISTERED_ORDER]
    return [layer for layer in layers if layer]


def check_order(order, blocks: Sequence[str]) -> Layers:
    """Layers of blocks, each block once; ``"registered"`` is :data:`REGISTERED_ORDER`."""
    if isinstance(order, str) and order == "registered":
        return registered_layers(blocks)
    if isinstance(order, str) or not isinstance(order, Sequence):
        raise SurveyError(
            f"order={order!r}: give a list of layers, the earliest first, e.g. "
            f"order={[[b] for b in blocks]}, or order='registered'."
        )
    layers = [
        [*layer] if isinstance(layer, Iterable) and not isinstance(layer, str) else [layer]
        for layer in order
    ]
    times = Counter(block for layer in layers for block in layer)
    problems = [f"{b!r} is not compared." for b in times if b not in blocks]
    problems += [f"{b!r} stands {n} times; keep one." for b, n in times.items() if n > 1]
    problems += [f"{b!r} has no layer; add it to one." for b in blocks if b not in times]
    if not all(layers):
        problems.append("a layer is empty; leave it out.")
    refuse(problems, heading="order")
    return layers


def order_name(layers: Layers) -> str:
    """An order in one line: layers from the earliest to the latest."""
    return " > ".join(" & ".join(layer) for layer in layers)


def ordered_table(variant: Variant, blocks: dict, controls, outcome: str, layers, confidence):
    """Totals of blocks and layers, direct paths, and what runs through later layers."""
    names, at = [*blocks], {block: j for j, block in enumerate(blocks)}
    places = [[at[block] for block in layer] for layer in layers]
    rows = _block_rows(variant, names, places, confidence)
    if variant.left_out is None:
        return pd.DataFrame(rows, columns=COLUMNS)
    sizes = [sum(len(blocks[b]) for b in layer) for layer in layers]
    columns = [c for layer in layers for b in layer for c in blocks[b]]
    found = _paths(variant, [*controls, *columns, outcome], sizes, len(controls))
    rows += _layer_rows(variant, found, layers, places, sizes, confidence)
    # a layer of several blocks stands before its blocks
    rows.sort(key=lambda row: (row[1], " & " not in row[0]))
    return pd.DataFrame(rows, columns=COLUMNS)


def _block_rows(variant: Variant, names, places, confidence) -> list[tuple]:
    """Total, and alone given the earlier layers, of each block."""
    layer_of = {j: number for number, layer in enumerate(places, 1) for j in layer}
    entered = [j for layer in places for j in layer]
    rows = []
    for measure, weights in (("total", total_weights), ("alone_given_earlier", entry_weights)):
        c = weights(places)
        shown = _figures(variant, lambda r2, c=c: r2 @ c, confidence)
        rows += [(names[j], layer_of[j], measure, *shown[j]) for j in entered]
    return rows


def _figures(variant: Variant, of, confidence: float, tails=None) -> np.ndarray:
    """Estimate, adjusted, low and high of what is linear in R², a row each."""
    limits = variant.limits(of, confidence, steady=STEADY, tails=tails)
    return np.array([of(variant.found.r2), of(variant.adjusted), *limits]).T


def _paths(variant: Variant, columns, sizes, held: int) -> Estimates:
    """Total and direct path of each layer by turns, with their error."""

    def split(m: Moments) -> np.ndarray:
        found = path_split(m.select(columns).cross, sizes, held)
        return found.reshape(*found.shape[:-2], -1)

    return variant.estimates(split, [np.asarray])


def _layer_rows(variant: Variant, paths: Estimates, layers, places, sizes, confidence):
    """Total, direct path and what runs through later layers, of each layer."""
    c = layer_weights(places)
    totals = _figures(variant, lambda r2: r2 @ c, confidence, _tails(variant, paths, places))
    direct = _direct(paths, sizes, confidence)
    points = paths.r2 - paths.bias if paths.known else paths.r2
    # one point for total and direct path: what runs through is their difference
    points = np.where(np.arange(len(points)) % 2, points, np.repeat(totals[:, 1], 2))
    through = _through(paths, points, confidence)
    direct[-1], through[-1] = totals[-1], 0.0  # after the last layer there is nothing
    rows = []
    for at, layer in enumerate(layers):
        name = " & ".join(layer), at + 1
        if len(layer) > 1:
            rows.append((*name, "total", *totals[at]))
        rows.append((*name, "direct", *direct[at]))
        rows.append((*name, "through_later", *through[at]))
    return rows


def _tails(variant: Variant, paths: Estimates, places) -> np.ndarray | None:
    """Units behind the total of each layer; of one block, those of the block."""
    blocks = variant.found.tails
    if blocks is None or paths.tails is None:
        return None
    own = zip(places, paths.tails[:, ::2].T, strict=True)
    return np.array([blocks[:, layer[0]] if len(layer) == 1 else it for layer, it in own]).T


def _direct(paths: Estimates, sizes, confidence: float) -> np.ndarray:
    def of(both: np.ndarray) -> np.ndarray:
        return both[..., 1::2]

    tails = None if paths.tails is None else of(paths.tails)
    limits = paths.interval(of, sizes, confidence, tails=tails)
    return np.array([of(paths.r2), of(paths.r2 - paths.bias), *limits]).T


def _through(paths: Estimates, points: np.ndarray, confidence: float) -> np.ndarray:
    def of(both: np.ndarray) -> np.ndarray:
        return both[..., ::2] - both[..., 1::2]

    return np.array([of(paths.r2), of(points), *paths.leaning(of, points, confidence)]).T
