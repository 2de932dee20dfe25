"""Single questions and records from latent variables: counts, categories, sums, months."""

from collections.abc import Mapping, Sequence
from functools import cache, partial

import numpy as np

from loyaltystudy.simulation._instrument import CUSTOMERS

Latent = Mapping[str, np.ndarray]
PLAIN, NEVER_MISSING = CUSTOMERS["plain"], CUSTOMERS["never_missing"]
MONTHS = 24.0


def cut(z: np.ndarray, shares: Sequence[float], codes: Sequence[float] | None = None) -> np.ndarray:
    """Codes that a standard normal variable is cut into, by their shares."""
    from scipy.stats import norm

    edges = norm.ppf(np.cumsum(shares)[:-1] / np.sum(shares))
    places = np.searchsorted(edges, z)
    return (np.arange(len(shares)) if codes is None else np.asarray(codes))[places].astype(float)


def ranks(z: np.ndarray) -> np.ndarray:
    """A standard normal variable as a uniform one."""
    from scipy.special import ndtr

    return ndtr(z)


def memberships(z: np.ndarray, mean: float) -> np.ndarray:
    """Log-normal counts of a stated mean, coefficient of variation .6."""
    spread = np.sqrt(np.log(1 + 0.6**2))
    return np.rint(np.exp(np.log(mean) - spread**2 / 2 + spread * z))


SIMPLE = {name: partial(cut, **how) for name, how in CUSTOMERS["shares"].items()} | {
    "age": lambda z: np.rint(18 + 62 * ranks(z)),
    "tenure": lambda z: np.clip(np.rint(np.exp(1.6 + 0.7 * z)), 0, 60),
    "brands_bought": lambda z: np.rint(np.exp(1.2 + 0.5 * z)),
    "margin": lambda z: np.round(900 + 700 * z, 2),
    "acquisition_cost": lambda z: np.round(np.exp(5.5 + 0.5 * z), 2),
    "spend": lambda z: np.rint(np.exp(7.5 + 0.9 * z)),
}
KNOWN = {*SIMPLE, "memberships"}  # variables whose answers follow from one latent variable


def answer_variables(
    latent: Latent, names: Sequence[str], plain: Mapping[str, float]
) -> dict[str, np.ndarray]:
    """Answers to single questions, and records, by name."""
    from scipy.stats import norm

    p, out = {**PLAIN, **plain}, {}
    for name in names:
        if name in SIMPLE:
            out[name] = SIMPLE[name](latent[name])
    if "memberships" in names or "memberships_used" in names:
        joined = memberships(latent["memberships"], p["memberships_mean"])
        share = ranks(norm.ppf(p["used"]) * np.sqrt(1.25) + 0.5 * latent["memberships_used"])
        out["memberships"], out["memberships_used"] = joined, np.rint(joined * share)
    for name, key in (("invitation_accepted", "accepted"), ("voice", "silent")):
        if name in names:
            share = p[key] if name == "invitation_accepted" else 1 - p[key]
            out[name] = (latent[name] > norm.isf(share)).astype(float)
    if "would_take_part" in names:
        out["would_take_part"] = (latent["would_take_part"] > norm.isf(p["taking_part"])) * 1.0
    if "category_spend" in names:
        elsewhere = np.rint(np.exp(7.8 + 0.7 * latent["category_spend"]))
        out["category_spend"] = SIMPLE["spend"](latent["spend"]) + elsewhere
    if "churn" in names:
        months = months_until_leaving(latent, p)
        out["churn"] = (months < MONTHS).astype(float)
        out["churn_months"] = np.round(np.minimum(months, MONTHS), 3)
    return out


def months_until_leaving(latent: Latent, p: Mapping[str, float]) -> np.ndarray:
    """Exponential times with a hazard that a bond may lower: ``h exp(-b bond)``."""
    hazard = -np.log1p(-p["leave"]) / MONTHS
    slope = p.get("bond_on_leaving", 0.0)
    rate = hazard * np.exp(-slope * latent["affective_commitment"])
    return np.maximum(-np.log1p(-ranks(latent["churn"])) / rate, 0.01)


@cache
def variable_latent(name: str) -> float:
    """Correlation of a variable with its latent one, over a grid of quantiles."""
    from scipy.stats import norm

    z = norm.ppf((np.arange(20_000) + 0.5) / 20_000)
    x = memberships(z, PLAIN["memberships_mean"]) if name == "memberships" else SIMPLE[name](z)
    return float(np.corrcoef(x, z)[0, 1])
