"""The NBD-Dirichlet from published aggregates, after Goodhardt, Ehrenberg & Chatfield (1984)."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError, refuse
from loyaltystudy.purchases._theory import category_distribution, never_bought

LARGEST_S = 1e4


@dataclass(frozen=True, eq=False)
class Aggregates:
    """Published figures of a category over one period.

    Parameters
    ----------
    penetration : float
        Share of all households that bought the category, between 0 and 1.
    purchase_rate : float
        Category purchases a *buyer*, above 1.
    brands : DataFrame
        Indexed by brand: ``share`` of all category purchases, ``penetration`` among *all*
        households. Shares may sum to less than 1: the rest is brands not listed.

    Raises
    ------
    SurveyError
        If a figure lies out of range, with all that is wrong.

    Examples
    --------
    >>> import pandas as pd
    >>> from loyaltystudy.purchases import Aggregates
    >>> brands = pd.DataFrame({"share": [0.6, 0.3], "penetration": [0.4, 0.25]}, index=["a", "b"])
    >>> round(Aggregates(0.56, 2.6, brands).mean, 3)
    1.456
    """

    penetration: float
    purchase_rate: float
    brands: pd.DataFrame

    def __post_init__(self) -> None:
        problems = []
        if not 0 < self.penetration < 1:
            problems.append(
                f"penetration={self.penetration}: give the share of all households, below 1. "
                "Where everybody bought, the NBD cannot be known from its zeros: fit the counts."
            )
        if not self.purchase_rate > 1:
            problems.append(f"purchase_rate={self.purchase_rate}: purchases a buyer, above 1.")
        missing = {"share", "penetration"} - set(self.brands.columns)
        if missing:
            problems.append(f"brands: no such column: {sorted(missing)}.")
        else:
            problems += self._bad_brands()
        refuse(problems)
        if self.mean <= -np.log1p(-self.penetration):
            raise SurveyError(
                f"penetration={self.penetration}, purchase_rate={self.purchase_rate}: households "
                "differ less than Poisson buyers would, so no NBD fits. Check that the rate is "
                "purchases a buyer over the same period."
            )

    def _bad_brands(self) -> list[str]:
        problems = []
        if self.brands.empty or not self.brands.index.is_unique:
            problems.append("brands: expected at least one brand, and each once.")
        for column, limit in (("share", 1.0), ("penetration", self.penetration)):
            bad = self.brands.loc[~self.brands[column].between(0, limit, inclusive="right"), column]
            if len(bad):
                problems.append(f"brands: {column} outside 0..{limit}: {bad.to_dict()}.")
        if self.brands["share"].sum() > 1 + 1e-6:
            problems.append(f"brands: shares sum to {self.brands['share'].sum():.4f}, above 1.")
        return problems

    @property
    def mean(self) -> float:
        """M, category purchases a household."""
        return float(self.penetration * self.purchase_rate)


def solve_k(given: Aggregates) -> float:
    """The exponent K at which the NBD has the given zeros: ln(1 - b) = -K ln(1 + M/K)."""
    from scipy.optimize import brentq

    def excess(log_k):
        k = np.exp(log_k)
        return k * np.log1p(given.mean / k) + np.log1p(-given.penetration)

    return float(np.exp(brentq(excess, -30, 30, xtol=1e-13)))


def own_s(given: Aggregates, k: float) -> pd.Series:
    """Each brand's own S: the one at which its expected penetration is the given one.

    NaN where none is: a brand with so few buyers that even S = 0 (all of them sole buyers) or so
    many that even S without bound (everybody alike) does not meet it.
    """
    from scipy.optimize import brentq

    distribution = category_distribution(given.mean, k)

    def solve(share, penetration):
        def excess(log_s):
            s = np.exp(log_s)
            none = never_bought(np.array([s * share]), s, len(distribution) - 1)[0]
            return 1 - none @ distribution - penetration

        low, high = np.log(1e-6), np.log(LARGEST_S)
        if excess(low) > 0 or excess(high) < 0:
            return np.nan
        return float(np.exp(brentq(excess, low, high, xtol=1e-12)))

    brands = given.brands
    values = [solve(*row) for row in zip(brands["share"], brands["penetration"], strict=True)]
    return pd.Series(values, index=brands.index, name="own_s")


def pooled_s(own: pd.Series, given: Aggregates, pooling: str) -> tuple[float, dict[str, str]]:
    """One S from the brands' own: their share-weighted mean; and why brands are left out of it.

    ``pooling="share"`` takes every brand that has one. ``"notch"`` first drops outlying brands by
    the rule of the R package NBDdirichlet 1.4: those beyond 1.5 hinge spreads of the hinges, and
    those above the upper notch of a box plot, median + 1.58 hinge spread / sqrt(brands). As only
    *high* values fall beyond the notch, the rule lowers S by construction.
    """
    if pooling not in ("share", "notch"):
        raise SurveyError(f"pooling={pooling!r}: choose 'share' or 'notch'.")
    defined = own.dropna()
    if defined.empty:
        raise SurveyError(
            "brands: no brand's penetration agrees with its share under any S. Check that "
            "shares are of all category purchases and penetrations of all households."
        )
    left_out = {str(b): _no_own_s(given, b) for b in own.index[own.isna()]}
    kept = defined
    if pooling == "notch":
        low, high = _bounds(defined.to_numpy())
        kept = defined[defined.between(low, high)]
        for brand, value in defined.drop(kept.index).items():
            side = f"above {high:.2f}" if value > high else f"below {low:.2f}"
            left_out[str(brand)] = f"its own S, {value:.2f}, lies {side}"
    weights = given.brands["share"][kept.index]
    return float((kept * weights).sum() / weights.sum()), left_out


def _bounds(values: np.ndarray) -> tuple[float, float]:
    """Own S outside these are outlying."""
    low, middle, high = _hinges(values)
    spread = high - low
    notch = middle + 1.58 * spread / np.sqrt(len(values))
    return low - 1.5 * spread, min(high + 1.5 * spread, notch)


def _no_own_s(given: Aggregates, brand) -> str:
    """Why no S gives a brand its penetration: it has too few buyers for its share, or too many."""
    share, penetration = given.brands.loc[brand, ["share", "penetration"]]
    sole = share * given.penetration  # S = 0: every buyer of the category buys one brand
    if penetration < sole + 1e-4:
        return (
            f"so few buyers for its share ({penetration:.3g}) that they would buy it more often "
            f"than households buy anything"
        )
    return f"more buyers ({penetration:.3g}) than its share allows even if all households are alike"


def _hinges(values):
    """Tukey's hinges: the medians of the lower and of the upper half, the middle in both."""
    values = np.sort(values)
    half = (len(values) + 1) // 2
    return np.median(values[:half]), np.median(values), np.median(values[-half:])
