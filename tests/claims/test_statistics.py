"""The statistics behind the claims: against R, by hand, and where the truth was constructed."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy.claims import _statistics as ev
from loyaltystudy.claims._rules import above, below
from loyaltystudy.claims._statistics.base import at_an_end
from loyaltystudy.claims._statistics.levels import hardly_any, proportion
from loyaltystudy.claims._statistics.panels import BAND, _share_in_band, never_growing, sole_buyers
from loyaltystudy.claims._statistics.survival import cox_slope, still_there
from loyaltystudy.purchases._reading import read_panel
from loyaltystudy.scales._mokken import mokken
from loyaltystudy.survey._codebook import make_codebook

REFERENCE = Path(__file__).parents[1] / "reference"
DATA = pd.read_csv(REFERENCE / "claims_data.csv")
ITEMS = pd.read_csv(REFERENCE / "shared_method_items.csv")
R = pd.read_csv(REFERENCE / "claims.csv").set_index("name")["value"]
DESIGN_R = pd.read_csv(REFERENCE / "shared_method.csv", index_col="what")["value"]


def study(answers: pd.DataFrame, **more):
    wide = {"range": [-100, 1e7], "whole": False}
    ranges = {
        c: {"range": [1, 7], "whole": False}
        for c in answers
        if answers[c].max() <= 7 and answers[c].min() >= 1
    }
    raw = {
        "study": "s",
        "title": "S",
        "population": "customers",
        "variables": {
            c: {"kind": "numeric", "construct": c, "answers": ranges.get(c, wide)} for c in answers
        },
        **more,
    }
    return ls.read_study(answers, make_codebook(raw))


@pytest.fixture(scope="module")
def s():
    return study(DATA)


def designed(**columns):
    """The reference sample with weights, clusters and strata, items under constructs' names."""
    answers = ITEMS[[*columns.values(), "weight", "store", "stratum"]].rename(
        columns={v: k for k, v in columns.items()}
    )
    design = {"weight": "weight", "cluster": "store", "strata": "stratum"}
    number = {"kind": "numeric", "answers": {"range": [1, 7], "whole": False}}
    plain = {"kind": "numeric", "answers": {"range": [0, 1e6], "whole": False}}
    raw = {
        "study": "d",
        "title": "D",
        "population": "customers",
        "design": design,
        "variables": {c: number | {"construct": c} for c in columns}
        | dict.fromkeys(design.values(), plain),
    }
    return ls.read_study(answers, make_codebook(raw))


# Associations


def corrected(names, reliability=0.70):
    r = DATA[names].corr().to_numpy().copy()
    np.fill_diagonal(r, reliability)
    return r / reliability


def test_a_slope_of_single_questions_is_corrected_for_their_assumed_reliability(s):
    found = ev.coefficient(s, "affective_commitment", on="loyalty", given=("satisfaction",))
    phi = corrected(["affective_commitment", "satisfaction", "loyalty"])
    np.fill_diagonal(phi, 1)
    slope = np.linalg.solve(phi[:2, :2], phi[:2, 2])[0]
    assert found.estimate == pytest.approx(slope, abs=1e-10)
    assert found.c_least == 0 and found.c_used == 0.18 and found.n == 240
    assert found.low <= found.least[0] < found.estimate < found.least[1] <= found.high


def test_a_gap_of_slopes_and_added_r2_by_hand(s):
    names = ["affective_commitment", "satisfaction", "loyalty"]
    phi = corrected(names)
    np.fill_diagonal(phi, 1)
    b = np.linalg.solve(phi[:2, :2], phi[:2, 2])
    gap = ev.coefficient_gap(s, "affective_commitment", "satisfaction", on="loyalty")
    assert gap.estimate == pytest.approx(b[0] - b[1], abs=1e-10)
    added = ev.added_r2(s, ["affective_commitment"], on="loyalty", given=["satisfaction"])
    assert added.estimate == pytest.approx(b @ phi[:2, 2] - phi[1, 2] ** 2, abs=0.02)  # less bias
    more = ev.r2_gap(s, ["affective_commitment"], ["satisfaction"], on="loyalty")
    assert more.estimate == pytest.approx(phi[0, 2] ** 2 - phi[1, 2] ** 2, abs=1e-10)


