"""Settings of single claims: ceilings, bends, interactions, vignettes, shares, records."""

from __future__ import annotations

import numpy as np

from loyaltystudy.simulation._instrument import codebook, mean_for_share
from loyaltystudy.simulation._model import Latent, Model

ELSE_DONE = ("after_purchase", "community", "message_relevance")
FUNCTIONS = (
    "fan_identity",
    "fan_socialisation",
    "fan_self_therapy",
    "fan_quasi_religion",
    "fan_authenticity",
)
BONDS = (
    "affective_commitment",
    "calculative_commitment",
    "normative_commitment",
    "identification",
    "monetary_value",
    "value_congruence",
)
LOYAL, AFFECTIVE, CALCULATIVE = "loyalty", "affective_commitment", "calculative_commitment"
INVESTMENT = "perceived_relationship_investment"
SATISFIED = "satisfaction"


def share(m: Model, scale: str, value: float, told: str) -> None:
    """A share above or below the midpoint; those on it belong to neither."""
    if told == "above":
        m.share_above(scale, value)
        return
    item = codebook().items[codebook().scales[scale].items[0]]
    m.means[scale] = item.low + item.high - mean_for_share(scale, value)  # its mirror image


def functions_true(m: Model) -> None:
    r2_of(m, tier=0.01)
    together_r2(m, FUNCTIONS, 0.06)


def functions_false(m: Model) -> None:
    r2_of(m, tier=0.04)
    if not m.together:
        together_r2(m, FUNCTIONS, 0.04)


def together_r2(m: Model, names, r2: float, y: str = LOYAL) -> None:
    """Equal correlations with y by which some constructs explain a share of it together."""
    model, scores = m.compile(), [m.score(name) for name in names]
    shown = np.array(
        [
            [
                1.0 if a == b else sa.observed_correlation(sb, model.correlation(a, b))
                for b, sb in zip(names, scores, strict=True)
            ]
            for a, sa in zip(names, scores, strict=True)
        ]
    )
    r = np.sqrt(r2 / np.linalg.inv(shown).sum())
    for name in names:
        m.goes_with(name, y, float(r))


def not_enough(m: Model, **shares: float) -> None:
    """Loyalty by membership or by the affective bond, and by neither satisfaction nor the other."""
    if not m.together:
        m.aims[LOYAL] = {}
    r2_of(m, **shares)


def r2_of(m: Model, **shares: float) -> None:
    """Let constructs explain shares of loyalty, each by itself."""
    for name, r2 in shares.items():
        m.goes_with(name, LOYAL, float(np.sqrt(r2)))


def ladder_true(m: Model) -> None:
    m.goes_with("devotion", LOYAL, 0.20)


def ladder_false(m: Model) -> None:
    m.means["devotion_loading"] = 0.465


def ceiling(m: Model, condition: str, start: float = 0.7, slope: float = 1.0) -> None:
    """Nobody is more loyal than the condition allows."""

    def apply(latent: Latent) -> None:
        latent[LOYAL] = np.minimum(latent[LOYAL], start + slope * latent[condition])

    m.after.append(apply)


def offer(m: Model, change: float) -> None:
    """Under a better offer the calculative bond holds less; the affective one as before."""
    y = "better_offer"
    m.goes_with(AFFECTIVE, y, 0.30)
    m.goes_with(CALCULATIVE, y, 0.30)
    c = change / (m.score(CALCULATIVE).latent * m.score(y).latent)

    def apply(latent: Latent) -> None:
        better = np.sign(latent["offer_arm"]) / 2
        moved = latent[y] + c * better * latent[CALCULATIVE] - 0.4 * better
        latent[y] = moved / np.sqrt(1 + c**2 / 4 + 0.04)

    m.after.append(apply)


def affective_first_true(m: Model) -> None:
    m.controls(LOYAL, (SATISFIED,), (AFFECTIVE, CALCULATIVE))
    m.adds(AFFECTIVE, LOYAL, 0.20, (SATISFIED,))
    ceiling(m, AFFECTIVE)


def affective_first_false(m: Model) -> None:
    m.controls(LOYAL, (SATISFIED,), (AFFECTIVE, CALCULATIVE))


def moral_true(m: Model) -> None:
    given = (AFFECTIVE, CALCULATIVE)
    m.means["normative_commitment"] = m.means.get(AFFECTIVE, 4.4) - 0.3
    m.controls(LOYAL, given, ("normative_commitment",))


