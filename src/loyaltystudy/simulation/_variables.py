"""Single questions and records from latent variables: counts, categories, sums, months."""

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np

Latent = Mapping[str, np.ndarray]
# What the variables are like where no claim sets them; shares, means and log means.
PLAIN = {
    "accepted": 0.50,  # share who accept an invitation
    "silent": 0.50,  # share who said nothing
    "used": 0.50,  # share of the memberships in use
    "memberships_mean": 7.0,
    "taking_part": 0.35,  # share who would take part, not asked
    "leave": 0.30,  # share who left within 24 months
}
EDUCATION = (0.003, 0.01, 0.09, 0.35, 0.08, 0.11, 0.21, 0.14, 0.007)
OLD_EDUCATION = (0.01, 0.12, 0.22, 0.33, 0.06, 0.06, 0.12, 0.075, 0.005)
CATEGORIES = (0.14, 0.1, 0.08, 0.08, 0.06, 0.13, 0.10, 0.09, 0.07, 0.06, 0.06, 0.03)
STATUS = (9, 8, 7, 6, 5, 4, 0, 3, 1, 2)  # occupations by the schooling they take, rising
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


SIMPLE = {
    "age": lambda z: np.rint(18 + 62 * ranks(z)),
    "gender": lambda z: cut(z, (0.51, 0.48, 0.01), (1, 2, 3)),
    "region": lambda z: cut(z, (0.3, 0.25, 0.2, 0.15, 0.1), (1, 2, 3, 4, 5)),
    "household_size": lambda z: cut(z, (0.35, 0.33, 0.13, 0.13, 0.06), (1, 2, 3, 4, 5)),
    "income": lambda z: cut(z, (0.1, 0.22, 0.38, 0.24, 0.06), (1, 2, 3, 4, 5)),
    "own_education": lambda z: cut(z, EDUCATION),
    "father_education": lambda z: cut(z, OLD_EDUCATION),
    "mother_education": lambda z: cut(z, OLD_EDUCATION),
    "own_education_field": lambda z: cut(z, (4, 8, 7, 9, 20, 5, 6, 19, 2, 14, 6)),
    "father_occupation": lambda z: cut(z, (6, 14, 22, 8, 7, 6, 1, 14, 9, 13), STATUS),
    "mother_occupation": lambda z: cut(z, (10, 6, 2, 5, 29, 14, 1, 13, 4, 16), STATUS),
    "books_at_home": lambda z: cut(z, (0.1, 0.12, 0.3, 0.2, 0.17, 0.11), (1, 2, 3, 4, 5, 6)),
    "books_read": lambda z: cut(z, (0.18, 0.2, 0.2, 0.17, 0.13, 0.12), (1, 2, 3, 4, 5, 6)),
    "growing_up_economy": lambda z: cut(z, (0.05, 0.15, 0.3, 0.35, 0.15), (1, 2, 3, 4, 5)),
    "category": lambda z: cut(z, CATEGORIES, (*range(1, 12), 13)),
    "relationship_type": lambda z: cut(z, (0.5, 0.5), (1, 2)),
    "tenure": lambda z: np.clip(np.rint(np.exp(1.6 + 0.7 * z)), 0, 60),
    "own_membership": lambda z: cut(z, (0.45, 0.55)),
    "tier": lambda z: cut(z, (0.3, 0.4, 0.2, 0.1)),
    "brands_bought": lambda z: np.rint(np.exp(1.2 + 0.5 * z)),
    "offer_arm": lambda z: cut(z, (1, 1), (1, 2)),
    "contact_arm": lambda z: cut(z, (1, 1, 1, 1), (1, 2, 3, 4)),
    "ask_arm": lambda z: cut(z, (1, 1), (1, 2)),
    "reward_arm": lambda z: cut(z, (1, 1), (1, 2)),
    "margin": lambda z: np.round(900 + 700 * z, 2),
    "acquisition_cost": lambda z: np.round(np.exp(5.5 + 0.5 * z), 2),
    "spend": lambda z: np.rint(np.exp(7.5 + 0.9 * z)),
}
KNOWN = {*SIMPLE, "memberships"}  # variables whose answers follow from one latent variable
NEVER_MISSING = (
    "offer_arm",
    "contact_arm",
    "ask_arm",
    "reward_arm",
    "category",
    "region",
    "churn",
    "churn_months",
    "margin",
    "acquisition_cost",
)


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