def test_facts_are_taken_as_reported_and_share_no_method():
    rng = np.random.default_rng(3)
    tenure = rng.normal(10, 3, 400)
    answers = pd.DataFrame({"tenure": tenure, "margin": 5 * tenure + rng.normal(0, 20, 400)})
    found = ev.coefficient(study(answers), "tenure", on="margin")
    assert found.estimate == pytest.approx(answers.corr().iloc[0, 1], abs=1e-12)
    assert found.c_used == 0 and (found.low, found.high) == found.least


def test_ranks_know_nothing_of_the_units_of_an_ordinal_answer(s):
    plain = ev.coefficient(s, "affective_commitment", on="recommend", by_ranks=True)
    bent = study(DATA.assign(recommend=DATA["recommend"] ** 3 / 1e6))
    assert plain.estimate * 0.70 == pytest.approx(R["rank_coefficient"], abs=1e-7)
    again = ev.coefficient(bent, "affective_commitment", on="recommend", by_ranks=True)
    assert again.estimate == pytest.approx(plain.estimate, abs=1e-12)


def test_a_claim_set_against_the_outcome_meets_method_with_the_other_sign(s):
    for_it = ev.coefficient(s, "affective_commitment", on="loyalty")
    against = ev.coefficient(s, "affective_commitment", on="loyalty", direction=-1)
    assert against.estimate == pytest.approx(for_it.estimate)  # no method at the least share
    assert against.high > for_it.high and against.low == pytest.approx(for_it.least[0])


def test_a_left_out_cause_like_a_control(s):
    found = ev.left_out(
        s, "affective_commitment", on="loyalty", given=("satisfaction",), rival="satisfaction"
    )
    assert found.estimate < R["coefficient"] and "robustness value" in found.note


# Slopes


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("bend", lambda s: ev.bend(s, "moral_disapproval", on="loyalty", rising=True)),
        (
            "slope_gap_under",
            lambda s: ev.slope_gap_under(
                s, "offer_arm", "calculative_commitment", "affective_commitment", on="better_offer"
            ),
        ),
    ],
)
def test_agrees_with_r(s, name, found):
    evidence = found(s)
    scale = np.sqrt(240 / 239) if name == "bend" else 1.0  # R standardises with n - 1
    assert evidence.estimate == pytest.approx(R[name] * scale, abs=1e-6)
    assert evidence.low < evidence.estimate < evidence.high and evidence.n == 240


def test_with_weights_a_product_a_bend_and_a_surface_agree_with_r():
    d = designed(trust="x1", loyalty="y1", message_relevance="z1")
    product = ev.interaction(d, "trust", ["message_relevance"], on="loyalty")
    # the product is of standardised columns, as in svyglm(b ~ a * c)
    assert product.estimate == pytest.approx(DESIGN_R["product"], abs=1e-8)
    bend = ev.bend(d, "trust", on="loyalty", rising=True)
    assert bend.estimate == pytest.approx(DESIGN_R["bend"], abs=1e-8)
    both = designed(contact_received="x1", contact_wanted="z1", loyalty="y1")
    surface = ev.surplus_slope(both, "contact_received", "contact_wanted", on="loyalty")
    assert surface.estimate == pytest.approx(DESIGN_R["surplus slope"], abs=1e-8)


# Levels


def test_a_gap_between_groups_has_the_error_of_svyglm():
    d = designed(loyalty="y1", trust="x1")
    found = ev.group_gap(d, "loyalty", "trust", chosen=lambda x, low, high: x > 4, scaled=True)
    assert found.estimate == pytest.approx(DESIGN_R["gap"], abs=1e-10)
    half = (found.high - found.low) / 2
    assert half == pytest.approx(2.0281 * DESIGN_R["se gap"], rel=0.01)  # t, 36 degrees of freedom
    assert found.smallest == min((ITEMS["x1"] > 4).sum(), (ITEMS["x1"] <= 4).sum())


