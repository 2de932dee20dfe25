"""Indices of careless responding, each a plain function of an array of answers."""

import numpy as np

PAIRS = 10  # fewest pairs for a correlation within one respondent; fewer are mostly noise


def longest_run(answers: np.ndarray) -> np.ndarray:
    """Longest run of the same answer in asking order; unanswered items are stepped over.

    ``answers``: answers as asked (reversed items not turned), NaN where missing.

    Returns
    -------
    (n,) array
        In items; 0 where nothing was answered.

    >>> longest_run(np.array([[3, 3, np.nan, 3, 1], [1, 2, 1, 2, 2]]))
    array([3., 2.])
    """
    last = np.full(len(answers), np.nan)
    run, longest = np.zeros(len(answers)), np.zeros(len(answers))
    for column in answers.T:
        given = ~np.isnan(column)
        run = np.where(given, np.where(column == last, run + 1, 1.0), run)
        last = np.where(given, column, last)
        longest = np.maximum(longest, run)
    return longest


def variability(shares: np.ndarray) -> np.ndarray:
    """Intra-individual response variability: standard deviation over one's answers (n - 1).

    >>> variability(np.array([[0.0, 0.5, 1.0, np.nan], [0.5, 0.5, 0.5, 0.5]]))
    array([0.5, 0. ])
    """
    given = ~np.isnan(shares)
    count = given.sum(axis=1)
    mean = np.where(given, shares, 0).sum(axis=1) / np.maximum(count, 1)
    squares = np.where(given, (shares - mean[:, None]) ** 2, 0).sum(axis=1)
    return np.where(count > 1, np.sqrt(squares / np.maximum(count - 1, 1)), np.nan)


def within(first: np.ndarray, second: np.ndarray, fewest: int = PAIRS) -> np.ndarray:
    """Correlation within each respondent over pairs of columns.

    NaN where fewer than ``fewest`` pairs are answered, or one side does not vary.

    Examples
    --------
    >>> within(np.array([[1.0, 2, 3, np.nan]]), np.array([[2.0, 4, 6, 1]]), fewest=3)
    array([1.])
    """
    both = ~np.isnan(first) & ~np.isnan(second)
    count = np.maximum(both.sum(axis=1), 1)
    sides = []
    for side in (first, second):
        side = np.where(both, side, 0.0)
        sides.append(np.where(both, side - (side.sum(axis=1) / count)[:, None], 0.0))
    cross = (sides[0] * sides[1]).sum(axis=1)
    size = np.sqrt((sides[0] ** 2).sum(axis=1) * (sides[1] ** 2).sum(axis=1))
    usable = (both.sum(axis=1) >= fewest) & (size > 1e-12)
    return np.where(usable, cross / np.where(size > 1e-12, size, 1.0), np.nan)


def even_odd(keyed: np.ndarray, scales: list[list[int]], fewest: int = PAIRS) -> np.ndarray:
    """Even-odd consistency, lengthened by Spearman-Brown.

    Over scales, a respondent's means of the first, third, ... and of the second, fourth, ...
    item correlate at r; the index is 2 r / (1 + abs(r)), which stays within -1 and 1 where r is
    negative too.

    ``keyed``: answers with reversed items turned, NaN where missing; ``scales``: columns of each
    scale of two items or more, in asking order; ``fewest``: scales with both halves answered that a
    respondent must have.

    >>> even_odd(np.array([[1.0, 1, 2, 2, 4, 5]]), [[0, 1], [2, 3], [4, 5]], fewest=3).round(4)
    array([0.9979])
    """
    halves = [
        np.column_stack([_mean(keyed[:, scale[start::2]]) for scale in scales])
        if scales
        else np.empty((len(keyed), 0))
        for start in (0, 1)
    ]
    r = within(*halves, fewest=fewest)
    return 2 * r / (1 + np.abs(r))


def _mean(answers: np.ndarray) -> np.ndarray:
    count = (~np.isnan(answers)).sum(axis=1)
    return np.where(count > 0, np.nansum(answers, axis=1) / np.maximum(count, 1), np.nan)


def correlations(answers: np.ndarray) -> np.ndarray:
    """Correlations of columns over the rows that answered both; NaN under 30 such rows."""
    given = ~np.isnan(answers)
    count = given.sum(axis=0)
    filled = np.where(given, answers, 0.0)
    mean = filled.sum(axis=0) / np.maximum(count, 1)
    filled = np.where(given, answers - mean, 0.0)
    mask = given.astype(float)
    rows = mask.T @ mask
    rows_or_1 = np.maximum(rows, 1)
    # pairwise complete in three matrix products: sums of column i over the rows that j has too
    sums, squares = filled.T @ mask, (filled**2).T @ mask  # [i, j]: of i, where j is there too
    cross = filled.T @ filled - sums * sums.T / rows_or_1
    size = (squares - sums**2 / rows_or_1) * (squares - sums**2 / rows_or_1).T
    usable = (rows >= 30) & (size > 1e-18)
    return np.where(usable, cross / np.sqrt(np.where(usable, size, 1.0)), np.nan)


def alike(answers: np.ndarray, *, at_least: float, sign: int = 1) -> np.ndarray:
    """Psychometric synonyms (``sign=1``) or antonyms (-1): correlation over such pairs.

    Pairs are those whose correlation in the sample, times ``sign``, is ``at_least`` so high.
    """
    r = np.triu(np.nan_to_num(correlations(answers)), 1)
    first, second = np.nonzero(sign * r >= at_least)
    return within(answers[:, first], answers[:, second])


def items_alike(answers: np.ndarray, *, at_least: float, sign: int = 1) -> int:
    """How many items stand in a pair of synonyms (or antonyms)."""
    r = np.triu(np.nan_to_num(correlations(answers)), 1)
    return len(np.unique(np.nonzero(sign * r >= at_least)))


def twins(answers: np.ndarray, *, fewest: int) -> np.ndarray:
    """How many other respondents gave the same answers to every item, gaps included.

    Counted only for vectors with ``fewest`` answers at least and two different ones: short or
    constant vectors agree by chance.
    """
    filled = np.where(np.isnan(answers), np.inf, answers) + 0.0
    _, which, count = np.unique(filled, axis=0, return_inverse=True, return_counts=True)
    enough = (~np.isnan(answers)).sum(axis=1) >= fewest
    return np.where(enough & (variability(answers) > 0), count[which.ravel()] - 1.0, 0.0)
