"""What simulated respondents bought: a panel that agrees with what they answered."""

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError
from loyaltystudy.purchases import Panel, read_panel
from loyaltystudy.scales import score
from loyaltystudy.simulation._panels import panel_spec
from loyaltystudy.simulation._variables import SIMPLE
from loyaltystudy.survey import Study

OURS, RIVALS = "ours", 20
SURVEY, YEAR = pd.Timestamp("2025-01-01"), 365.0
# Purchases from us in the year before the survey, by tier: cut points at which the zero-truncated
# NBD with M 8 and K 1 has the tiers' shares (.30, .39, .21, .10).
M, K = 8.0, 1.0
TIER_PURCHASES = ((1, 3), (4, 10), (11, 20), (21, 200))
TIER_SHARES = (0.3, 0.4, 0.2, 0.1)
MOST_ELSEWHERE = 60.0  # purchases from rivals a year, but for one from each brand
PULL = 0.2  # rise of the log rate of buying for a standard deviation of loyalty
CONTACTS = 1.0  # a month, to anybody


def simulate_purchases(study: Study, *, seed: int, pull: float = PULL) -> Panel:
    r"""Draw the purchases of simulated respondents, a year before and a year after the survey.

    The year before agrees with the answers, wherever there is one: purchases from ``ours`` sum
    to ``spend``; they number 1-3, 4-10, 11-20 or 21 and more by ``tier``; ``brands_bought``
    brands were bought; purchases of the others sum to what ``category_spend`` has above ``spend``
    (if only one brand was bought there are none). The year after, a customer who leaves
    (``churn``) stops buying from us after ``churn_months``. Numbers of purchases from us are
    gamma-Poisson, so the NBD's conditional trend holds but for ``pull``:

    .. math:: x \mid \text{tier} \sim \text{NBD}(M, K),\quad
              \lambda \mid x \sim \Gamma\left(K + x, \tfrac{M}{K + M}\right),\quad
              y \mid \lambda \sim \text{Poisson}(\lambda e^{p z - p^2/2})

    with *z* the standardised loyalty that was answered (0 if it was not) and *p* the pull.
    Contacts come about once a month to anybody and change nothing.

    Parameters
    ----------
    study : Study
        From :func:`simulate_study`.
    seed : int
    pull : float
        How far loyalty moves next year's buying; 0 for not at all.

    Returns
    -------
    Panel
        Population simulated; households are the respondents, described by what the company's
        records say of them (``tenure``, ``margin``).

    Raises
    ------
    SurveyError
        If the study is not simulated.

    Examples
    --------
    >>> from loyaltystudy.simulation import simulate_purchases, simulate_study
    >>> survey = simulate_study("identity-over-tiers:true", n=300, seed=1)
    >>> panel = simulate_purchases(survey, seed=1)
    >>> panel.purchases["household"].nunique(), panel.timed
    (300, True)
    """
    if study.codebook.population != "simulated":
        raise SurveyError(
            f"study {study.name!r}: purchases are drawn for simulated customers only. Read those "
            "of real ones with read_panel."
        )
    rng = np.random.default_rng(seed)
    lines = _shown_text(study, rng)
    rows = pd.concat([_from_us(lines, pull, rng), _elsewhere(lines, rng)], ignore_index=True)
    # the first and the last moment are bought in, so that the panel's middle is the survey
    rows.loc[rows["day"].idxmin(), "day"] = -YEAR
    rows.loc[rows["day"].idxmax(), "day"] = YEAR
    rows["household"] = study.answers.index.to_numpy()[rows["household"]]
    rows["time"] = SURVEY + pd.to_timedelta(rows.pop("day"), unit="D")
    spec = panel_spec(f"{study.name} purchases", "time", "spend") | {"panel_size": study.n}
    return read_panel(rows, spec, households=_records(study), contacts=_contacts(study, rng))