def test_shares_and_means_know_the_design():
    d = designed(loyalty="x1")
    share = ev.share(d, "loyalty")
    assert share.estimate == pytest.approx(DESIGN_R["share"], abs=1e-12)
    mean = ev.mean_of(d, "loyalty")
    assert mean.estimate == pytest.approx(DESIGN_R["mean x1"], abs=1e-12)
    assert (mean.high - mean.low) / 2 == pytest.approx(2.0281 * DESIGN_R["se x1"], rel=1e-4)


def test_shares_of_rows_drawn_one_by_one_are_wilsons(s):
    found = ev.share(s, "loyalty")
    assert found.estimate == pytest.approx(R["share"], abs=1e-12)
    assert (found.low, found.high) == pytest.approx((R["share_low"], R["share_high"]), abs=1e-3)


def test_paired_means_agree_with_r(s):
    found = ev.mean_difference(s, "affective_commitment", "satisfaction")
    assert found.estimate == pytest.approx(R["mean_difference"], abs=1e-10)
    assert (found.low, found.high) == pytest.approx((R["mean_low"], R["mean_high"]), abs=1e-10)


def test_paired_shares_by_hand(s):
    found = ev.share_gap(s, "affective_commitment", "satisfaction")
    high = DATA[["affective_commitment", "satisfaction"]] > 4
    assert found.estimate == pytest.approx(high.iloc[:, 0].mean() - high.iloc[:, 1].mean())


def test_the_loyal_among_those_without_a_condition_by_hand(s):
    found = ev.share_without(s, "affective_commitment", on="loyalty", loyal=1 / 3)
    few = DATA[DATA["affective_commitment"] < 4]
    assert found.n == len(few) and found.estimate == pytest.approx((few["loyalty"] > 3).mean())
    two = ev.share_without(s, "affective_commitment", on="loyalty", loyal=2 / 3)
    assert (few["loyalty"] > 5).sum() == 2 and two.estimate == pytest.approx(10 / len(few))
    assert "0.50:" in found.note and "0.80:" in found.note


def test_of_hardly_any_nobody_can_be_made_out():
    """None to nine of 100 give one figure, that of the ten heaviest; ten give their own."""
    table = pd.DataFrame({"(weight)": np.repeat([1.0, 1.4], 50)})
    weight = table["(weight)"].sum()
    found = {k: hardly_any(pd.Series(np.arange(100) < k), table) for k in (0, 1, 4, 9, 10)}
    assert found[1].estimate == pytest.approx(10 * 1.4 / weight)
    assert len({(found[k].estimate, found[k].high, found[k].smallest) for k in (0, 1, 4, 9)}) == 1
    assert found[1].smallest == 10 and found[4].note == "fewer than 10, at most that of ten"
    assert found[4].low == 0 and below(0.10).judge(found[4]) == "inconclusive"
    heavy = pd.DataFrame({"(weight)": np.r_[np.full(10, 9.0), np.ones(28)]})
    none = hardly_any(pd.Series(np.zeros(38, bool)), heavy)  # ten of them have most of the weight
    assert none.estimate > 0.7 and below(0.10).judge(none) == "inconclusive"
    assert found[10].estimate == pytest.approx(10 / weight)
    assert all(found[1].high >= found[k].high for k in found)
    few = hardly_any(pd.Series(np.arange(19) < 4), table[:19])
    assert few.too_few  # ten of nineteen would leave nine


def test_a_ratio_of_means_agrees_with_r_and_is_adjusted_for_spending_elsewhere(s):
    words = {"base": "satisfaction", "beside": "category_spend"}
    raw = ev.mean_ratio(s, "spend", "affective_commitment", **words)
    assert raw.estimate == pytest.approx(R["mean_ratio"], abs=1e-7)
    fair = ev.mean_ratio(s, "spend", "affective_commitment", **words, adjusted=True)
    engaged = DATA["affective_commitment"] >= 5
    kept = DATA[(engaged | (DATA["satisfaction"] > 4)) & (DATA["spend"] > 0)]
    elsewhere = np.log1p((kept["category_spend"] - kept["spend"]).clip(lower=0))
    columns = [np.ones(len(kept)), kept["affective_commitment"] >= 5, elsewhere]
    design = np.column_stack([np.asarray(c, float) for c in columns])
    slope = np.linalg.lstsq(design, np.log(kept["spend"]))[0][1]
    assert fair.estimate == pytest.approx(np.exp(slope), abs=1e-9)


