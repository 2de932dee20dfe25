"""Settings of single claims: ceilings, bends, interactions, vignettes, shares, records.

Each changes a model of customers that it is given; `m.relates` and `m.adds` set effects between
what is measured, before unreliability and method.
"""

import numpy as np

FUNCTIONS = (
    "fan_identity",
    "fan_socialisation",
    "fan_self_therapy",
    "fan_quasi_religion",
    "fan_authenticity",
)
KINDS = ("affective_commitment", "calculative_commitment", "normative_commitment")
LOYAL, AFFECTIVE, CALCULATIVE = "loyalty", "affective_commitment", "calculative_commitment"
INVESTMENT = "perceived_relationship_investment"
SATISFIED = "satisfaction"


def share(m, scale: str, value: float, side: str) -> None:
    """A share above or below the midpoint; those on it belong to neither."""
    (m.share_above if side == "above" else m.share_below)(scale, value)


def functions_true(m) -> None:
    r2_of(m, tier=0.01)
    joint_r2(m, FUNCTIONS, 0.15)


def functions_false(m) -> None:
    r2_of(m, tier=0.04)
    if not m.together:
        joint_r2(m, FUNCTIONS, 0.04)


def joint_r2(m, names, r2: float, y: str = LOYAL) -> None:
    """Equal correlations with y by which some constructs explain a share of it."""
    r = np.sqrt(r2 / np.linalg.inv(m.correlations(names)).sum())
    for name in names:
        m.relates(name, y, float(r))


def r2_of(m, **shares: float) -> None:
    """Let constructs explain shares of loyalty, each by itself."""
    for name, r2 in shares.items():
        m.relates(name, LOYAL, float(np.sqrt(r2)))


def not_enough(m, *, bond: float, member: float) -> None:
    """Loyalty by the affective bond, and by membership of the company's programme."""
    if not m.together:
        m.aims[LOYAL] = {}
    for name, r in ((AFFECTIVE, bond), ("own_membership", member)):
        if r or not m.guarded:
            m.relates(name, LOYAL, r)


def ladder_true(m) -> None:
    m.means["devotion_loading"] = 0.72  # H of about .55
    m.relates("devotion", LOYAL, 0.30)


def ladder_smallest(m) -> None:
    m.means["devotion_loading"] = 0.55  # H of about .40
    m.relates("devotion", LOYAL, 0.10)


def ladder_false(m) -> None:
    m.means["devotion_loading"] = 0.465


def only_with(m, condition: str, r: float) -> None:
    """Nobody below the middle of a condition is loyal, and the two are correlated."""
    if r > 0.2:
        m.relates(condition, LOYAL, r)
        ceiling(m, condition)
    else:
        m.relates(condition, LOYAL, r)


def ceiling(m, condition: str, start: float = 0.30, slope: float = 1.0) -> None:
    """Nobody is more loyal than the condition allows."""

    def apply(latent) -> None:
        latent[LOYAL] = np.minimum(latent[LOYAL], start + slope * latent[condition])

    m.after.append(apply)


def offer(m, change: float) -> None:
    """Under a better offer the calculative bond holds less; the affective one as before."""
    y = "better_offer"
    m.goes_with(AFFECTIVE, y, 0.30)
    m.goes_with(CALCULATIVE, y, 0.30)
    c = change / (m.score(CALCULATIVE).latent * m.score(y).latent)

    def apply(latent) -> None:
        better = np.sign(latent["offer_arm"]) / 2
        moved = latent[y] + c * better * latent[CALCULATIVE] - 0.4 * better
        latent[y] = moved / np.sqrt(1 + c**2 / 4 + 0.04)

    m.after.append(apply)


def affective_first_true(m) -> None:
    affective_first(m, 0.40, mean=4.2)
    ceiling(m, AFFECTIVE)


def affective_first(m, effect: float, mean: float | None = None) -> None:
    """The affective bond adds; with a low mean few are loyal at all, with the bond or without."""
    held = (SATISFIED,) if m.together else (SATISFIED, "quality")
    m.controls(LOYAL, held, (AFFECTIVE, CALCULATIVE))
    if effect:
        m.adds(AFFECTIVE, LOYAL, effect, (*held, CALCULATIVE))
    if mean is not None:
        m.means[LOYAL] = mean


