"""The simulated study that ships."""

import pandas as pd

import loyaltystudy as ls
from loyaltystudy.claims._register import register
from loyaltystudy.claims._rules import combine
from loyaltystudy.simulation._drawing import draw_for_claim
from loyaltystudy.simulation._instrument import (
    codebook,
)
from loyaltystudy.simulation._joint import together
from loyaltystudy.simulation._nordic import SEED, N, nordic_panels
from loyaltystudy.simulation._panels import PANEL_TRUTHS
from loyaltystudy.simulation._simulate import list_worlds, simulate_study
from loyaltystudy.survey._shipped import data_folder


def verdict(claim, data):
    known = register()[claim]
    parts = known.test(data, 0)
    return combine([r.judge(p) for r, p in zip(known.rules, parts, strict=True)])


def drawn(claim, kind, n, seed):
    return draw_for_claim(claim, kind, n=n, seed=seed, marked=True)


def test_the_bundled_study_mixes_truths_and_is_the_same_everywhere():
    study = ls.load_study("nordic-simulated")
    drawn = simulate_study("nordic-simulated", n=N, seed=SEED)
    pd.testing.assert_frame_equal(study.answers, drawn.answers)  # the file is what is drawn
    assert study.n == N == study.codebook.respondents and not study.unused
    kinds = pd.Series(together()["nordic-simulated"])
    assert 20 < (kinds == "true").sum() < 33 and (kinds == "false").sum() > 20
    book = ls.load_codebook(data_folder() / "nordic-simulated")
    assert book.kind == book.population == "simulated" and "(simulated)" in repr(study)
    listed = ls.list_studies().set_index("name").loc["nordic-simulated"]
    assert listed[["kind", "available"]].tolist() == ["simulated", "rows"]
    plain = codebook()
    assert (book.items, book.scales, book.variables) == (plain.items, plain.scales, plain.variables)
    readme = data_folder() / "nordic-simulated" / "README.md"
    assert "simulated" in readme.read_text(encoding="utf-8").splitlines()[0]


def test_the_bundled_households_are_put_to_the_claims_about_purchases():
    panels = nordic_panels()
    assert [*panels] == [*PANEL_TRUTHS]
    rows = [ls.check_claims(panel, [claim]).iloc[0] for claim, panel in panels.items()]
    assert {row["study"] for row in rows} == {"nordic-simulated"}
    assert {row["kind"] for row in rows} == {"simulated"}
    truths = list_worlds().query("world == 'nordic-simulated'").set_index("claim")["true"]
    assert truths[["polygamous", "some-never-grow"]].tolist() == [True, False]
    assert [row["verdict"] for row in rows] == ["supported", "inconclusive"]