def test_risk_difference_by_hand():
    answers = pd.DataFrame({"taking_part": [0, 0, 1, 1] * 25, "ask_arm": [1, 1, 1, 2] * 25})
    found = ev.group_gap(study(answers), "taking_part", "ask_arm", chosen=lambda a, *_: a == 2)
    assert found.estimate == pytest.approx(1 - 1 / 3)


def test_factorial_gap_agrees_with_r(s):
    found = ev.factorial_gap(s, "contact_reaction", "contact_arm", costs=(2, 4), gains=(3, 4))
    assert found.estimate == pytest.approx(R["factorial_gap"] * np.sqrt(240 / 239), abs=1e-6)


def test_ratio_of_sums_and_mean():
    answers = pd.DataFrame({"memberships": [10.0, 20, 30], "memberships_used": [5.0, 5, 5]})
    assert ev.ratio_of_sums(study(answers), "memberships_used", "memberships").estimate == 0.25
    assert ev.mean_of(study(answers), "memberships").estimate == 20


# Survival


def test_hazard_ratio_agrees_with_r():
    x = (ITEMS["x1"] - np.average(ITEMS["x1"], weights=ITEMS["weight"])).to_numpy()
    x = x / np.sqrt(np.average(x**2, weights=ITEMS["weight"]))
    w = ITEMS["weight"].to_numpy()
    slope, influence = cox_slope(x, ITEMS["left"].to_numpy(), ITEMS["months"].to_numpy(), w)
    assert slope == pytest.approx(DESIGN_R["log hazard"], abs=1e-6)
    sums = pd.Series(w * influence / w.sum()).groupby(ITEMS["store"]).sum()
    assert np.sqrt((sums**2).sum()) == pytest.approx(DESIGN_R["se log hazard"], rel=1e-4)
    still = still_there(ITEMS["left"], ITEMS["months"], 12, w)
    assert still == pytest.approx(DESIGN_R["still there at 12"], abs=1e-9)


def test_hazard_ratio_of_a_study(s):
    found = ev.hazard_ratio(s, "affective_commitment", event="churn", time="churn_time")
    assert np.log(found.estimate) == pytest.approx(
        np.log(R["hazard_ratio"]), abs=0.01
    )  # Efron's ties
    assert "of the upper half" in found.note and found.low < found.estimate < found.high


# Scales


def rungs(n=3000, seed=1):
    rng = np.random.default_rng(seed)
    f = rng.normal(size=(n, 1))
    return (f + rng.normal(size=(n, 5)) + [0.6, 0.3, -0.3, -0.8, -1.3] > 0).astype(float)


def ladder(x, **columns):
    names = [f"d{i}" for i in range(x.shape[1])]
    answers = pd.DataFrame(x, columns=names).assign(**columns)
    item = {"answers": {"range": [0, 1]}}
    raw = {
        "study": "l",
        "title": "L",
        "population": "customers",
        "items": dict.fromkeys(names, item),
        "scales": {"devotion": {"construct": "devotion", "items": names}},
    }
    if columns:
        raw["variables"] = {c: {"kind": "numeric", "answers": {"range": [0, 1e5]}} for c in columns}
        raw["design"] = {"cluster": "store"}
    return ls.read_study(answers, make_codebook(raw))


def test_scalability_is_mokkens_h_where_no_method_is_taken_out():
    x = rungs()
    found = ev.scalability(ladder(x), "devotion")
    theirs = mokken(pd.DataFrame(x)).iloc[0]
    assert found.estimate == pytest.approx(theirs["h"], abs=1e-10)
    assert found.least == pytest.approx((theirs["low"], theirs["high"]), abs=2e-4)
    assert found.low < found.least[0]  # at a share of .18