def moral_true(m) -> None:
    given = ("reason_affective", "reason_calculative")
    m.share_above("reason_moral", 0.35)
    m.share_above("reason_affective", 0.50)
    m.controls(LOYAL, given, ("reason_moral",))


def moral_false(m) -> None:
    given = ("reason_affective", "reason_calculative")
    m.share_above("reason_moral", 0.50)
    m.share_above("reason_affective", 0.50)
    m.controls(LOYAL, given, ("reason_moral",))
    m.adds("reason_moral", LOYAL, 0.25, given)


def breach(m, bend: float, *, gain: float = 0.15) -> None:
    """Loyalty on approval: a straight line, or one that is steeper where approval is wanting."""
    x = "moral_disapproval"
    score = m.score(x)
    points = 1.45  # latent standard deviation in points of the scale
    centre = (4.0 - 4.4) / points

    def apply(latent) -> None:
        good = latent[x] - centre
        stretch = 1 / (score.latent * m.score(LOYAL).latent)
        line = gain * points * stretch * good
        below = bend * points * stretch * 1.15 * np.minimum(good, 0.0)
        moved = latent[LOYAL] + line + below
        latent[LOYAL] = moved / np.sqrt(1 + (gain * points) ** 2 + (0.5 * bend * points) ** 2)

    m.after.append(apply)


def profiles_true(m) -> None:
    """Bonds of kinds of their own, hardly correlated."""
    for name in KINDS:
        m.loads[name] = {"G": 0.3}


def profiles_smallest(m) -> None:
    """A profile measured with a reliability of about .50."""
    if m.together:
        return
    for name in KINDS:
        m.loads[name] = {"G": 0.90}


def profiles_false(m) -> None:
    """One continuum behind all bonds."""
    if m.together:
        return
    for name in KINDS:
        m.loads[name] = {"G": 0.95}


def niches(m, log_ratio: float) -> None:
    """Profiles of bonds spread less in some categories: fashion, cosmetics, charities."""
    kept = np.mean([m.score(k).latent ** 2 for k in KINDS])  # of the spread that is seen
    factor = np.sqrt(1 - (1 - np.exp(1.13 * log_ratio)) / kept)

    def apply(latent) -> None:
        inside = np.isin(m.answer("category", latent), (6, 7, 12))
        for kind in KINDS:
            latent[kind] = np.where(inside, factor, 1.0) * latent[kind]

    m.after.append(apply)


def slopes_differ(m) -> None:
    """Being listened to binds some and leaves others as they are."""

    def apply(latent) -> None:
        own = 0.3 * latent["visibility"]  # a variable that has nothing to do with the bond
        moved = latent[AFFECTIVE] + own * latent["listening"]
        latent[AFFECTIVE] = moved / np.sqrt(1.09)

    m.after.append(apply)


def demographics(m, r2: float) -> None:
    """Loyalty by age and income."""
    joint_r2(m, ("age", "income"), r2)


def background(m, share_background: float, share_demographics: float) -> None:
    """Loyalty by the sociological background; and by age."""
    m.loads["income"] = {}
    kept = 0.78  # of the R² of the background itself, by what is asked of it
    m.aims.setdefault(LOYAL, {})["B"] = float(
        np.sqrt(share_background / kept) / m.score(LOYAL).latent
    )
    if share_demographics:
        m.goes_with("age", LOYAL, float(np.sqrt(share_demographics)))


def voice(m, silent: float, excess: float) -> None:
    """Who says something; those at the bottom of satisfaction more often."""
    m.means[SATISFIED] = 4.2
    m.plain["silent"] = silent
    if not excess:
        return

    def apply(latent) -> None:
        low = latent[SATISFIED] < -1.1
        latent["voice"] = latent["voice"] + np.where(low, 3.2 * excess, -0.46 * excess)

    m.after.append(apply)


def surplus(m, slope: float) -> None:
    """Loyalty falls with what is received beyond what is wanted, not up to it."""
    received, wanted = "contact_received", "contact_wanted"

    def apply(latent) -> None:
        over = np.maximum(0.41 + latent[received] - latent[wanted], 0.0)
        moved = latent[LOYAL] + slope * (over - 0.8) / m.score(LOYAL).latent
        latent[LOYAL] = moved / np.sqrt(1 + (0.75 * slope) ** 2)

    m.after.append(apply)


def both_want(m, product: float) -> None:
    if product or not m.guarded:
        m.relates(INVESTMENT, LOYAL, 0.30)
    if product:
        m.product(INVESTMENT, ("relationship_wish",), LOYAL, product)


