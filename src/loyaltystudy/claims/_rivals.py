"""Settings of rivals: worlds in which a claim is false for a reason of its own, and looks true.

``K`` is the liking of the company on the whole, which the attitude scale asks for; ``Q`` is
something that nobody was asked about.
"""

import numpy as np

from loyaltystudy.claims import _settings as settings

# Causes of a bond and of loyalty that the literature names: what one gets is good (Fornell et al.
# 1996), the company is liked, one has been a customer for long (Verhoef 2003). A claim that says
# "adds" or "drives" holds them; where one was not asked, one survey cannot tell.
CAUSES = ("quality", "company_attitude", "tenure")
LOYAL, AFFECTIVE, SATISFIED = "loyalty", "affective_commitment", "satisfaction"
STRONG = 0.6  # load of each on a common cause: they correlate .36 by it alone


def liking(x: str, y: str, *more: str):
    """Liking of the company is behind all of them; nothing else joins them."""

    def setting(m) -> None:
        m.aims[y] = {}
        for name in (x, y, *more):
            m.loads[name] = {"K": STRONG}

    return setting


CANNOT_TELL = (
    "Quality, liking of the company and the years as a customer are held where they were asked. "
    "Any other cause of both looks the same: one survey cannot tell."
)


def common_cause(
    x: str, y: str, load: float = 0.7, *, cause: str = "quality", mean: float | None = None
):
    """One cause is behind both, and nothing else; ``mean`` of the outcome's answers."""

    def setting(m) -> None:
        m.aims[y] = {}
        for name in (x, y):
            m.loads[name] = {cause: load}
        if mean is not None:
            m.means[y] = mean

    return setting


def value_for_money(x: str, y: str):
    """What x measures is felt as value for money, which drives y; x adds nothing to it."""

    def setting(m) -> None:
        m.loads[x] = {"monetary_value": STRONG}
        m.aims[y] = {}
        m.relates("monetary_value", y, STRONG)

    return setting


def cheerful(x: str, y: str):
    """Cheerful people are fond of everything, colours too: 36 % of each trait."""

    def setting(m) -> None:
        m.aims[y] = {}
        for name in (x, y, "marker_turquoise", "marker_autumn"):
            m.loads[name] = {"Q": STRONG}

    return setting


def deal_seekers(m) -> None:
    """Who shops around joins for the benefits and is less loyal."""
    m.controls(LOYAL, (SATISFIED, "programme_value"), ("programme_calculative",))
    m.loads["programme_calculative"] = {"Q": 0.7}
    m.loads[LOYAL] = {"Q": -0.7}


def many_brands(m) -> None:
    """Who buys many brands of the category is in programmes for the benefits, and loyal to none."""
    m.controls(LOYAL, (SATISFIED, "programme_value"), ("programme_calculative",))
    m.loads["programme_calculative"] = {"Q": STRONG}
    m.loads["brands_bought"] = {"Q": 0.9}
    m.loads[LOYAL] = {"Q": -STRONG}


def dislike_behind(x: str):
    """Dislike of the company is behind x, and behind little loyalty."""

    def setting(m) -> None:
        m.aims[LOYAL] = {}
        m.loads[x], m.loads[LOYAL] = {"K": -STRONG}, {"K": STRONG}

    return setting


def quality_behind_pillars(m) -> None:
    """Trust and will are two things, and nothing but good quality joins them with loyalty."""
    m.aims[LOYAL] = {}
    for name in ("trust", "relationship_commitment", "firm_commitment"):
        m.loads[name] = {"quality": STRONG}
    m.loads[LOYAL] = {"quality": 0.8}


def profiles_agreeing(m) -> None:
    """One continuum behind all bonds; half of the people agree with whatever is asked."""
    for name in ("affective_commitment", "calculative_commitment", "normative_commitment"):
        m.loads[name] = {"G": 0.95}
    m.means.update(affective_commitment=5.5, calculative_commitment=3.0, normative_commitment=4.0)