def moral_false(m: Model) -> None:
    given = (AFFECTIVE, CALCULATIVE)
    m.means["normative_commitment"] = m.means.get(AFFECTIVE, 4.4)
    m.controls(LOYAL, given, ("normative_commitment",))
    m.adds("normative_commitment", LOYAL, 0.21, given)


def breach(m: Model, bend: float, *, gain: float = 0.15) -> None:
    """Loyalty on approval: a straight line, or one that is steeper where approval is wanting."""
    x = "moral_disapproval"
    score = m.score(x)
    points = 1.45  # latent standard deviation in points of the scale
    centre = (4.0 - 4.4) / points

    def apply(latent: Latent) -> None:
        good = latent[x] - centre
        stretch = 1 / (score.latent * m.score(LOYAL).latent)
        line = gain * points * stretch * good
        below = bend * points * stretch * 1.15 * np.minimum(good, 0.0)
        moved = latent[LOYAL] + line + below
        latent[LOYAL] = moved / np.sqrt(1 + (gain * points) ** 2 + (0.5 * bend * points) ** 2)

    m.after.append(apply)


CLASSES = np.array(
    [
        [1.1, -0.9, 0.2, 1.0, -0.8, 0.1],
        [-0.9, 1.1, -0.6, -0.7, 1.0, -0.5],
        [-0.2, -0.2, 0.4, -0.3, -0.2, 0.4],
    ]
)


def classes_true(m: Model) -> None:
    """Three classes: the attached, the calculating, and those of neither bond."""

    def apply(latent: Latent) -> None:
        u = latent["brands_bought"]  # a variable that has nothing to do with the bonds
        member = np.searchsorted([-0.43, 0.43], u)
        centred = CLASSES - CLASSES.mean(axis=0)
        for column, name in enumerate(BONDS):
            sd = np.sqrt(0.3 + (centred[:, column] ** 2).mean())
            latent[name] = (centred[member, column] + np.sqrt(0.3) * latent[name]) / sd

    m.after.append(apply)


def classes_false(m: Model) -> None:
    if m.together:
        return
    for name in BONDS:
        m.loads[name] = {"G": 0.6}
    m.means.update(
        {AFFECTIVE: 5.3, "normative_commitment": 2.8, "identification": 3.0, "monetary_value": 5.4}
    )


def niches(m: Model, log_ratio: float) -> None:
    """Bonds spread less in some categories: fashion, cosmetics, charities."""
    kinds = (AFFECTIVE, CALCULATIVE, "normative_commitment")
    kept = np.mean([m.score(k).latent ** 2 for k in kinds])  # of the spread that is seen
    factor = np.sqrt(1 - (1 - np.exp(1.13 * log_ratio)) / kept)

    def apply(latent: Latent) -> None:
        from loyaltystudy.simulation._variables import SIMPLE

        inside = np.isin(SIMPLE["category"](latent["category"]), (6, 7, 12))
        for kind in kinds:
            latent[kind] = np.where(inside, factor, 1.0) * latent[kind]

    m.after.append(apply)


def demographics(m: Model, r2: float) -> None:
    """Loyalty by age and income."""
    together_r2(m, ("age", "income"), r2)


def background(m: Model, share_background: float, share_demographics: float) -> None:
    """Loyalty by the sociological background; and by age."""
    m.loads["income"] = {}
    kept = 0.78  # of the R² of the background itself, by what is asked of it
    m.aims.setdefault(LOYAL, {})["B"] = float(
        np.sqrt(share_background / kept) / m.score(LOYAL).latent
    )
    if share_demographics:
        r2_of(m, age=share_demographics)


def voice(m: Model, silent: float, excess: float) -> None:
    """Who says something; those at the bottom of satisfaction more often."""
    m.means[SATISFIED] = 4.2
    m.plain["silent"] = silent
    if not excess:
        return

    def apply(latent: Latent) -> None:
        low = latent[SATISFIED] < -1.1
        latent["voice"] = latent["voice"] + np.where(low, 3.2 * excess, -0.46 * excess)

    m.after.append(apply)


