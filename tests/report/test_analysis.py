"""One analysis of any survey that can be read: the user's own blocks, gaps named, nothing lost."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy.errors import SurveyError
from loyaltystudy.report import _analysis
from loyaltystudy.report._analysis import analyse
from loyaltystudy.survey import make_codebook

N = 240
AGREE = {"answers": {"range": [1, 5]}}


def answers(seed=4, n=N) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    trust, bond = rng.normal(size=(2, n))
    loyal = 0.7 * bond + 0.3 * trust + rng.normal(size=n)

    def item(of):
        return np.clip(np.round(3 + of + 0.6 * rng.normal(size=n)), 1, 5)

    table = {f"t{i}": item(trust) for i in (1, 2, 3)} | {f"b{i}": item(bond) for i in (1, 2, 3)}
    table |= {f"l{i}": item(loyal) for i in (1, 2, 3)}
    table["ålder"] = rng.integers(18, 80, n).astype(float)
    table["kön"] = rng.integers(1, 4, n).astype(float)
    table["nps"] = np.clip(np.round(6.5 + 2 * loyal + rng.normal(size=n)), 0, 10)
    return pd.DataFrame(table)


def codebook(**changes):
    scales = {
        "tillit": {"items": ["t1", "t2", "t3"], "construct": "trust"},
        "band": {"items": ["b1", "b2", "b3"], "construct": "affective_commitment"},
        "lojal": {"items": ["l1", "l2", "l3"], "construct": "loyalty"},
    }
    base = {
        "study": "kunder",
        "title": "Kunder",
        "population": "customers",
        "languages": ["sv"],
        "items": {f"{x}{i}": AGREE for x in "tbl" for i in (1, 2, 3)},
        "scales": scales,
        "variables": {
            "ålder": {"kind": "numeric", "construct": "age", "answers": {"range": [15, 110]}},
            "kön": {
                "kind": "nominal",
                "construct": "gender",
                "answers": {"codes": {1: "Kvinna", 2: "Man", 3: "Annat"}},
            },
            "nps": {"kind": "numeric", "construct": "recommend", "answers": {"range": [0, 10]}},
        },
        "blocks": {"vilka de är": ["ålder", "kön"], "tilliten": ["tillit"], "känslan": ["band"]},
    }
    return make_codebook(base | changes)


def found(answers=None, book=None, **options):
    book = codebook() if book is None else book
    return analyse(
        ls.read_study(globals()["answers"]() if answers is None else answers, book), **options
    )


def test_all_blocks_under_the_users_names_and_the_same_r2():
    study = ls.read_study(answers(), codebook())
    made, direct = analyse(study), ls.compare_blocks(study, "lojal")
    assert [*made.comparison.blocks] == ["vilka de är", "tilliten", "känslan"]
    assert abs(made.comparison.r2 - direct.r2) < 1e-12
    assert made.comparison.table.equals(direct.table)
    assert made.gaps == () and made.left_out == ()
    assert "känslan" in made.answer[1] and made.language == "sv"
    assert made.labels["tillit"] == "Förtroende" and made.labels["ålder"] == "Ålder"


@pytest.mark.parametrize(
    ("gone", "name", "by"),
    [
        ((), "lojal", "loyalty"),
        (("lojal",), "nps", "recommend"),
        (("lojal", "nps"), "nöjd", "satisfaction"),
    ],
)
def test_the_outcome_is_loyalty_else_recommend_remain_satisfaction(gone, name, by):
    book = codebook()
    scales = dict(book.scales) | {
        "nöjd": replace(book.scales["lojal"], name="nöjd", construct="satisfaction")
    }
    scales = {n: s for n, s in scales.items() if n not in gone}
    variables = {n: v for n, v in book.variables.items() if n not in gone}
    made = found(book=replace(book, scales=scales, variables=variables))
    assert (made.outcome.name, made.outcome.found_by) == (name, by)


def test_an_outcome_asked_for_by_name_or_construct_and_a_misspelt_one():
    assert found(outcome="band").outcome.name == "band"
    made = found(outcome="affective_commitment")
    assert made.outcome.name == "band" and made.outcome.found_by == "asked"
    assert ("känslan", "band", "outcome") in made.left_out and "känslan" not in made.blocks
    with pytest.raises(SurveyError, match="no scale or variable 'lojall'. Did you mean 'lojal'"):
        found(outcome="lojall")
    with pytest.raises(SurveyError, match="'kön' cannot be explained: not a number"):
        found(outcome="kön")


def test_a_constant_loyalty_is_passed_over_and_said():
    made = found(answers().assign(l1=3.0, l2=3.0, l3=3.0))
    assert made.outcome.name == "nps"
    assert made.outcome.passed_over[0][1:] == ("lojal", "constant")


def test_a_survey_without_outcome_or_blocks_keeps_all_the_rest():
    book = codebook()
    bare = replace(
        book, scales={"tillit": replace(book.scales["tillit"], construct=None)}, blocks={}
    )
    bare = replace(bare, variables={})
    made = found(book=bare)
    assert made.comparison is None and [gap.section for gap in made.gaps] == ["outcome"]
    assert "--outcome NAMN" in made.gaps[0].why
    assert made.reliability["alpha"].notna().all() and len(made.judged) == 0
    asked = found(book=replace(bare, scales=book.scales), outcome="tillit")
    assert "inga `blocks`" in asked.gaps[0].why and len(asked.answers)


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda t: t.assign(b1=3.0, b2=3.0, b3=3.0), "constant"),
        (lambda t: t.assign(b1=np.nan, b2=np.nan, b3=np.nan), "no answers"),
        (
            lambda t: t.assign(**{c: t[c].where(t.index < 5) for c in ("b1", "b2", "b3")}),
            "few answers",
        ),
        (
            lambda t: t.assign(**{c: np.where(t.index < 5, 1.0, 4.0) for c in ("b1", "b2", "b3")}),
            "rare",
        ),
        (lambda t: t.assign(b1=t["t1"], b2=t["t2"], b3=t["t3"]), "repeats"),
    ],
)
def test_one_bad_scale_takes_no_other_with_it(spoil, why):
    made = found(spoil(answers()))
    assert ("känslan", "band", why) in made.left_out
    assert [*made.comparison.blocks] == ["vilka de är", "tilliten"]
    good = made.reliability.set_index("scale")["alpha"]
    assert good[["tillit", "lojal"]].notna().all()
    assert made.claims is not None and made.profile is not None


def test_with_most_answers_missing_the_emptiest_columns_go_first():
    table = answers()
    holes = np.random.default_rng(1).random(table.shape) < 0.6
    made = found(table.mask(holes))
    assert made.comparison is not None or made.gaps
    assert "missing" in {left.why for left in made.left_out}
    if made.comparison is not None:
        direct = ls.compare_blocks(made.study, made.outcome.name, made.blocks)
        assert abs(direct.r2 - made.comparison.r2) < 1e-12


def test_an_error_in_one_section_never_loses_another(monkeypatch):
    def fails(*_, **__):
        raise ZeroDivisionError("anna@post.se divided by zero")

    whole = found()
    for section, name in (
        ("screening", "screening_counts"),
        ("claims", "check_claims"),
        ("comparison", "compare_blocks"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(_analysis, name, fails)
            made = found()
        assert [gap.section for gap in made.gaps] == [section]
        assert made.gaps[0].why == "ZeroDivisionError"  # its words might quote somebody
        assert made.reliability.equals(whole.reliability) and made.answers.equals(whole.answers)


def test_points_never_lie_outside_their_interval_and_the_note_stands_once():
    table = answers()
    made = found(table)
    shown = made.comparison.shown.dropna(subset=["low"])
    assert (made.comparison.table["adjusted"] < 0).any() and made.comparison.below_zero
    assert ((shown["low"] <= shown["adjusted"]) & (shown["adjusted"] <= shown["high"])).all()
    text, page = repr(made.comparison), made.comparison._repr_html_()
    assert (
        text.count("less than chance would give") == page.count("less than chance would give") == 1
    )
    assert not re.search(r"-0\.\d+ +\[", text)
    ax = made.plot("comparison")
    assert min(x for line in ax.lines[:3] for x in line.get_xdata()) >= 0


def test_few_respondents_are_refused():
    with pytest.raises(SurveyError, match="9 respondents; a report needs 10 at least"):
        found(answers(n=9))


def test_what_is_found_says_so_in_its_repr_and_html():
    made = found()
    assert made.answer[0] in repr(made) and "Kunder" in made._repr_html_()
    assert "<script" not in made._repr_html_()
