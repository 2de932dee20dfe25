"""People at several times: change as an outcome, and within-person comparison as a level."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy import SurveyError
from loyaltystudy.explain import across_waves
from loyaltystudy.survey._codebook import make_codebook


def panel(people=300, seed=3, **design):
    """Trust that a person gains makes loyalty; who trusts more in general is no more loyal."""
    rng = np.random.default_rng(seed)
    level, rows = rng.normal(size=people), []
    trust, loyalty = level + rng.normal(size=people), rng.normal(size=people)
    for time in (1, 2, 3):
        new = level + rng.normal(size=people)
        loyalty = loyalty + 0.5 * (new - trust) * (time > 1) + 0.3 * rng.normal(size=people)
        trust = new
        rows.append(
            pd.DataFrame(
                {"who": np.arange(people), "when": time, "trust": trust, "loyalty": loyalty}
            )
        )
    table = pd.concat(rows, ignore_index=True).sample(frac=1, random_state=1)
    number = {"kind": "numeric", "answers": {"range": [-999, 999], "whole": False}}
    book = {"study": "panel", "title": "Panel", "population": "customers", "design": design}
    return ls.read_study(table, make_codebook(book | {"variables": dict.fromkeys(table, number)}))


def test_waves_stand_side_by_side():
    study = panel()
    wide = across_waves(study, person="who", wave="when")
    assert [*wide] == [f"{n}_{w}" for w in (1, 2, 3) for n in ("trust", "loyalty")]
    rows = study.answers
    one = rows[(rows["who"] == 17) & (rows["when"] == 2)].iloc[0]
    assert wide.loc[17, ["trust_2", "loyalty_2"]].tolist() == [one["trust"], one["loyalty"]]
    assert [*across_waves(study, person="who", wave="when", names=["trust"])][:2] == [
        "trust_1",
        "trust_2",
    ]


def test_change_is_the_later_wave_given_the_earlier():
    wide = across_waves(panel(), person="who", wave="when")
    blocks = {"trust now": ["trust_2"], "trust before": ["trust_1"]}
    found = ls.compare_blocks(wide, "loyalty_2", blocks, controls=["loyalty_1"])
    unique = found.table.query("measure == 'unique'").set_index("block")
    assert unique.loc["trust now", "low"] > 0.1
    design = np.column_stack([np.ones(300), wide[["loyalty_1", "trust_1", "trust_2"]]])
    e = wide["loyalty_2"] - design @ np.linalg.lstsq(design, wide["loyalty_2"], rcond=None)[0]
    y = wide["loyalty_2"] - wide["loyalty_2"].mean()
    assert found.r2 == pytest.approx(1 - (e @ e) / (y @ y))


def test_within_people_is_a_level():
    study = panel(cluster="who")
    found = ls.compare_blocks(study, "loyalty", {"trust": ["trust"]}, level="within")
    rows = study.answers
    inside = rows[["trust", "loyalty"]] - rows.groupby("who")[["trust", "loyalty"]].transform(
        "mean"
    )
    assert found.r2 == pytest.approx(inside.corr().iloc[0, 1] ** 2)
    assert found.found.freedom == 299
    pooled = ls.compare_blocks(study, "loyalty", {"trust": ["trust"]})
    assert pooled.icc.clusters == 300 and pooled.r2 < found.r2


def declared(people=300):
    """The same people, where the codebook itself says who answered when."""
    study = panel(people)
    number = {"kind": "numeric", "answers": {"range": [-999, 999], "whole": False}}
    book = {"study": "panel", "title": "Panel", "population": "customers"}
    book["variables"] = dict.fromkeys(["when", "trust", "loyalty"], number)
    book["design"] = {"respondent": "who", "wave": "when"}
    names = [f"p{int(who)}" for who in study.answers["who"]]
    return ls.read_study(study.answers.assign(who=names), make_codebook(book)), study


def test_the_codebook_says_who_answered_when():
    study, plain = declared()
    wide, other = across_waves(study), across_waves(plain, person="who", wave="when")
    assert [*wide] == [*other] and wide.index.str.startswith("p").all()
    other.index = [f"p{int(who)}" for who in other.index]
    pd.testing.assert_frame_equal(wide.sort_index(), other.sort_index(), check_names=False)
    found = [
        ls.compare_blocks(t, "loyalty_3", {"trust": ["trust_3"]}, controls=["loyalty_2"])
        for t in (wide, other)
    ]
    assert found[0].r2 == pytest.approx(found[1].r2, abs=1e-12)


def test_declared_waves_make_people_the_level():
    study, _ = declared()
    clustered = panel(cluster="who")
    for level in (None, "within", "between"):
        own, other = (
            ls.compare_blocks(s, "loyalty", {"trust": ["trust"]}, level=level)
            for s in (study, clustered)
        )
        figures = [  # folds of cross-validation go by the order of names
            f.table.dropna(subset="low")[["estimate", "adjusted", "low", "high"]]
            for f in (own, other)
        ]
        assert len(figures[0]) >= 3
        np.testing.assert_allclose(*figures, atol=1e-10)
    with pytest.raises(SurveyError, match="does not say who answered when"):
        across_waves(clustered)
    with pytest.raises(SurveyError, match="does not say who answered when"):
        across_waves(study.at_wave(1))


def test_what_is_refused():
    study = panel(30)
    with pytest.raises(SurveyError, match=r"No variables of study 'panel': \['time'\]"):
        across_waves(study, person="who", wave="time")
    with pytest.raises(SurveyError, match="'trust' holds values that are not whole numbers"):
        across_waves(study, person="who", wave="trust")
    twice = ls.read_study(pd.concat([study.answers, study.answers[:4]]), study.codebook)
    with pytest.raises(SurveyError, match="4 rows repeat a person in the same wave"):
        across_waves(twice, person="who", wave="when")