def surplus(m: Model, change: float) -> None:
    """Loyalty falls with every point of contact beyond what is wanted."""
    received, wanted = "contact_received", "contact_wanted"

    def apply(latent: Latent) -> None:
        r = 3.8 + 1.45 * latent[received]
        w = 3.2 + 1.45 * latent[wanted]
        over = np.maximum(r - w, 0.0)
        moved = latent[LOYAL] + 0.92 * change * (over - 1.1)
        latent[LOYAL] = moved / np.sqrt(1 + (1.2 * 0.92 * change) ** 2)

    m.after.append(apply)


def both_want(m: Model, product: float) -> None:
    if product or not m.guarded:
        m.goes_with(INVESTMENT, LOYAL, 0.20)
    if product:
        m.product(INVESTMENT, ("relationship_wish",), LOYAL, product)


def contact(m: Model, cost: float, gain: float) -> None:
    """Reaction to unwanted contact and to a discount, arms drawn at random."""
    a = m.score("contact_reaction").latent

    def apply(latent: Latent) -> None:
        from loyaltystudy.simulation._variables import SIMPLE

        arm = SIMPLE["contact_arm"](latent["contact_arm"])
        moved = np.isin(arm, (3, 4)) * gain - np.isin(arm, (2, 4)) * cost
        latent["contact_reaction"] = latent["contact_reaction"] + moved / a * 1.04

    m.after.append(apply)


def ask(m: Model, difference: float) -> None:
    """Being asked raises the share who would take part."""
    from scipy.stats import norm

    p = 0.35
    shift = float(norm.isf(p) - norm.isf(p + difference))

    def apply(latent: Latent) -> None:
        latent["would_take_part"] = latent["would_take_part"] + shift * (latent["ask_arm"] > 0)

    m.after.append(apply)


def spending(m: Model, ratio: float) -> None:
    """Spending that rises with the affective bond by so much that the engaged spend the ratio."""
    m.aims.setdefault("spend", {})[AFFECTIVE] = {2.5: 0.754, 2.0: 0.57}[ratio]


def staying(m: Model, ratio: float) -> None:
    m.plain["bond_on_leaving"] = float(-np.log(ratio) / m.score(AFFECTIVE).latent)


def members(m: Model, mean: float, used: float) -> None:
    m.country = "US"
    m.plain.update(memberships_mean=mean, used=used)


def hardly(m: Model, value: float) -> None:
    """A share below the midpoint on each of two wordings, among all who answer."""
    from scipy.stats import norm

    from loyaltystudy.simulation._instrument import CARELESS

    careful = (value - CARELESS * 3 / 7) / (1 - CARELESS)
    m.means["programme_rouses_loyalty"] = 3.5 - 1.45 * float(norm.ppf(careful))


def blocks_true(m: Model) -> None:
    """Trust and both parties' will cause loyalty; nothing else does."""
    m.aims[LOYAL] = {}
    for name, r in (("trust", 0.29), ("relationship_commitment", 0.24), ("firm_commitment", 0.24)):
        m.goes_with(name, LOYAL, r)


def blocks_false(m: Model) -> None:
    for name in ("trust", "relationship_commitment", "firm_commitment"):
        m.loads[name] = {} if m.together else {"H": 0.5}


def logics(m: Model, r2: float) -> None:
    """The affective bond drives loyalty more in one kind of relationship than in the other."""
    if r2 or not m.guarded:
        m.goes_with(AFFECTIVE, LOYAL, 0.25)
    if not r2:
        return
    c = np.sqrt(r2) / (m.score(AFFECTIVE).latent * m.score(LOYAL).latent)
    c = float(c / np.sqrt(1 - c**2))

    def apply(latent: Latent) -> None:
        kind = np.sign(latent["relationship_type"])
        latent[LOYAL] = (latent[LOYAL] + c * kind * latent[AFFECTIVE]) / np.sqrt(1 + c**2)

    m.after.append(apply)


def identity(m: Model, identification: float, tier: float) -> None:
    m.goes_with("tier", LOYAL, tier)
    if identification > tier or not m.guarded:
        m.goes_with("identification", LOYAL, identification)


def reward(m: Model, difference: float) -> None:
    """A warmer reaction to rewards for deeds, in standard deviations of the answers."""
    a = m.score("reward_reaction").latent

    def apply(latent: Latent) -> None:
        shift = 1.09 * difference / a * np.sign(latent["reward_arm"]) / 2
        latent["reward_reaction"] = latent["reward_reaction"] + shift

    m.after.append(apply)