def test_scalability_of_stores_is_less_sure():
    x = rungs(1000)
    order = np.argsort(x.sum(axis=1), kind="stable")
    alike = ladder(x[order], store=np.arange(1000) // 50)
    loose = ev.scalability(ladder(x[order]), "devotion")
    assert ev.scalability(alike, "devotion").high > loose.high


def test_profiles_of_one_continuum_are_not_reliable():
    rng = np.random.default_rng(4)
    f = rng.normal(size=(1000, 1))
    own = rng.normal(size=(1000, 3))
    kinds = ("affective_commitment", "calculative_commitment", "normative_commitment")

    def profiles(level, kind):
        names = [f"b{i}" for i in range(9)]
        traits = np.repeat(level * f + kind * own, 3, axis=1)
        x = pd.DataFrame(traits + 0.7 * rng.normal(size=(1000, 9)), columns=names)
        item = {"answers": {"range": [-20, 20], "whole": False}}
        scales = {
            k: {"construct": k, "items": names[3 * i : 3 * i + 3]} for i, k in enumerate(kinds)
        }
        raw = {
            "study": "b",
            "title": "B",
            "population": "customers",
            "items": dict.fromkeys(names, item),
            "scales": scales,
        }
        return ev.profile_reliability(ls.read_study(x, make_codebook(raw)), kinds)

    assert profiles(1.0, 0.0).high < 0.2
    several = profiles(0.5, 0.8)
    # by hand: variance of a bond's own part over it plus error, .7² / 3
    assert several.estimate == pytest.approx(0.64 / (0.64 + 0.49 / 3), abs=0.03)
    assert "strongest bond" in several.note


# Purchases


def test_household_slopes_are_pooled_as_statsmodels_pools_them():
    from scipy.stats import norm
    from statsmodels.stats.meta_analysis import combine_effects

    rng = np.random.default_rng(5)
    errors = rng.uniform(0.05, 0.4, 80)
    slopes = rng.normal(0.2, 0.2, 80) + errors * rng.normal(size=80)
    pooled = combine_effects(slopes, errors**2, method_re="dl")
    mu, tau = pooled.summary_frame().loc["random effect", "eff"], np.sqrt(pooled.tau2)
    share = norm.cdf((BAND - mu) / tau) - norm.cdf((-BAND - mu) / tau)
    assert _share_in_band(slopes, errors) == pytest.approx(share, abs=1e-10)


def panel(purchases, **more):
    columns = {"household": "h", "brand": "b"}
    columns |= {c: c for c in ("time", "spend") if c in purchases}
    spec = {"name": "p", "title": "P", "columns": columns, **more}
    return spec, purchases


def test_sole_buyers_count_makers_and_long_histories_only():
    rows = [(1, "x")] * 5 + [(2, "x")] * 3 + [(2, "y")] * 3 + [(3, "x")] * 4
    spec, purchases = panel(pd.DataFrame(rows, columns=["h", "b"]))
    found = sole_buyers(read_panel(purchases, spec))
    assert (found.estimate, found.n) == (0.5, 2)
    merged = sole_buyers(read_panel(purchases, spec | {"makers": {"x": "m", "y": "m"}}))
    assert merged.estimate == 1 and "by maker" in merged.note


def contacted(slopes, seed=0):
    """Households whose log spend in twelve months follows their own slope on contacts."""
    rng = np.random.default_rng(seed)
    months = pd.date_range("2024-01-01", periods=13, freq="30D")
    mid = months[:-1] + pd.Timedelta(days=15)
    made = rng.integers(0, 4, size=(len(slopes), 12))
    y = 3 + np.array(slopes)[:, None] * made + 0.5 * rng.normal(size=made.shape)
    cells = [(h, t) for h in range(len(slopes)) for t in range(12)]
    rows = [(h, "x", mid[t], np.expm1(max(y[h, t], 0.01))) for h, t in cells]
    contacts = pd.DataFrame(
        [(h, mid[t]) for h, t in cells for _ in range(made[h, t])],
        columns=["household", "time"],
    )
    spec, purchases = panel(pd.DataFrame(rows, columns=["h", "b", "time", "spend"]))
    return read_panel(purchases, spec, contacts=contacts)


def test_share_that_never_grows_recovers_the_truth():
    half = contacted([0.0] * 150 + [1.0] * 150)
    none, all_grow = contacted([0.0] * 300), contacted([1.0] * 300)
    assert never_growing(none, seed=1).estimate > 0.9
    assert never_growing(all_grow, seed=1).estimate < 0.05
    assert 0.02 < never_growing(half, seed=1).estimate < 0.6


def test_a_share_without_design_takes_rows_for_drawn_one_by_one():
    found = proportion(pd.Series([1, 0, 1, 1]) == 1)
    assert found.estimate == 0.75 and (found.n, found.smallest) == (4, 1)


def test_a_share_has_the_spread_that_method_makes_taken_out():
    """Four questions of a trait, a mood at 18 % of each and noise: the mood moves one third up."""
    rng = np.random.default_rng(4)
    n, c = 200_000, 0.18
    trait, mood = rng.standard_normal((2, n))
    noise = rng.standard_normal((4, n))
    calm, moody = np.sqrt(0.5) * trait, np.sqrt(0.5) * trait + np.sqrt(c) * mood
    centre = 0.43 * np.sqrt(0.5 + (0.5 - c) / 4)
    without = (calm + np.sqrt(0.5 - c) * noise + centre).mean(axis=0) < 0
    answers = {f"q{i}": moody + np.sqrt(0.5 - c) * e + centre for i, e in enumerate(noise)}
    raw = {"study": "s", "title": "S", "population": "customers"}
    raw["items"] = {name: {"answers": {"range": [-9, 9], "whole": False}} for name in answers}
    raw["scales"] = {"value": {"construct": "programme_value", "items": [*answers]}}
    asked = ls.read_study(pd.DataFrame(answers), make_codebook(raw))
    plain = ev.share(asked, "programme_value", below=True)
    found = ev.share(asked, "programme_value", below=True, spread=True)
    assert found.estimate == plain.estimate > without.mean() + 0.01
    assert found.sweep(c).estimate == pytest.approx(without.mean(), abs=0.003)
    assert (found.c_used, found.c_least, found.marked) == (c, 0.0, False)
    assert found.low == pytest.approx(found.sweep(c).low) and found.high == plain.high
    assert found.least == (plain.low, plain.high)
    half = ev.share(asked, "programme_value", spread=True, chosen=lambda x: x > np.median(x))
    assert half.low == pytest.approx(half.least[0], abs=1e-4)


@pytest.mark.parametrize(("top", "says"), [(14, ()), (16, ("loyalty",)), (84, ("loyalty",))])
def test_answers_at_an_end_of_the_scale_are_counted(top, says):
    """Of 100 answers, so many at the top; all but them in the middle."""
    answers = pd.DataFrame({"loyalty": np.r_[np.full(top, 7.0), np.linspace(2, 6, 100 - top)]})
    answers["trust"] = np.linspace(1, 7, 100)
    found = at_an_end(study(answers), ["loyalty", "trust"])
    assert found == tuple(f"answers on {c} clear of the ends of the scale" for c in says)
    assert not at_an_end(study(answers), ["loyalty"], np.arange(100) >= top)


def test_a_straight_line_that_the_scale_cuts_short_is_no_bend():
    rng = np.random.default_rng(6)
    x = rng.normal(4, 1.2, 4000).clip(1, 7)
    for middle, unasked in ((4.0, False), (6.3, True)):
        y = (middle + 0.6 * (x - 4) + rng.normal(0, 0.8, 4000)).clip(1, 7)
        asked = study(pd.DataFrame({"moral_disapproval": x, "loyalty": y}))
        found = ev.bend(asked, "moral_disapproval", on="loyalty", rising=True, clear=True)
        assert bool(found.unasked) == unasked and (found.low > 0) == unasked
        assert above(0.0).judge(found) == ("not robust" if unasked else "inconclusive")
