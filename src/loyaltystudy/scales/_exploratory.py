"""Exploratory factor analysis for new scales, with Horn's parallel analysis."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from loyaltystudy.display import ShownTables
from loyaltystudy.errors import SurveyError, refuse
from loyaltystudy.scales._inputs import (
    Items,
    complete_items,
    need_more_rows_than_items,
    need_positive_definite,
)
from loyaltystudy.survey import Study

LEAST_UNIQUENESS = 0.005
ROTATIONS = ("oblimin", "varimax", "none")


@dataclass(frozen=True, eq=False, repr=False)
class Efa(ShownTables):
    """An exploratory solution.

    Attributes
    ----------
    loadings : DataFrame
        item, factor, loading (pattern), uniqueness. Factors are named f1, f2, ... from the one
        that explains most.
    correlations : DataFrame
        first, second, estimate: correlations between factors.
    fit : DataFrame
        One row: n, factors, chi_square (Bartlett's correction), df, p.
    """

    loadings: pd.DataFrame
    correlations: pd.DataFrame
    fit: pd.DataFrame
    rotation: str
    n: int
    n_dropped: int
    notes: tuple[str, ...]
    design: str = ""

    @property
    def table(self) -> pd.DataFrame:
        """The headline: the loadings."""
        return self.loadings

    @property
    def header(self) -> str:
        under = f" ({self.design}: weights enter; no chi-square)" if self.design else ""
        first = f"Exploratory factor analysis, maximum likelihood{under}, rotation "
        first += f"{self.rotation}: "
        lines = [first + f"n = {self.n}, {self.n_dropped} rows dropped."]
        return "\n".join([*lines, *(f"Note: {note}" for note in self.notes)])

    def _tables(self) -> dict[str, pd.DataFrame]:
        wide = pd.DataFrame({"item": self.loadings.item.unique()})
        for factor, part in self.loadings.groupby("factor", sort=False):
            wide[factor] = part.loading.to_numpy()
        return {"fit": self.fit, "loadings": wide, "correlations": self.correlations}


def _explore(data: Study | pd.DataFrame, items: Sequence[str] | None, where: str) -> Items:
    if items is None and not isinstance(data, pd.DataFrame):
        raise SurveyError("items: name the items of the study that are to be explored.")
    names = list(data.columns) if items is None else list(items)
    complete = complete_items(data, {"items": names}, least=3)
    problems = need_more_rows_than_items(complete.n, names)
    problems = problems or need_positive_definite(complete.moments()[0], names)
    refuse(problems, heading=where)
    return complete


def parallel_analysis(
    data: Study | pd.DataFrame,
    items: Sequence[str] | None = None,
    *,
    draws: int = 500,
    percentile: float = 0.95,
    seed: int = 0,
) -> pd.DataFrame:
    """How many factors stand out from chance (Horn 1965).

    The eigenvalues of the correlation matrix beside those of answers whose columns are shuffled:
    shuffling keeps each item's distribution, and nothing else.

    Parameters
    ----------
    data : Study or DataFrame
        Respondent by item; rows with a gap are left out. Of a study, weighted as its codebook
        declares, the shuffled answers too.
    items : sequence of str, optional
        Default: all columns of a frame; at least three.
    draws, seed : int
        Shuffled data sets, and their seed.
    percentile : float
        The share of chance eigenvalues that a factor must exceed.

    Returns
    -------
    DataFrame
        factor, eigenvalue, chance_mean, chance_high, keep. ``keep.sum()`` factors stand out.

    Raises
    ------
    SurveyError
        If items are unknown, constant or linearly dependent, or rows too few; or if the study
        declares clusters: shuffling single answers would break them up.

    Notes
    -----
    In R: ``psych::fa.parallel(answers, fa = "pc", quant = .95)``, which also simulates.

    References
    ----------
    Horn, J. L. (1965). A rationale and test for the number of factors in factor analysis.
    Psychometrika 30, 179-185.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(2)
    >>> f = np.repeat(rng.normal(size=(300, 2)), 3, axis=1)
    >>> data = pd.DataFrame(0.8 * f + 0.6 * rng.normal(size=(300, 6)), columns=list("abcdef"))
    >>> int(parallel_analysis(data, draws=100).keep.sum())
    2
    """
    if draws < 20:
        raise SurveyError(f"draws={draws}: give at least 20.")
    complete = _explore(data, items, "parallel_analysis")
    if complete.design.clusters is not None:
        raise SurveyError(
            "parallel_analysis shuffles single answers, which breaks up the clusters that the "
            "codebook declares. Give the number of factors, or the answers alone: "
            "`study.keyed(items)`."
        )
    values = complete.answers
    observed = np.linalg.eigvalsh(complete.correlations())[::-1]
    rng = np.random.default_rng(seed)
    chance = np.empty((draws, len(observed)))
    for draw in range(draws):
        shuffled = replace(complete, answers=rng.permuted(values, axis=0))
        chance[draw] = np.linalg.eigvalsh(shuffled.correlations())[::-1]
    high = np.quantile(chance, percentile, axis=0)
    table = pd.DataFrame({"factor": np.arange(1, len(observed) + 1), "eigenvalue": observed})
    table = table.assign(chance_mean=chance.mean(axis=0), chance_high=high)
    return table.assign(keep=np.minimum.accumulate(observed > high))


def efa(
    data: Study | pd.DataFrame,
    items: Sequence[str] | None = None,
    *,
    factors: int | None = None,
    rotation: str = "oblimin",
    draws: int = 500,
    seed: int = 0,
) -> Efa:
    """Maximum likelihood factor analysis, rotated.

    Parameters
    ----------
    data : Study or DataFrame
        Respondent by item; rows with a gap are left out. Of a study, weighted as its codebook
        declares; under a design there is no chi-square, and the first line says so.
    items : sequence of str, optional
        Default: all columns of a frame.
    factors : int, optional
        Default: as many as `parallel_analysis` keeps (``draws``, ``seed``), at least one.
    rotation : {"oblimin", "varimax", "none"}
        Oblimin lets factors correlate; varimax normalises rows first, as R's does.

    Returns
    -------
    Efa

    Raises
    ------
    SurveyError
        If there are too many factors for the items, or items are not fit for analysis.

    Notes
    -----
    In R: ``psych::fa(answers, factors, fm = "ml", rotate = "oblimin")`` and ``factanal``.

    References
    ----------
    Lawley, D. N. & Maxwell, A. E. (1971). Factor analysis as a statistical method. Butterworths.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(2)
    >>> f = np.repeat(rng.normal(size=(900, 2)), 3, axis=1)
    >>> data = pd.DataFrame(0.8 * f + 0.6 * rng.normal(size=(900, 6)), columns=list("abcdef"))
    >>> result = efa(data, factors=2)
    >>> list(result.loadings.query("loading > 0.5").item)
    ['a', 'b', 'c', 'd', 'e', 'f']
    """
    if rotation not in ROTATIONS:
        raise SurveyError(f"rotation={rotation!r}: give one of {list(ROTATIONS)}.")
    complete = _explore(data, items, "efa")
    if factors is None:
        kept = parallel_analysis(data, items, draws=draws, seed=seed).keep.sum()
        factors = max(int(kept), 1)
    p = len(complete.names)
    df = ((p - factors) ** 2 - p - factors) // 2
    if factors < 1 or df < 0:
        raise SurveyError(
            f"factors={factors}: {p} items bear at least 1 factor, and so many that "
            f"(p - k)^2 >= p + k. Give fewer factors or more items."
        )
    matrix = complete.correlations()
    raw, uniqueness = _maximum_likelihood(matrix, factors)
    pattern, between = _rotate(raw, rotation)
    return _tabulate(complete, matrix, raw, uniqueness, pattern, between, rotation)


def _maximum_likelihood(matrix: np.ndarray, factors: int) -> tuple[np.ndarray, np.ndarray]:
    """Loadings and uniquenesses; the search runs over the uniquenesses alone, from .005 to 1."""
    from scipy.optimize import minimize

    def loadings(unique: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        root = np.sqrt(unique)
        values, vectors = np.linalg.eigh(matrix / np.outer(root, root))
        top, axes = values[::-1][:factors], vectors[:, ::-1][:, :factors]
        return values[::-1], root[:, None] * axes * np.sqrt(np.maximum(top - 1, 0))

    def misfit(unique: np.ndarray) -> tuple[float, np.ndarray]:
        values, load = loadings(unique)
        # the eigenvalues that the factors leave (all 1 for a perfect fit) are the whole misfit once
        # the loadings are at their best for these uniquenesses (Joreskog 1967)
        rest = values[factors:]
        slope = np.diag(load @ load.T + np.diag(unique) - matrix) / unique**2
        return float((rest - np.log(rest) - 1).sum()), slope

    start = (1 - 0.5 * factors / len(matrix)) / np.diag(np.linalg.inv(matrix))
    bounds = [(LEAST_UNIQUENESS, 1.0)] * len(matrix)
    options = {"maxiter": 5000, "maxfun": 50_000, "ftol": 1e-14, "gtol": 1e-9}
    found = minimize(misfit, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options)
    if not found.success and found.status == 1:
        raise SurveyError(f"factors={factors}: the search did not converge. Give fewer factors.")
    return loadings(found.x)[1], found.x


def _rotate(raw: np.ndarray, rotation: str) -> tuple[np.ndarray, np.ndarray]:
    """Pattern and factor correlations, factors turned to load positively and put in order."""
    from statsmodels.multivariate.factor_rotation import rotate_factors

    pattern, between = raw, np.eye(raw.shape[1])
    if raw.shape[1] > 1 and rotation == "oblimin":
        pattern, turn = rotate_factors(raw, "oblimin", 0, "oblique")
        between = turn.T @ turn
    elif raw.shape[1] > 1 and rotation == "varimax":
        size = np.sqrt((raw**2).sum(axis=1, keepdims=True))
        pattern = rotate_factors(raw / size, "varimax")[0] * size
    sign = np.where(pattern.sum(axis=0) < 0, -1.0, 1.0)
    pattern, between = pattern * sign, between * np.outer(sign, sign)
    order = np.argsort(-(pattern @ between * pattern).sum(axis=0))
    return pattern[:, order], between[np.ix_(order, order)]


def _tabulate(complete, matrix, raw, uniqueness, pattern, between, rotation) -> Efa:
    from scipy.stats import chi2

    p, k = pattern.shape
    implied = raw @ raw.T + np.diag(uniqueness)
    misfit = np.trace(np.linalg.solve(implied, matrix)) - p
    misfit += np.linalg.slogdet(implied)[1] - np.linalg.slogdet(matrix)[1]
    chi = (complete.n - 1 - (2 * p + 5) / 6 - 2 * k / 3) * misfit
    df = ((p - k) ** 2 - p - k) // 2
    names = [f"f{j + 1}" for j in range(k)]
    if not complete.design.simple:
        chi = float("nan")
    fit = {"n": complete.n, "factors": k, "chi_square": chi, "df": df}
    fit["p"] = float(chi2.sf(chi, df)) if df else float("nan")
    pairs = [(names[i], names[j], between[i, j]) for j in range(k) for i in range(j)]
    edge = [
        name
        for name, u in zip(complete.names, uniqueness, strict=True)
        if u < 1.01 * LEAST_UNIQUENESS
    ]
    note = f"Heywood case: uniqueness of {edge} is at its lower bound. Try fewer factors."
    loadings = pd.DataFrame({"item": np.repeat(complete.names, k), "factor": names * p})
    return Efa(
        loadings=loadings.assign(loading=pattern.ravel(), uniqueness=np.repeat(uniqueness, k)),
        correlations=pd.DataFrame(pairs, columns=["first", "second", "estimate"]),
        fit=pd.DataFrame([fit]),
        rotation=rotation,
        n=complete.n,
        n_dropped=complete.n_dropped,
        notes=(note,) if edge else (),
        design=complete.design.description(),
    )