def _shown_text(study, rng) -> pd.DataFrame:
    """Answers that purchases must agree with; drawn where there is none."""
    n, answers = study.n, study.answers
    drawn = {name: SIMPLE[name](rng.standard_normal(n)) for name in ("spend", "brands_bought")}
    drawn["tier"] = rng.choice(len(TIER_SHARES), n, p=TIER_SHARES).astype(float)
    drawn["category_spend"] = drawn["spend"] + np.rint(np.exp(7.8 + 0.7 * rng.standard_normal(n)))
    lines = pd.DataFrame(
        {
            name: answers[name].fillna(pd.Series(values, answers.index))
            if name in answers
            else values
            for name, values in drawn.items()
        },
        index=answers.index,
    )
    lines["bought"] = _bought(lines["tier"].astype(int), rng)
    lines["elsewhere"] = (lines["category_spend"] - lines["spend"]).clip(lower=0)
    left = answers["churn"] == 1 if "churn" in answers else np.zeros(n, bool)
    months = answers.get("churn_months", 12.0)
    lines["stays"] = np.where(left, np.clip(months / 12, 0, 1), 1.0)
    loyal = study.measures("loyalty")
    z = score(study)[loyal.name] if loyal is not None else pd.Series(0.0, answers.index)
    lines["loyalty"] = ((z - z.mean()) / (z.std() or 1.0)).fillna(0.0)
    return lines.reset_index(drop=True)


def _bought(tier, rng) -> np.ndarray:
    """Purchases from us in the year before: the NBD within the limits of each tier."""
    from scipy.stats import nbinom

    low, high = np.array(TIER_PURCHASES)[tier].T
    p = K / (K + M)
    below, above = nbinom.cdf(low - 1, K, p), nbinom.cdf(high, K, p)
    x = nbinom.ppf(below + (above - below) * rng.uniform(size=len(tier)), K, p)
    return np.clip(x, low, high).astype(int)


def _from_us(lines, pull, rng) -> pd.DataFrame:
    x, spend, stays = (lines[name].to_numpy() for name in ("bought", "spend", "stays"))
    rate = rng.gamma(K + x, M / (K + M)) * np.exp(pull * lines["loyalty"] - pull**2 / 2)
    y = rng.poisson(rate * stays)
    before, after = _spread(x, spend, rng), _spread(y, spend * y / x, rng)
    before["day"] = -YEAR * rng.uniform(size=len(before))
    after["day"] = YEAR * stays[after["household"]] * rng.uniform(size=len(after))
    return pd.concat([before, after], ignore_index=True).assign(brand=OURS)


def _elsewhere(lines, rng) -> pd.DataFrame:
    """Purchases of rivals: in the year before, each of a household's brands at least once."""
    rivals = np.clip(lines["brands_bought"] - 1, 0, RIVALS).astype(int).to_numpy()
    # a purchase there is about as dear as one from us
    usual = lines["bought"] * lines["elsewhere"] / lines["spend"].clip(lower=1)
    more = rng.poisson(np.minimum(usual, MOST_ELSEWHERE)) * (rivals > 0)
    popular = rng.gumbel(size=(len(lines), RIVALS)) - np.log(np.arange(1, RIVALS + 1))
    brands = np.argsort(-popular, axis=1)  # a household's own are the first of its row
    sums = lines["elsewhere"].to_numpy()
    before = _year_elsewhere(rivals, rivals, more, brands, sums, rng)
    after = _year_elsewhere(rivals, 0 * rivals, rng.poisson(more + rivals), brands, sums, rng)
    return pd.concat([before.assign(day=-before["day"]), after], ignore_index=True)


def _year_elsewhere(rivals, firsts, more, brands, sums, rng) -> pd.DataFrame:
    """The first so many rivals of each household once, then more of any of its rivals."""
    rows = _spread(firsts + more, sums, rng)
    own = rows["household"].to_numpy()
    place = rows.groupby("household").cumcount().to_numpy()
    again = (rng.uniform(size=len(rows)) * rivals[own]).astype(int)
    bought = brands[own, np.where(place < firsts[own], place, again)]
    names = np.array([f"rival {i + 1}" for i in range(RIVALS)])
    return rows.assign(brand=names[bought], day=YEAR * rng.uniform(size=len(rows)))


def _spread(counts, sums, rng) -> pd.DataFrame:
    """So many purchases a household, whose amounts vary and add up to its sum."""
    household = np.repeat(np.arange(len(counts)), counts)
    size = rng.gamma(4.0, size=len(household))
    whole = np.bincount(household, weights=size, minlength=len(counts))
    return pd.DataFrame(
        {"household": household, "spend": sums[household] * size / whole[household]}
    )


def _records(study) -> pd.DataFrame | None:
    kept = [name for name in ("tenure", "margin") if name in study.answers]
    return study.answers[kept].rename_axis("household").reset_index() if kept else None


def _contacts(study, rng) -> pd.DataFrame:
    made = rng.poisson(24 * CONTACTS, study.n)
    days = YEAR * rng.uniform(-1, 1, made.sum())
    who = np.repeat(study.answers.index.to_numpy(), made)
    return pd.DataFrame({"household": who, "time": SURVEY + pd.to_timedelta(days, unit="D")})
