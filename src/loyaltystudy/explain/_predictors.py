"""Importance of single predictors: Owen values within blocks, and relative weights."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from math import comb

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError
from loyaltystudy.explain._columns import variables
from loyaltystudy.explain._estimation import subset_estimates
from loyaltystudy.explain._frame import Frame, model_frame
from loyaltystudy.explain._left_out import leave_out
from loyaltystudy.explain._tables import adjusted_r2
from loyaltystudy.rsquared import STEADY, Estimates, Moments, popcount, shapley, subset_r2

MOST_PLAYERS = 24  # 16 million subsets, about a gigabyte
MOST_WITH_ERROR = 10  # players, every subset without each unit in turn
MOST_VALUES = 1 << 26  # leave-one-out R², half a gigabyte


def owen_values(
    data, outcome: str, blocks=None, *, controls: Sequence[str] = (), confidence: float = 0.95
) -> pd.DataFrame:
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
    Intervals cover .93 to .98, those of predictors that only correlate with others included
    (``benchmarks/results/predictor_coverage.md``).

    Parameters
    ----------
    data : Study, DataFrame or Moments
        As in :func:`loyaltystudy.compare_blocks`. Dummies of one variable stay together.
    outcome : str
    blocks : dict, list or None
    controls : sequence of str
        Columns in every model.
    confidence : float
        Level of the intervals.

    Returns
    -------
    DataFrame
        ``block, predictor, estimate, adjusted, low, high, share``: R², the same from the adjusted
        R² of every subset with the interval of :func:`loyaltystudy.compare_blocks` (never negative,
        so the jackknife with noncentral chi²), and the estimate as a share of the sum. No interval
        (NaN) where a block's predictors and the other blocks are together over 10, or rows times
        subsets over 67 million.

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
    >>> rows = table.loc[[0, 1, 2, 3] * 3]
    >>> owen_values(rows, "y", {"one": ["a"], "two": ["b", "c"]}).round(3)
      block predictor  estimate  adjusted    low   high  share
    0   one         a     0.667     0.724  0.374  0.875  0.667
    1   two         b     0.167     0.138  0.007  0.401  0.167
    2   two         c     0.167     0.138  0.007  0.401  0.167
    """
    frame = model_frame(data, outcome, blocks, controls)
    tables = [_within(frame, name, confidence) for name in frame.blocks]
    table = pd.concat(tables, ignore_index=True)
    return table.assign(share=table["estimate"] / table["estimate"].sum())


def _within(frame: Frame, name: str, confidence: float) -> pd.DataFrame:
    """Owen values inside one block: the other blocks and its own predictors are the players."""
    predictors = variables(frame.blocks[name])
    others = [(b,) for b in frame.blocks if b != name]
    blocks = {b: frame.blocks[b[0]] for b in others}
    blocks |= {(name, predictor): columns for predictor, columns in predictors.items()}
    if len(blocks) > MOST_PLAYERS:
        raise SurveyError(
            f"Block {name!r}: {len(predictors)} predictors and {len(others)} other blocks make "
            f"2**{len(blocks)} models; at most {MOST_PLAYERS} are taken. Split the block."
        )
    game = replace(frame, blocks=blocks)
    if len(blocks) <= MOST_WITH_ERROR and frame.n << len(blocks) <= MOST_VALUES:
        found = subset_estimates(game)
    else:
        found = Estimates.alone(game.subset_r2(game.whole))
    of, width = _owen(len(others)), game.widths[len(others) :]
    tails = None if found.tails is None else found.tails[:, len(others) :]
    low, high = found.interval(of, width, confidence, steady=STEADY, tails=tails)
    shown = {"estimate": of(found.r2), "adjusted": of(adjusted_r2(game, found))}
    return pd.DataFrame(
        {"block": name, "predictor": [*predictors], **shown, "low": low, "high": high}
    )


def _owen(others: int) -> Callable:
    """The map from R² of subsets (other blocks in the low bits) to the own predictors' values."""
    k, sizes = others + 1, popcount(others)
    weights = 1 / (k * np.array([comb(k - 1, size) for size in sizes]))
    # averaged over the other blocks, a game among the own predictors is left
    return lambda r2: shapley(r2.reshape(*r2.shape[:-1], -1, len(sizes)) @ weights)


def relative_weights(
    data, outcome: str, predictors: Sequence[str], *, confidence: float = 0.95
) -> pd.DataFrame:
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
    confidence : float
        Level of the intervals.

    Returns
    -------
    DataFrame
        ``predictor, estimate, adjusted, low, high, share``: ``adjusted`` less the jackknife bias,
        limits as of :func:`owen_values`; rows beyond 5,000 are left out in 500 random groups. NaN
        from moments of all rows together.

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
    >>> found = relative_weights(Moments.from_correlations(r, n=100), "y", ["x", "z"])
    >>> found[["predictor", "estimate", "share"]]
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
    subset_r2(frame.whole, frame.outcome, [columns])  # raises for constant and collinear columns
    left = leave_out(frame)
    weights = partial(_weights, [*columns, frame.outcome])
    if left.without is None:
        found = Estimates.alone(weights(left.whole))
    else:
        found = left.estimates(weights, [np.asarray])
    low, high = found.interval(np.asarray, np.ones(len(columns)), confidence, steady=STEADY)
    shown = {"estimate": found.r2, "adjusted": found.r2 - found.bias if found.known else np.nan}
    share = found.r2 / found.r2.sum()
    return pd.DataFrame({"predictor": columns, **shown, "low": low, "high": high, "share": share})


def _weights(columns: list[str], m: Moments) -> np.ndarray:
    """Relative weights from moments, the outcome last; shape (..., p)."""
    correlation = m.select(columns).correlation
    # the symmetric root: of all orthonormal stand-ins those nearest to the predictors (Johnson)
    root, vectors = np.linalg.eigh(correlation[..., :-1, :-1])
    loading = (vectors * np.sqrt(root)[..., None, :]) @ vectors.swapaxes(-1, -2)
    beta = np.linalg.solve(loading, correlation[..., :-1, -1:])
    return (loading**2 @ beta**2)[..., 0]
