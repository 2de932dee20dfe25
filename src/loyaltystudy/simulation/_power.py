"""The sample that a claim needs: how often its test says "supported" where the claim is true."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from loyaltystudy.claims import SUPPORTED, combine, register
from loyaltystudy.display import Display, Shown
from loyaltystudy.errors import SurveyError, refuse
from loyaltystudy.simulation._drawing import draw_for_claim

SIZES = (125, 250, 500, 1000, 2000, 4000)


@dataclass(frozen=True, eq=False, repr=False)
class PowerCurve(Shown):
    """How often a claim is supported at each sample size, in the world where it is true.

    Attributes
    ----------
    claim : str
    power : float
        What was asked for.
    n : float
        The sample size that reaches it on the curve; NaN if none of the sizes does.
    simulations : int
        Studies at each size.
    table : DataFrame
        ``n, power`` (share of studies supported), ``low, high`` (its Wilson interval, 95 %),
        ``curve`` (the share made to rise with n).
    """

    claim: str
    power: float
    n: float
    simulations: int
    table: pd.DataFrame

    def _shown(self) -> Display:
        least, most = self.table["n"].iloc[[0, -1]]
        if np.isnan(self.n):
            needed = f"more than {most:,} respondents"
        else:
            needed = f"{'at most ' if self.n <= least else ''}{self.n:,.0f} respondents"
        head = f"'{self.claim}': {needed} for power {self.power:g} (simulated)"
        return Display(head, [("", self.table)], trimmed=True)


def sample_size(
    claim: str,
    *,
    power: float = 0.8,
    seed: int = 0,
    sizes: Sequence[int] = SIZES,
    simulations: int = 200,
) -> PowerCurve:
    r"""How many respondents does a claim need? The sample at which it is found, if true.

    At each size studies are drawn from the claim's true world (an effect of twice the smallest
    that counts; see ``list_worlds``) and put to the claim's own test and rule. The shares are
    made to rise with n by isotonic regression (pool adjacent violators), and the curve is read
    off between two sizes on the scale of log n. What one survey cannot tell without
    (quality asked, a draw by lot; see the claim's rule) is taken for met.

    Parameters
    ----------
    claim : str
        A name in ``list_claims``.
    power : float
        Probability of "supported", between 0 and 1.
    seed : int
        Seed of the random numbers.
    sizes : sequence of int
        Sample sizes to try, rising; two or more.
    simulations : int
        Studies at each size; at 200 a share of .8 has a standard error of .03.

    Returns
    -------
    PowerCurve

    Raises
    ------
    SurveyError
        If the claim is not known or cannot be tested, or power, sizes or simulations make no
        sense.

    Notes
    -----
    Respondents here are those who begin the questionnaire: careless ones and missing answers are
    among them. A test in R has its own function for this, such as ``pwr::pwr.r.test``; none knows
    these rules.

    Examples
    --------
    >>> curve = sample_size("decline-reflex", sizes=(100, 200, 400), simulations=50)
    >>> bool(100 < curve.n <= 400)
    True
    """
    sizes = [int(n) for n in sizes]
    _check(claim, power, sizes, simulations)
    from tqdm import tqdm

    hits = []
    with tqdm(total=len(sizes) * simulations, desc=claim, unit="study", disable=None) as bar:
        for n in sizes:
            hits.append(0)
            for i in range(simulations):
                hits[-1] += _supported(claim, n, _seed(claim, n, seed) + i)
                bar.update()
    return _curve(claim, power, sizes, np.array(hits), simulations)


def _seed(claim: str, n: int, seed: int) -> int:
    return zlib.crc32(f"{claim}:{n}:{seed}".encode())


def _supported(claim: str, n: int, seed: int) -> bool:
    known = register()[claim]
    parts = known.test(draw_for_claim(claim, "true", n=n, seed=seed), seed % 1000)
    told = [part.but(unasked=()) for part in parts]
    verdicts = [rule.judge(part) for rule, part in zip(known.rules, told, strict=True)]
    return combine(verdicts) == SUPPORTED


def _curve(claim, power, sizes, hits, simulations) -> PowerCurve:
    from statsmodels.stats.proportion import proportion_confint

    share = hits / simulations
    low, high = proportion_confint(hits, simulations, method="wilson")
    curve = rising(share)
    table = pd.DataFrame({"n": sizes, "power": share, "low": low, "high": high, "curve": curve})
    return PowerCurve(claim, power, reached(np.array(sizes), curve, power), simulations, table)


def rising(share: np.ndarray) -> np.ndarray:
    """Shares pooled with their neighbours until none falls (equal weights).

    R: ``isoreg(share)$yf``.

    >>> rising(np.array([0.1, 0.5, 0.3, 0.9])).tolist()
    [0.1, 0.4, 0.4, 0.9]
    """
    from scipy.optimize import isotonic_regression

    return isotonic_regression(share).x


def reached(sizes: np.ndarray, curve: np.ndarray, power: float) -> float:
    """Where a rising curve first reaches a power, straight between two sizes in log n.

    >>> reached(np.array([100, 400]), np.array([0.6, 1.0]), 0.8)
    200.0
    """
    place = int(np.searchsorted(curve, power, side="left"))
    if place == len(curve):
        return float("nan")
    if place == 0:
        return float(sizes[0])
    step = (power - curve[place - 1]) / (curve[place] - curve[place - 1])
    logs = np.log(sizes[[place - 1, place]])
    return float(np.ceil(np.exp(logs[0] + step * (logs[1] - logs[0])) - 1e-9))


def _check(claim: str, power: float, sizes: list[int], simulations: int) -> None:
    known, problems = register(), []
    if claim not in known:
        raise SurveyError(f"Not in the register: {claim!r}. Claims: {[*known]}.")
    if not known[claim].rules:
        raise SurveyError(f"Claim {claim!r} cannot be tested: {known[claim].untestable}.")
    if not 0 < power < 1:
        problems.append(f"power={power!r}: a probability between 0 and 1 is needed.")
    if len(sizes) < 2 or min(sizes) < 10 or sorted(set(sizes)) != sizes:
        problems.append(f"sizes={sizes}: two sizes or more are needed, rising, 10 at least.")
    if simulations < 1:
        problems.append(f"simulations={simulations!r}: 1 study or more at each size is needed.")
    refuse(problems, heading="sample_size")
