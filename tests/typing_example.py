"""What a user writes, for a type checker alone: `mypy --strict` reads it, nothing runs it."""

from __future__ import annotations

from pathlib import Path
from typing import assert_type

import pandas as pd

import loyaltystudy as ls


def own_survey(answers: Path, codebook: Path) -> ls.BlockComparison:
    book = ls.load_codebook(codebook)
    study = ls.read_study(pd.read_csv(answers), book)
    assert_type(study, ls.Study)
    ls.write_study(study, answers.with_suffix(".sav"))
    found = ls.compare_blocks(study, "loyalty", ["trust"], missing="em", confidence=0.9)
    assert_type(found.r2, float)
    assert_type(found.n_dropped, int | None)
    return found


def open_data() -> dict[str, float]:
    study = ls.load_study("mobile-reputation", source="shipped")
    assert_type(study.n, int)
    tables = [ls.list_studies(), ls.score(study), ls.reliability(study), ls.screen(study)]
    tables += [ls.item_analysis(study, "trust"), ls.list_claims(), ls.list_panels()]
    audit = ls.audit_blocks(study, "loyalty", seed=1)
    curve = ls.specification_curve(study, "loyalty", first="trust", second="emotional_bonds")
    print(audit.dominance, curve.share, ls.validity(study).fit, len(tables))
    panel = ls.load_panel("yogurt")
    print(ls.fit_dirichlet(panel, pooling="share").params)
    return {"n": float(study.n)}


def errors() -> tuple[str, ...]:
    try:
        ls.load_study("no such study")
    except ls.SurveyError as error:
        return assert_type(error.problems, tuple[str, ...])
    return ()
