"""Weights raked to margins, and replicates raked again, beside R's survey package."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy.claims._design import SampleDesign, design_means, share_interval
from loyaltystudy.errors import SurveyError
from loyaltystudy.explain._blocks import _raked_draws
from loyaltystudy.explain._crossvalidation import fold_numbers, linear_unseen
from loyaltystudy.explain._frame import model_frame
from loyaltystudy.explain._left_out import leave_out
from loyaltystudy.explain._steps import by_design, by_moments
from loyaltystudy.scales._design import design_of
from loyaltystudy.survey import load_codebook, make_codebook, write_study
from loyaltystudy.survey._raking import rake

REFERENCE = Path(__file__).parents[1] / "reference"
DATA = pd.read_csv(REFERENCE / "raking_data.csv")
R = pd.read_csv(REFERENCE / "raking.csv").set_index(["design", "answered_only", "figure"])
MARGINS = {
    "gender": {"women": 0.51, "Män": 0.49},
    "age": {"18-34": 28, "35-54": 34, "55-": 38},
    "education": {1: 2_500_000, 2: 4_200_000, 3: 3_300_000},
}
DESIGNS = {
    "rows": {},
    "weighted": {"weight": "w"},
    "clusters": {"weight": "w", "cluster": "cluster"},
    "strata": {"weight": "w", "cluster": "cluster", "strata": "stratum"},
}
SIX = {"range": [1, 6]}


def book(margins=MARGINS, **design):
    numbers = {"kind": "numeric", "answers": {"range": [0, 99], "whole": False}}
    gender = {1: {"en": "Women", "sv": "Kvinnor"}, 2: {"en": "Men", "sv": "Män"}}
    return make_codebook(
        {
            "study": "raked",
            "title": "Raked",
            "population": "customers",
            "items": {f"t{i}": {"answers": SIX} for i in (1, 2, 3)},
            "scales": {"trust": {"construct": "trust", "items": ["t1", "t2", "t3"]}},
            "variables": {
                "gender": {"kind": "nominal", "answers": {"codes": gender}},
                "education": {"kind": "ordinal", "answers": {"codes": {1: "a", 2: "b", 3: "c"}}},
                **dict.fromkeys(("age", "y", "a", "b", "w", "cluster", "stratum"), numbers),
            },
            "blocks": {"bonds": ["a", "b"], "who": ["age"]},
            "design": {**design, "margins": margins},
        }
    )


@pytest.fixture(scope="module", params=DESIGNS)
def case(request):
    return request.param, ls.read_study(DATA, book(**DESIGNS[request.param]))


def errors(without: np.ndarray, strata: np.ndarray) -> np.ndarray:
    """Standard errors of the stratified jackknife (JKn)."""
    total = 0.0
    for h in np.unique(strata):
        own = without[strata == h]
        total = total + (1 - 1 / len(own)) * ((own - own.mean(axis=0)) ** 2).sum(axis=0)
    return np.sqrt(total)


def of_r(name: str, *figures: str) -> np.ndarray:
    return R.loc[[(name, False, figure) for figure in figures], ["estimate", "se"]].to_numpy().T


def test_weights_are_those_of_rake():
    kept = DATA[DATA["education"].notna()]
    study = ls.read_study(kept, book())
    weights = pd.read_csv(REFERENCE / "raking_weights.csv")["weight"].to_numpy()
    assert study.answers["raked_weight"].to_numpy() == pytest.approx(weights, rel=1e-9)
    assert study.raking.weights.sum() == pytest.approx(len(kept), rel=1e-9)


def test_replicates_raked_again_give_the_errors_of_r(case):
    name, study = case
    table = study.answers[["y", "age"]].assign(
        high=study.answers["y"] >= 4, women=study.answers["gender"] == 1
    )
    table["both"] = table["y"] * table["women"]
    whole = study.raking.weights @ table.to_numpy(float) / study.raking.weights.sum()
    left = study.raking.without(table.to_numpy(float), [*table]).mean

    def figures(m):
        y, age, high, women, both = np.moveaxis(m, -1, 0)
        gap = both / women - (y - both) / (1 - women)
        return np.stack([y, high, age, gap], axis=-1)

    value, error = of_r(name, "mean", "share", "age", "difference")
    assert figures(whole) == pytest.approx(value, rel=1e-8)
    assert errors(figures(left), study.raking.strata) == pytest.approx(error, rel=1e-6)


def test_r2_and_slopes_of_complete_rows_have_the_errors_of_r(case):
    """Four people do not answer what the model needs, and hold the margins all the same."""
    name, study = case
    found = ls.compare_blocks(study, "y")
    value, error = of_r(name, "r2")
    assert found.r2 == pytest.approx(value[0], rel=1e-8) and found.n == 236
    assert found.found.se()[-1] == pytest.approx(error[0], rel=1e-6)
    frame = model_frame(study, "y")
    (slopes, cov), _ = by_moments([leave_out(frame)], frame)
    cross = leave_out(frame).whole.select(["a", "b", "age", "y"]).cross
    value, error = of_r(name, "slope")
    assert np.linalg.solve(cross[:3, :3], cross[:3, 3])[0] == pytest.approx(value[0], rel=1e-8)
    left = frame.raked_again.select(["a", "b", "age", "y"]).cross
    beta = np.linalg.solve(left[:, :3, :3], left[:, :3, 3:])[:, 0, 0]
    assert errors(beta, study.raking.strata) == pytest.approx(error[0], rel=1e-6)
    assert len(slopes) == len(cov) == 2


def test_r_rakes_its_own_replicates_to_the_same():
    for figure in ("mean", "age", "slope"):
        ours, theirs = R.loc[("rows", True, figure)], R.loc[("survey", True, figure)]
        assert ours.to_numpy() == pytest.approx(theirs.to_numpy(), rel=1e-9)


def test_linearised_errors_are_those_of_residuals_and_near_the_jackknife(case):
    name, study = case
    y = study.answers[["y"]].to_numpy(float)
    scales, known = design_of(study)
    near = 0.01 if study.raking.by_rows else 0.04
    for design in (SampleDesign(study.raking.weights, raking=study.raking), scales):
        if design is scales:
            away = y - np.average(y[:, 0], weights=study.raking.weights)
            error = np.sqrt(design.covariance(away)[0, 0])
        else:
            error = np.sqrt(design_means(y, design).cov[0, 0])
        assert known.all() and error == pytest.approx(of_r(name, "mean")[1, 0], rel=near)
        fixed = replace(design, raking=None)
        assert fixed.raking is None
    kept = ls.read_study(DATA[DATA["education"].notna()], book())
    design = SampleDesign(kept.raking.weights, raking=kept.raking)
    found = design_means(kept.answers[["y"]].to_numpy(float), design)
    theirs = R.loc[("linearised", True, "mean"), "se"]
    assert np.sqrt(found.cov[0, 0]) == pytest.approx(theirs, rel=1e-6)


def test_steps_and_reliability_agree_with_the_jackknife(case):
    name, study = case
    frame = model_frame(study, "y")
    for (beta, linear), (again, jack) in zip(
        by_design(frame), by_moments([leave_out(frame)], frame), strict=True
    ):
        assert beta == pytest.approx(again, rel=1e-8)
        assert np.sqrt(np.diag(linear)) == pytest.approx(np.sqrt(np.diag(jack)), rel=0.1)
    found = ls.reliability(study).iloc[0]
    value, error = of_r(name, "alpha")
    assert found["alpha"] == pytest.approx(value[0], rel=1e-8)
    width = found["alpha_high"] - found["alpha_low"]
    assert width / (2 * 2.0 * error[0]) == pytest.approx(1, rel=0.12)


def test_margins_that_explain_an_answer_leave_it_little_error():
    study = ls.read_study(DATA, book(**DESIGNS["weighted"]))
    young = (study.answers["age"] <= 34).to_numpy()
    p, low, high, n = share_interval(young, SampleDesign(study.raking.weights, raking=study.raking))
    assert p == pytest.approx(0.28, abs=1e-9) and high - low < 1e-6 and n > 1e9


def test_many_rows_are_left_out_in_groups_that_spread_every_cell():
    study = ls.read_study(DATA, book(**DESIGNS["weighted"]))
    groups = study.raking.in_groups(100, 20)
    assert len(groups.strata) == 20 and groups.freedom == 19
    counts = np.zeros((20, groups.groups.max() + 1))
    np.add.at(counts, (groups.units, study.raking.groups[:, 0]), 1)
    assert np.ptp(counts[:, 0]) <= 6 and counts.sum() == len(DATA)
    assert study.raking.in_groups(1000) is study.raking


def test_statistics_without_moments_are_calibrated_or_say_that_weights_are_fixed():
    study = ls.read_study(DATA, book())
    for options in ({"shape": "curved"}, {"missing": "em"}, {"reliability": {"a": 0.9}}):
        found = ls.compare_blocks(study, "y", **options)
        assert "held" not in found.header() and found.notes[0].startswith("weighted to margins")
    stores = ls.read_study(DATA, book(cluster="cluster"))
    assert "hold the raked weights fixed" not in ls.compare_blocks(stores, "y").header()
    held = ls.compare_blocks(stores, "y", missing="em").header()
    assert held.endswith(
        "intervals hold the raked weights fixed, which leaves them wider than need be, as a rule"
    )


def test_a_calibrated_jackknife_is_the_raked_one_to_first_order():
    study = ls.read_study(DATA, book())
    y, w = study.answers[["y", "age"]].to_numpy(float), study.raking.weights
    value = w @ y / w.sum()
    fixed = (w @ y - w[:, None] * y) / (w.sum() - w)[:, None]
    one = np.zeros(len(w), dtype=int)
    exact = errors(study.raking.without(y, ["y", "age"]).mean, one)
    found = errors(study.raking.calibrated(value, fixed), one)
    assert found == pytest.approx(exact, rel=0.01)
    assert errors(fixed, one)[1] > 1.8 * exact[1]  # age has its margins
    clusters = ls.read_study(DATA, book(cluster="cluster"))
    raking = clusters.raking
    by_cluster = np.stack([w[raking.units != u] @ y[raking.units != u] for u in range(24)])
    by_cluster /= np.array([w[raking.units != u].sum() for u in range(24)])[:, None]
    found = errors(raking.calibrated(value, by_cluster, fixed), raking.strata)
    assert found == pytest.approx(
        errors(raking.without(y, ["y", "age"]).mean, raking.strata), rel=0.06
    )


def test_people_without_an_answer_keep_their_share_and_notes_say_so():
    study = ls.read_study(pd.concat([DATA] * 3, ignore_index=True), book(weight="w"))
    none = study.answers["education"].isna().to_numpy()
    for weights in (study.raking.base, study.raking.weights):
        assert weights[none].sum() / weights.sum() == pytest.approx(
            study.raking.base[none].sum() / study.raking.base.sum(), rel=1e-9
        )
    first = study.answers["education"][~none] == 1
    assert np.average(first, weights=study.raking.weights[~none]) == pytest.approx(0.25)
    assert any(note.startswith("18 people gave no answer to 'education'") for note in study.notes)
    few = ls.read_study(DATA, book()).notes
    assert any(note.startswith("Fewer than 10 people gave no answer") for note in few)
    assert any("design effect 1." in note and "Kish" in note for note in few)


def test_unequal_weights_are_said_and_not_trimmed():
    margins = {"gender": {1: 0.02, 2: 0.98}}
    study = ls.read_study(DATA, book(margins))
    assert any("none is trimmed" in note for note in study.notes)
    assert study.raking.weights[DATA["gender"] == 1].sum() / 240 == pytest.approx(0.02)
    notes = ls.compare_blocks(study, "y").notes
    assert notes[0] == "weighted to margins of gender" and "none is trimmed" in notes[1]


@pytest.mark.parametrize(
    ("margins", "says"),
    [
        ({"gendr": {1: 0.5, 2: 0.5}}, "'gendr' is not among the variables; declare it. Did you"),
        ({"gender": {"Womn": 0.5, 2: 0.5}}, "['Womn'] are no answers of 'gender'. Did you mean"),
        ({"gender": {1: 0.5, 2: 0.4}}, "the shares sum to 0.9; give shares that sum to 1"),
        ({"gender": {1: 51, 2: 4}}, "the shares sum to 55"),
        ({"gender": {1: 1.2, 2: -0.2}}, "['2']: a share or count is above zero"),
        ({"gender": {1: 0.5, "kvinnor": 0.5}}, "'1' and 'kvinnor' hold the same answers"),
        ({"gender": {1: 1.0}}, "two groups at least"),
        ({"age": {"young": 0.5, "old": 0.5}}, "'age' has numbers; give groups of numbers, e.g."),
        ({"age": {"18-40": 0.5, "40-": 0.5}}, "'18-40' and '40-' hold the same answers"),
        ({"gender": {1: 0.5, 2: "half"}}, "design > margins > gender"),
    ],
)
def test_margins_that_cannot_be_are_refused_with_the_remedy(margins, says):
    with pytest.raises(SurveyError) as refused:
        book(margins)
    assert says in str(refused.value)


def test_all_mistakes_of_margins_are_named_at_once():
    with pytest.raises(SurveyError) as refused:
        book({"gendr": {1: 1}, "gender": {"x": 0.2, 2: 0.5}, "age": {"a": 0.5, "50-": 0.5}})
    assert len(refused.value.problems) == 4


@pytest.mark.parametrize(
    ("margins", "says"),
    [
        ({"education": {1: 0.5, 2: 0.5}}, "'education': answers ['3'] lie in no group"),
        ({"age": {"0-17": 0.1, "18-": 0.9}}, "'age': nobody gave an answer in ['0-17']"),
        ({"age": {"18-34": 0.5, "36-": 0.5}}, "'age': answers ['35'] lie in no group"),
    ],
)
def test_answers_that_margins_do_not_fit_are_refused(margins, says):
    with pytest.raises(SurveyError) as refused:
        ls.read_study(DATA, book(margins))
    assert says in str(refused.value)


def test_margins_that_no_weights_reach_are_named():
    """Each gender gave one answer: the weights of gender decide those of the other variable."""
    table = DATA.assign(education=DATA["gender"].clip(1, 2))
    margins = {"gender": {1: 0.5, 2: 0.5}, "education": {1: 0.3, 2: 0.7}}
    with pytest.raises(SurveyError, match=r"margins of \['gender'\] are not reached, .* off"):
        ls.read_study(table, book(margins))


def test_a_group_that_lies_in_one_cluster_is_named():
    table = DATA.assign(gender=np.where(DATA["cluster"] == 3, 1, 2))
    study = ls.read_study(table, book({"gender": {1: 0.1, 2: 0.9}}, cluster="cluster"))
    with pytest.raises(SurveyError, match=r"\['gender'\] have a group with people of one cluster"):
        ls.compare_blocks(study, "y")


def test_weights_of_zero_are_left_out_before_raking():
    table = DATA.assign(w=np.where(DATA["cluster"] == 3, 0, DATA["w"]))
    study = ls.read_study(table, book(weight="w"))
    assert study.answers["raked_weight"].isna().sum() == 10 and len(study.raking.units) == 230
    found = ls.compare_blocks(study, "y")
    assert "10 of the rows dropped have no weight above zero" in found.notes
    with pytest.raises(SurveyError, match="nobody has a weight above zero"):
        ls.read_study(DATA.assign(w=0.0), book(weight="w"))


def test_a_written_study_is_weighted_the_same_when_it_is_read(tmp_path):
    study = ls.read_study(DATA, book(weight="w"))
    write_study(study, tmp_path / "raked.parquet")
    again = ls.read_study(tmp_path / "raked.parquet", study.codebook)
    assert again.answers["raked_weight"].to_numpy() == pytest.approx(
        study.answers["raked_weight"].to_numpy(), rel=1e-9
    )


def test_a_subset_of_answers_keeps_its_weights_and_the_others_hold_the_margins():
    study = ls.read_study(DATA, book())
    some = replace(study, answers=study.answers[study.answers["gender"] == 1])
    assert ls.compare_blocks(some, "y").n == (DATA.loc[DATA["gender"] == 1, "b"].notna()).sum()
    with pytest.raises(SurveyError, match="margins to which its answers are not weighted"):
        ls.compare_blocks(replace(study, raking=None), "y")


def test_training_rows_of_cross_validation_are_raked_without_the_test_rows():
    """By hand: each fold's training rows raked anew, people without complete answers among them."""
    study = ls.read_study(DATA, book())
    found = ls.compare_blocks(study, "y", {"bonds": ["a", "b"]}, seed=4)
    table = study.answers[["a", "b", "y"]].dropna()
    here, repeats = study.answers.index.isin(table.index), []
    for fold in fold_numbers(len(table), 4):
        sse = sst = 0.0
        for f in range(10):
            kept = np.ones(len(DATA), dtype=bool)
            kept[np.flatnonzero(here)[fold == f]] = False
            again = ls.read_study(DATA[kept], book()).raking
            train = table[fold != f]
            w = again.weights[here[kept]]
            x = np.column_stack([np.ones(len(train)), train[["a", "b"]]])
            slopes = np.linalg.solve(x.T @ (w[:, None] * x), x.T @ (w * train["y"].to_numpy()))
            test = table[fold == f]
            own = study.answers.loc[test.index, "raked_weight"]
            error = test["y"] - np.column_stack([np.ones(len(test)), test[["a", "b"]]]) @ slopes
            sse += (own * error**2).sum()
            sst += (own * (test["y"] - np.average(train["y"], weights=w)) ** 2).sum()
        repeats.append(1 - sse / sst)
    assert found.r2_cv == pytest.approx(np.mean(repeats), abs=1e-8)
    held = model_frame(study, "y", {"bonds": ["a", "b"]})
    fixed = linear_unseen(replace(held, raking=None), 4)["all"]
    assert abs(found.r2_cv - fixed) > 1e-6