def loyal_ceiling(m) -> None:
    """Age explains a tenth of loyalty, which most answer at the top of the scale."""
    m.goes_with("age", LOYAL, float(np.sqrt(0.10)))
    m.means[LOYAL] = 6.4


def income_behind(m) -> None:
    """Income drives loyalty, and goes with the background."""
    m.loads["income"] = {"B": 0.6}
    m.goes_with("income", LOYAL, 0.30)


def dear_sector(m) -> None:
    """Two sectors: in the dear one all spend more and are fonder; within each nothing goes."""
    for name in ("spend", "category_spend"):
        m.loads[name] = {"Q": 0.6}
    m.loads["age"] = {}

    def apply(latent) -> None:
        dear = np.sign(latent["Q"])
        for name in (AFFECTIVE, "spend", "category_spend"):
            latent[name] = (latent[name] + dear) / np.sqrt(2)

    m.after.append(apply)


def satisfaction_behind(x: str, y: str):
    """Satisfaction is behind both, and the attitude to the company is mostly satisfaction."""

    def setting(m) -> None:
        m.loads[x] = {SATISFIED: STRONG}
        m.loads["company_attitude"] = {SATISFIED: 0.9}
        m.aims[y] = {}
        m.relates(SATISFIED, y, STRONG)

    return setting


def satisfied_and_bound(m) -> None:
    """Satisfaction is behind the bond and behind loyalty."""
    m.loads[AFFECTIVE] = {SATISFIED: 0.7}
    m.aims[LOYAL] = {}
    m.relates(SATISFIED, LOYAL, 0.7)


def habit(m) -> None:
    """The bond drives loyalty; yet one in four is loyal whatever the bond."""
    m.controls(LOYAL, (SATISFIED,), (AFFECTIVE, "calculative_commitment"))
    m.adds(AFFECTIVE, LOYAL, 0.40, (SATISFIED, "calculative_commitment"))

    def apply(latent) -> None:
        habitual = latent["brands_bought"] > 0.67
        latent[LOYAL] = np.where(habitual, np.maximum(latent[LOYAL], 1.0), latent[LOYAL])

    m.after.append(apply)


def moral_as_common(m) -> None:
    """As many name the moral reason; it adds nothing."""
    for name in ("reason_moral", "reason_affective"):
        m.share_above(name, 0.50)
    m.controls(LOYAL, ("reason_affective", "reason_calculative"), ("reason_moral",))


def moral_few_but_strong(m) -> None:
    """Few name the moral reason; it adds to loyalty."""
    given = ("reason_affective", "reason_calculative")
    m.share_above("reason_moral", 0.30)
    m.share_above("reason_affective", 0.50)
    m.controls(LOYAL, given, ("reason_moral",))
    m.adds("reason_moral", LOYAL, 0.25, given)


def profiles_skewed(m) -> None:
    """One continuum behind all bonds; answers pile up at opposite ends."""
    for name in ("affective_commitment", "calculative_commitment", "normative_commitment"):
        m.loads[name] = {"G": 0.95}
    m.means.update(affective_commitment=5.8, calculative_commitment=4.4, normative_commitment=2.3)


def profiles_unequal(m) -> None:
    """One continuum behind all bonds; the questions of one measure it better."""
    for name in ("affective_commitment", "calculative_commitment", "normative_commitment"):
        m.loads[name] = {"G": 0.95}
    m.means.update(affective_commitment_loading=0.85, normative_commitment_loading=0.55)


def in_clusters(scale: str, share: float, *, stores: int = 20, icc: float = 0.10):
    """The sample came from stores that differ; the share holds over all stores."""

    def setting(m) -> None:
        m.share_above(scale, share)

        def apply(latent) -> None:
            rng = np.random.default_rng(abs(hash(float(latent[scale][0]))) % 2**32)
            store = rng.integers(stores, size=len(latent[scale]))
            moved = rng.standard_normal(stores) * np.sqrt(icc / (1 - icc))
            latent[scale] = (latent[scale] + moved[store]) * np.sqrt(1 - icc)
            latent["(cluster)"] = store.astype(float)

        m.after.append(apply)

    return setting


