"""From latent variables to answers: items with a method factor and noise, cut into categories."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from loyaltystudy.survey import (
    Codebook,
    Scale,
    data_folder,
    load_codebook,
    package_folder,
    read_yaml,
)

CUSTOMERS = read_yaml(package_folder() / "simulation" / "customers.yaml")
MEANS, SPREADS, LOADINGS = (CUSTOMERS[key] for key in ("means", "spreads", "loadings"))
HALO = 0.12  # loading of every item, as keyed, on the mood of the moment
ACQUIESCENCE = 0.20  # loading of every item, as asked, on the habit of agreeing
# Of an item's variance, how much each way of answering takes: mood, agreeing, liking the company
WAYS = {
    "thirds": (1 / 3, 1 / 3, 1 / 3),
    "mood": (2 / 3, 1 / 3, 0.0),
    "company": (0.0, 0.0, 1.0),
    "agreeing": (0.0, 1.0, 0.0),
}
# Scales that say nothing of the company, and the one that asks how it is liked
NOT_OF_THE_COMPANY = {"marker_turquoise", "marker_autumn", "company_attitude"}
# How often one does something: reports of behaviour, which no mood colours
BEHAVIOUR = {"reading", "cultural_participation", "contact_received", "contact_wanted"}
LATER = ("quality",)  # scales that came later: they have random numbers of their own
CARELESS, MISSING = 0.03, 0.04
SKIPPERS = 0.20  # share of respondents from whom all missing answers come
LOADING = 0.72
SINGLE = 0.85  # loading where one question is the whole scale
MEAN, SPREAD = 4.4, 1.45
STEPS = (0.6, 0.3, -0.3, -0.8, -1.3)  # of the ladder of devotion: how easy each rung is


@cache
def codebook() -> Codebook:
    """The instrument, labelled simulated."""
    return replace(
        load_codebook(data_folder() / "instrument"),
        study="simulated",
        kind="simulated",
        title="Simulated answers to the instrument",
        population="simulated",
        licence="CC BY 4.0",
        origin="Drawn by loyaltystudy.simulation",
    )


@dataclass(frozen=True)
class Score:
    """What the answers on a construct are made of.

    ``latent`` is their correlation with the latent variable, ``shared`` with what other answers
    share: mood, agreeing, straight lines, and careless answers far from the usual mean.
    """

    latent: float
    shared: tuple[float, ...] = (0.0,) * 4

    def by_method(self, other: Score) -> float:
        """Correlation with another score where the latent variables have none."""
        return float(np.dot(self.shared, other.shared))

    def latent_correlation(self, other: Score, observed: float) -> float:
        """The latent correlation at which two scores correlate as asked."""
        return (observed - self.by_method(other)) / (self.latent * other.latent)

    def observed_correlation(self, other: Score, latent: float) -> float:
        """How two scores correlate for a latent correlation."""
        return latent * self.latent * other.latent + self.by_method(other)


def loading_of(scale: Scale) -> float:
    return LOADINGS.get(scale.name, LOADING if len(scale.items) > 1 else SINGLE)


def scale_score(name: str, mean: float | None = None) -> Score:
    """Moments of a scale's score, to the first order of the cut into categories.

    A cut normal variable x of z has ``cov(x, z) = sum of phi(threshold)``; items covary by the
    product of theirs times their correlation before the cut.
    """
    book = codebook()
    scale = book.scales[name]
    items = [book.items[i] for i in scale.items]
    k, loading = len(items), loading_of(scale)
    centre, spread = MEANS.get(name, MEAN) if mean is None else mean, SPREADS.get(name, SPREAD)
    low, high = items[0].low, items[0].high
    slope, average, variance = cut_moments(centre, spread, low, high)
    signs = np.array([-1.0 if item.reversed else 1.0 for item in items])
    r = loading**2 + HALO**2 + ACQUIESCENCE**2 * np.outer(signs, signs)
    np.fill_diagonal(r, variance / slope**2)
    careful = slope**2 * r.sum() / k**2
    lined = ((high - low + 1) ** 2 - 1) / 12  # variance of one answer drawn at random
    gap, tilt = (low + high) / 2 - average, signs.mean()
    careless = gap**2 + lined * (tilt**2 + 1 / k) / 2
    sd = np.sqrt((1 - CARELESS) * careful + CARELESS * careless)
    part, few = slope / sd * np.sqrt(1 - CARELESS), np.sqrt(CARELESS) / sd
    shared = (part * HALO, part * ACQUIESCENCE * tilt, few * np.sqrt(lined / 2) * tilt, few * gap)
    return Score(float(part * loading), tuple(float(v) for v in shared))


def cut_moments(mean: float, sd: float, low: float, high: float) -> tuple[float, float, float]:
    """Of ``round(mean + sd z)`` held within low..high: cov with z, mean, variance."""
    from scipy.stats import norm

    edges = (np.arange(low, high) + 0.5 - mean) / sd
    above = norm.sf(edges)
    values = np.arange(low, high + 1)
    p = -np.diff(np.r_[1.0, above, 0.0])
    average = float(values @ p)
    return float(norm.pdf(edges).sum()), average, float(p @ (values - average) ** 2)


@cache
def mean_for_share(name: str, share: float) -> float:
    """The centre at which a share of all respondents scores above the scale's midpoint."""
    from scipy.optimize import brentq

    item = codebook().items[codebook().scales[name].items[0]]
    return brentq(lambda centre: share_above(name, centre) - share, item.low, item.high)