@pytest.mark.parametrize("options", [{}, {"missing": "em"}, {"shape": "curved"}])
def test_rounds_in_which_a_margin_group_has_nobody_are_said(options):
    """Four people have the rarest education: in some rounds all of them are test rows."""
    rare = DATA.assign(education=np.where(np.arange(len(DATA)) < 2, 3, 1 + (DATA["a"] > 3)))
    margins = {"education": {1: 0.5, 2: 0.48, 3: 0.02}}
    found = ls.compare_blocks(ls.read_study(rare, book(margins)), "y", ["bonds"], **options)
    (said,) = [note for note in found.notes if "rounds of cross-validation" in note]
    assert said.endswith("a margin has a group without people, and raked weights are kept")
    assert np.isfinite(found.r2_cv)
    usual = ls.compare_blocks(ls.read_study(DATA, book()), "y", ["bonds"], **options)
    assert not any("rounds" in note for note in usual.notes)
    assert len({*usual.notes}) == len(usual.notes)


def test_bootstrap_draws_are_raked_again():
    """Where a margin is the outcome, every draw has its share; with fixed weights none has."""
    study = ls.read_study(DATA, book({"education": MARGINS["education"]}))
    frame = model_frame(study, "y", {"who": ["education", "a"]})
    drawn = _raked_draws(frame, 20, 1)
    mean = drawn.mean[:, frame.columns.index("education")]
    assert mean == pytest.approx(2.08, abs=0.1)  # the margin's; some lack another answer
    assert mean.std() < 0.3 * frame.rows["education"].std() / np.sqrt(frame.n)
    found = ls.compare_blocks(study, "y", ["bonds", "who"], resamples=30)
    assert not any("fixed" in note for note in found.notes)