def with_weights(scale: str, share: float):
    """Those below the middle answered twice as often; weights put it right."""

    def setting(m) -> None:
        m.share_above(scale, share)

        def apply(latent) -> None:
            rng = np.random.default_rng(abs(hash(float(latent[scale][0]))) % 2**32)
            n = len(latent[scale])
            rate = np.where(latent[scale] < 0, 1.0, 0.5)
            kept = rng.choice(n, size=n, p=rate / rate.sum())
            for name in latent:
                latent[name] = latent[name][kept]
            latent["(weight)"] = 1 / rate[kept]

        m.after.append(apply)

    return setting


def age_curve(m, r2: float, *, background: float = 0.0) -> None:
    """The young and the old are loyal; no straight line in age."""
    if background:
        m.loads["income"] = {}
        m.aims.setdefault(LOYAL, {})["B"] = float(np.sqrt(background))

    def apply(latent) -> None:
        from scipy.special import ndtr

        curve = (ndtr(latent["age"]) - 0.5) ** 2
        curve = (curve - curve.mean()) / curve.std()
        _move(m, latent, curve, r2)

    m.after.append(apply)


def age_by_gender(m, r2: float) -> None:
    """Loyalty rises with age in one gender and falls in the other."""

    def apply(latent) -> None:
        crossing = latent["age"] * np.sign(latent["gender"])
        _move(m, latent, crossing / crossing.std(), r2)

    m.after.append(apply)


def by_place(m, r2: float) -> None:
    """Loyalty differs by place."""

    def apply(latent) -> None:
        _move(m, latent, latent["region"], r2)

    m.after.append(apply)


def _move(m, latent, by: np.ndarray, r2: float) -> None:
    """Let a standardised variable explain a share of the answers on loyalty."""
    c = np.sqrt(r2) / m.score(LOYAL).latent
    latent[LOYAL] = np.sqrt(max(1 - c**2, 0.0)) * latent[LOYAL] + c * by


def own_education_alone(m) -> None:
    """One's own education counts; parents and reading do not."""
    m.loads["income"] = {}
    m.relates("own_education", LOYAL, 0.30)


def straight_to_the_top(m) -> None:
    """Approval gains as much as disapproval costs; most answers on loyalty are at the top."""
    settings.breach(m, 0.0, gain=0.25)
    m.means[LOYAL] = 6.2


def sums_at_the_bottom(x: str, others: tuple[str, ...], y: str, r: float = 0.25):
    """Each adds to y by itself; answers on y pile up at the bottom."""

    def setting(m) -> None:
        for name in (x, *others):
            m.relates(name, y, r)
        m.means[y] = 2.4

    return setting


def niches_at_the_top(m) -> None:
    """Bonds are stronger in the niches, and answers there pile up at the top."""

    def apply(latent) -> None:
        inside = np.isin(m.answer("category", latent), (6, 7, 12))
        for kind in settings.KINDS:
            latent[kind] = latent[kind] + 1.2 * inside

    m.after.append(apply)


def seldom_loyal(m) -> None:
    """Few are loyal at all; liking of the company is behind loyalty and what it is seen to do."""
    liking("perceived_relationship_investment", LOYAL)(m)
    m.means[LOYAL] = 2.6


def heavy_buyers(m) -> None:
    """Who buys much of the category spends more here too, and grows fond of the company."""
    m.loads["spend"] = {"Q": 0.85}
    m.loads["category_spend"] = {"Q": 0.95}
    m.loads[AFFECTIVE] = {"Q": 0.8}
    m.loads["age"] = {}


def dislike_counts(m) -> None:
    """Who dislikes the company counts more messages and wants fewer."""
    m.loads["contact_received"] = {"K": -0.5}
    m.loads["contact_wanted"] = {"K": 0.5}
    m.aims[LOYAL] = {"K": 0.5}


def one_thing(m) -> None:
    """Trust and both parties' will are one and the same."""
    m.aims[LOYAL] = {}
    for name in ("trust", "relationship_commitment", "firm_commitment"):
        m.loads[name] = {"Q": 0.97}
    m.aims[LOYAL]["Q"] = 0.55