def share_above(name: str, centre: float) -> float:
    """The share above the midpoint, by quadrature over what the items have in common."""
    from scipy.stats import norm

    scale = codebook().scales[name]
    items = [codebook().items[i] for i in scale.items]
    low, high, spread = items[0].low, items[0].high, SPREADS.get(name, SPREAD)
    nodes, weights = np.polynomial.hermite_e.hermegauss(31)
    common, habit = (v.ravel() for v in np.meshgrid(nodes, nodes, indexing="ij"))
    weight = np.outer(weights, weights).ravel() / (2 * np.pi)
    loading = loading_of(scale)
    own = np.sqrt(1 - loading**2 - HALO**2 - ACQUIESCENCE**2)
    edges = (np.arange(low, high) + 0.5 - centre) / spread
    total = np.ones((len(common), 1))  # distribution of the sum of the items, from 0 on
    for item in items:
        sign = -1.0 if item.reversed else 1.0
        z = np.hypot(loading, HALO) * common + sign * ACQUIESCENCE * habit
        above = norm.sf((edges - z[:, None]) / own)
        p = -np.diff(np.c_[np.ones(len(z)), above, np.zeros(len(z))], axis=1)
        grown = np.zeros((len(z), total.shape[1] + p.shape[1] - 1))
        for answer in range(p.shape[1]):
            grown[:, answer : answer + total.shape[1]] += total * p[:, [answer]]
        total = grown
    careful = weight @ total
    answers = int(high - low + 1)
    middle, lined = (len(careful) - 1) / 2, (answers // 2) / answers
    at_random = np.ones(1)
    for _ in items:
        at_random = np.convolve(at_random, np.full(answers, 1 / answers))
    over = np.arange(len(careful)) > middle
    careless = (lined + at_random[over].sum()) / 2
    return float((1 - CARELESS) * careful[over].sum() + CARELESS * careless)


@dataclass(frozen=True, eq=False)
class Habits:
    """How each respondent fills in a form, whatever is asked."""

    mood: np.ndarray
    agreeing: np.ndarray
    at_random: np.ndarray  # rows that answer at random
    straight: np.ndarray  # rows that give one answer throughout
    place: np.ndarray  # where on the range that one answer lies, 0 to 1
    skips: np.ndarray  # share of the questions left out
    halo: float = HALO
    acquiescence: float = ACQUIESCENCE
    company: float = 0.0  # loading of every item about the company on how it is liked
    set: bool = False  # whether a share of method was asked for


def draw_habits(
    n: int,
    rng: np.random.Generator,
    *,
    shared: bool = True,
    method: tuple[float, str] | None = None,
) -> Habits:
    """Habits of n respondents; without ``shared`` nothing but missing answers is left of them.

    ``method`` sets the share of an item's variance that ways of answering take, and which of
    :data:`WAYS`.
    """
    mood, agreeing = rng.standard_normal((2, n))
    care, place, skip = rng.random((3, n))
    skips = np.where(skip < SKIPPERS, MISSING / SKIPPERS, 0.0)
    if not shared:
        nobody = np.zeros(0, dtype=int)
        return Habits(mood, agreeing, nobody, nobody, place, skips, 0.0, 0.0)
    at_random = np.flatnonzero(care < CARELESS / 2)
    straight = np.flatnonzero((care >= CARELESS / 2) & (care < CARELESS))
    known = (HALO, ACQUIESCENCE, 0.0)
    loads = known if method is None else np.sqrt(method[0] * np.array(WAYS[method[1]]))
    loads = (float(v) for v in loads)
    asked = method is not None
    return Habits(mood, agreeing, at_random, straight, place, skips, *loads, set=asked)


def _loads(name: str, habits: Habits) -> tuple[float, float, float]:
    """Loadings of a scale's items on mood, agreeing and the liking of the company.

    In a world that sets a share of method; the habits of the plain world colour all answers.
    """
    if habits.set and name in BEHAVIOUR:
        return 0.0, 0.0, 0.0
    company = 0.0 if name in NOT_OF_THE_COMPANY else habits.company
    return habits.halo, habits.acquiescence, company


def answer_items(
    latent: Mapping[str, np.ndarray],
    scales: Iterable[str],
    means: Mapping[str, float],
    habits: Habits,
    rng: np.random.Generator,
    later: Mapping[str, np.random.Generator],
    *,
    attention: bool = False,
) -> dict[str, np.ndarray]:
    """Answers to the items of some scales, as asked; careless and missing ones included."""
    book, answers = codebook(), {}
    for name in scales:
        scale = book.scales[name]
        loading = means.get(f"{name}_loading", loading_of(scale))
        mood, agreeing, company = _loads(name, habits)
        own = np.sqrt(1 - loading**2 - mood**2 - agreeing**2 - company**2)
        shared = loading * latent[name] + mood * habits.mood + company * latent["K"]
        own_rng = later.get(name, rng)
        noise = own_rng.standard_normal((len(scale.items), len(shared)))
        for e, item in zip(noise, (book.items[i] for i in scale.items), strict=True):
            sign = -1.0 if item.reversed else 1.0
            z = shared + sign * agreeing * habits.agreeing + own * e
            x = _category(z, scale, item, means)
            answers[item.name] = _filled_in(x, item, habits, own_rng)
    if attention:
        for item in (i for i in book.items.values() if i.attention is not None):
            given = np.full(len(habits.mood), item.attention)
            answers[item.name] = _filled_in(given, item, habits, rng)
    return answers


def _category(z: np.ndarray, scale: Scale, item, means: Mapping[str, float]) -> np.ndarray:
    """A normal variable cut into the item's answers, as asked."""
    if scale.name == "devotion":
        x = (z > -STEPS[scale.items.index(item.name)]).astype(float)
    else:
        centre = means.get(scale.name, MEANS.get(scale.name, MEAN))
        spread = SPREADS.get(scale.name, SPREAD)
        x = np.clip(np.rint(centre + spread * z), item.low, item.high)
    return item.low + item.high - x if item.reversed else x


def _filled_in(x: np.ndarray, item, habits: Habits, rng: np.random.Generator) -> np.ndarray:
    """The answer that reaches the file: careless respondents' own, and some none."""
    steps = item.high - item.low + 1
    x[habits.at_random] = rng.integers(item.low, item.high + 1, len(habits.at_random))
    x[habits.straight] = item.low + np.floor(habits.place[habits.straight] * steps)
    x[rng.random(len(x), dtype=np.float32) < habits.skips] = np.nan
    return x
