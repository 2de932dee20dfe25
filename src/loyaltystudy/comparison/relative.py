"""Importance of single predictors: Owen values within blocks, and relative weights."""

from __future__ import annotations

from collections.abc import Sequence
from math import comb

import numpy as np
import pandas as pd

from loyaltystudy.comparison.frame import Frame, model_frame
from loyaltystudy.errors import SurveyError
from loyaltystudy.heart.subsets import shapley, subset_r2

MOST_PLAYERS = 24  # 16 million subsets, about a gigabyte


def owen_values(data, outcome: str, blocks=None, *, controls: Sequence[str] = ()) -> pd.DataFrame:
    r"""Owen value of each predictor within its block: a block's dominance, shared out inside it.

    For predictor *i* of block *j*, *k* blocks, :math:`v` the R² of a set of predictors with the
    controls:

    .. math:: \sum_{T} \frac{1}{k \binom{k-1}{|T|}} \sum_{S \subseteq B_j \setminus i}
              \frac{1}{q_j \binom{q_j - 1}{|S|}} [v(B_T \cup S \cup i) - v(B_T \cup S)]

    over subsets *T* of the other blocks, each taken whole, and subsets *S* of the own block.
    The values of a block sum to its general dominance (the Shapley value of the game between
    blocks), and all of them to R² beyond the controls. With one block, or with blocks of one
    predictor each, they are the predictors' general dominance.

    In the population it is zero only where a predictor adds nothing to any of these subsets.

    Parameters
    ----------
    data : Study, DataFrame or Moments
        As in :func:`loyaltystudy.compare_blocks`. Dummies of one variable stay together.
    outcome : str
    blocks : dict, list or None
    controls : sequence of str
        Columns in every model.

    Returns
    -------
    DataFrame
        ``block, predictor, estimate, adjusted, share``: R², the same from Ezekiel-adjusted R² of
        every subset, and the estimate as a share of the sum.

    Raises
    ------
    SurveyError
        As :func:`loyaltystudy.compare_blocks`; and where a block's predictors and the other
        blocks are together over 24.

    References
    ----------
    Owen (1977), in Henn & Moeschlin (eds.), Mathematical Economics and Game Theory, 76-88.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.array([[-1., -1, -1], [-1, 1, 1], [1, -1, 1], [1, 1, -1]])
    >>> table = pd.DataFrame(x, columns=["a", "b", "c"]).assign(y=x @ [2., 1, 1])
    >>> owen_values(table.loc[[0, 1, 2, 3] * 3], "y", {"one": ["a"], "two": ["b", "c"]})
      block predictor  estimate  adjusted     share
    0   one         a  0.666667  0.724074  0.666667
    1   two         b  0.166667  0.137963  0.166667
    2   two         c  0.166667  0.137963  0.166667
    """
    frame = model_frame(data, outcome, blocks, controls)
    names, rows = list(frame.blocks), []
    total = 0.0
    for name in names:
        predictors = variables(frame.blocks[name])
        others = [frame.blocks[other] for other in names if other != name]
        raw, adjusted = _within(frame, name, others, list(predictors.values()))
        total += raw.sum()
        for i, predictor in enumerate(predictors):
            row = {"block": name, "predictor": predictor, "estimate": raw[i]}
            rows.append(row | {"adjusted": adjusted[i]})
    table = pd.DataFrame(rows)
    return table.assign(share=table["estimate"] / total)


def _within(frame: Frame, name: str, others, predictors) -> tuple[np.ndarray, np.ndarray]:
    """Owen values inside one block, raw and adjusted."""
    players = [*others, *predictors]
    if len(players) > MOST_PLAYERS:
        raise SurveyError(
            f"Block {name!r}: {len(predictors)} predictors and {len(others)} other blocks make "
            f"2**{len(players)} models; at most {MOST_PLAYERS} are taken. Split the block."
        )
    m, k = frame.whole, len(others) + 1
    values = subset_r2(m, frame.outcome, players, frame.controls)
    n, p = float(m.n_effective), np.array([float(len(frame.controls))])
    sizes = np.zeros(1, dtype=int)
    for i, player in enumerate(players):
        p = np.concatenate([p, p + len(player)])
        if i < len(others):
            sizes = np.concatenate([sizes, sizes + 1])
    adjusted = 1 - (1 - values) * ((n - 1) / (n - p - 1))
    weights = 1 / (k * np.array([comb(k - 1, size) for size in sizes]))
    # the other blocks are the low bits: their average leaves a game among the own predictors
    return tuple(shapley(v.reshape(-1, len(sizes)) @ weights) for v in (values, adjusted))


def variables(columns: Sequence[str]) -> dict[str, list[str]]:
    """Columns by variable: dummies are named ``variable=code``."""
    found: dict[str, list[str]] = {}
    for column in columns:
        found.setdefault(column.partition("=")[0], []).append(column)
    return found


def relative_weights(data, outcome: str, predictors: Sequence[str]) -> pd.DataFrame:
    r"""Johnson's relative weights: R² divided through orthogonal stand-ins of the predictors.

    With :math:`R = Q \Delta Q'` the correlations of the predictors, :math:`\Lambda = Q
    \Delta^{1/2} Q'` and *r* their correlations with the outcome:

    .. math:: \varepsilon_i = \sum_j \lambda_{ij}^2 \beta_j^2, \qquad \beta = \Lambda^{-1} r

    They sum to R², need one decomposition instead of all subsets, and are often close to general
    dominance; a predictor that adds nothing to any model can still have weight, through those
    that it correlates with.

    Parameters
    ----------
    data : Study, DataFrame or Moments
    outcome : str
    predictors : sequence of str
        Each one column: the weights of a nominal variable would depend on which category its
        dummies leave out; take :func:`owen_values` for such.

    Returns
    -------
    DataFrame
        ``predictor, estimate, share``.

    Raises
    ------
    SurveyError
        For unknown, constant or collinear columns, and variables of several columns.

    References
    ----------
    Johnson (2000), Multivariate Behavioral Research 35, 1-19.
    R: ``relaimpo::calc.relimp(type = "genizi")``.

    Examples
    --------
    Two predictors that correlate share what they have in common:

    >>> from loyaltystudy import Moments
    >>> names = ["x", "z", "y"]
    >>> r = pd.DataFrame([[1, .6, .5], [.6, 1, .3], [.5, .3, 1]], index=names, columns=names)
    >>> relative_weights(Moments.from_correlations(r, n=100), "y", ["x", "z"])
      predictor  estimate  share
    0         x     0.205   0.82
    1         z     0.045   0.18
    """
    frame = model_frame(data, outcome, {"predictors": list(predictors)})
    columns = frame.blocks["predictors"]
    several = [v for v, parts in variables(columns).items() if len(parts) > 1]
    if several:
        raise SurveyError(
            f"predictors: {several} stand in several columns each, and their weights would depend "
            "on the category left out. Take owen_values for them."
        )
    m = frame.whole
    subset_r2(m, frame.outcome, [columns])  # raises for constant and collinear columns
    correlation = m.select([*columns, frame.outcome]).correlation
    root, vectors = np.linalg.eigh(correlation[:-1, :-1])
    loading = (vectors * np.sqrt(root)) @ vectors.T
    beta = np.linalg.solve(loading, correlation[:-1, -1])
    weights = loading**2 @ beta**2
    return pd.DataFrame(
        {"predictor": columns, "estimate": weights, "share": weights / weights.sum()}
    )