def test_margins_of_waves_and_of_partitions_are_refused(tmp_path):
    import dask.dataframe as dd

    with pytest.raises(SurveyError, match="margins are of one population at one time"):
        book(wave="stratum", respondent="id")
    with pytest.raises(SurveyError, match="needs all answers in memory"):
        ls.read_study(dd.from_pandas(DATA, npartitions=2), book())


def test_a_raked_weight_of_their_own_and_weights_of_text_are_refused():
    with pytest.raises(SurveyError, match="open text; weights are numbers"):
        make_codebook(
            {
                "study": "s",
                "title": "S",
                "population": "customers",
                "variables": {"w": {"kind": "text"}},
                "design": {"weight": "w"},
            }
        )


def test_margins_stand_in_yaml_and_leave_other_hashes_alone(tmp_path):
    from loyaltystudy.survey._write import codebook_hash

    text = (
        "study: s\ntitle: S\npopulation: customers\nvariables:\n"
        "  g: {kind: nominal, answers: {codes: {1: A, 2: B}}}\n"
    )
    path = tmp_path / "codebook.yaml"
    path.write_text(text)
    plain = codebook_hash(load_codebook(path))
    path.write_text(text + "design:\n  margins:\n    g: {A: .4, B: .5}\n")
    with pytest.raises(SurveyError, match=r"line 8, design > margins > g: the shares sum to 0.9"):
        load_codebook(path)
    path.write_text(text + "design:\n  margins:\n    g: {A: .4, B: .6}\n")
    raked = load_codebook(path)
    assert raked.design.weight == "raked_weight" and codebook_hash(raked) != plain


def test_two_margins_by_hand():
    """[[1, 1], [1, 3]] to even margins: odds ratio 3 kept, so both cells are 1 / (1 + sqrt(3))."""
    found = rake(np.array([[1.0, 1], [1, 3]]), [np.array([1.0, 1]), np.array([1.0, 1])])
    equal = np.sqrt(3) / (1 + np.sqrt(3))
    assert found == pytest.approx(np.array([[equal, 1 - equal], [1 - equal, equal]]), rel=1e-9)