def contact(m, cost: float, gain: float) -> None:
    """Reaction to unwanted contact and to a discount, arms drawn at random."""
    a = m.score("contact_reaction").latent

    def apply(latent) -> None:
        arm = m.answer("contact_arm", latent)
        moved = np.isin(arm, (3, 4)) * gain - np.isin(arm, (2, 4)) * cost
        latent["contact_reaction"] = latent["contact_reaction"] + moved / a * 1.04

    m.after.append(apply)


def ask(m, difference: float) -> None:
    """Being asked raises the share who would take part."""
    from scipy.stats import norm

    p = 0.35
    shift = float(norm.isf(p) - norm.isf(p + difference))

    def apply(latent) -> None:
        latent["would_take_part"] = latent["would_take_part"] + shift * (latent["ask_arm"] > 0)

    m.after.append(apply)


# path from the bond to log spending at which the engaged spend the ratio
SPENDING = {2.5: 0.754, 2.0: 0.57, 1.5: 0.33}


def spending(m, ratio: float) -> None:
    """Spending that rises with the affective bond by so much that the engaged spend the ratio."""
    m.aims.setdefault("spend", {})[AFFECTIVE] = SPENDING[ratio]


def staying(m, ratio: float) -> None:
    m.plain["bond_on_leaving"] = float(-np.log(ratio) / m.score(AFFECTIVE).latent)


def members(m, mean: float, used: float) -> None:
    m.country = "US"
    m.plain.update(memberships_mean=mean, used=used)


def hardly(m, value: float) -> None:
    """A share below the midpoint on each of two wordings, among all who answer."""
    from scipy.stats import norm

    careful = (value - m.careless * 3 / 7) / (1 - m.careless)
    m.means["programme_rouses_loyalty"] = 3.5 - 1.45 * float(norm.ppf(careful))


def blocks_true(m) -> None:
    """Trust and both parties' will cause loyalty; nothing else does."""
    m.aims[LOYAL] = {}
    for name, r in (("trust", 0.42), ("relationship_commitment", 0.36), ("firm_commitment", 0.36)):
        m.relates(name, LOYAL, r)


def blocks_add(m, r2: float) -> None:
    """Trust adds so much R² to both parties' will and quality, and their will as much to it."""
    m.aims[LOYAL] = {}
    names = ("quality", "trust", "relationship_commitment", "firm_commitment")
    phi, slopes = m.correlations(names), np.zeros(4)
    for own in ([1], [2, 3]):
        rest = [i for i in range(4) if i not in own]
        inner = phi[np.ix_(own, rest)] @ np.linalg.solve(phi[np.ix_(rest, rest)], phi[rest][:, own])
        slopes[own] = np.sqrt(r2 / (phi[np.ix_(own, own)] - inner).sum())
    for name, r in zip(names, phi @ slopes, strict=True):
        m.relates(name, LOYAL, float(r))


def blocks_false(m) -> None:
    for name in ("trust", "relationship_commitment", "firm_commitment"):
        m.loads[name] = {} if m.together else {"H": 0.5}


def logics(m, r2: float) -> None:
    """The affective bond drives loyalty more in one kind of relationship than in the other."""
    if r2 or not m.guarded:
        m.goes_with(AFFECTIVE, LOYAL, 0.25)
    if not r2:
        return
    c = np.sqrt(r2) / (m.score(AFFECTIVE).latent * m.score(LOYAL).latent)
    c = float(c / np.sqrt(1 - c**2))

    def apply(latent) -> None:
        kind = np.sign(latent["relationship_type"])
        latent[LOYAL] = (latent[LOYAL] + c * kind * latent[AFFECTIVE]) / np.sqrt(1 + c**2)

    m.after.append(apply)


def identity(m, identification: float, tier: float) -> None:
    m.relates("tier", LOYAL, tier)
    if identification > tier or not m.guarded:
        m.relates("identification", LOYAL, identification)


def reward(m, difference: float) -> None:
    """A warmer reaction to rewards for deeds, in standard deviations of the answers."""
    a = m.score("reward_reaction").latent

    def apply(latent) -> None:
        shift = 1.09 * difference / a * np.sign(latent["reward_arm"]) / 2
        latent["reward_reaction"] = latent["reward_reaction"] + shift

    m.after.append(apply)
