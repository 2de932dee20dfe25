"""A claim's question among all other questions about the same company."""

import numpy as np
import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy.claims._any_question import any_question, share_of_others
from loyaltystudy.survey import make_codebook, read_study


def study(others=6, asked=True):
    rng = np.random.default_rng(1)
    liking = rng.standard_normal(400)
    strengths = {"t1": 1.0, "l1": 1.0} | {f"o{i}": 0.2 * i for i in range(others)}
    answers = pd.DataFrame({k: b * liking + rng.standard_normal(400) for k, b in strengths.items()})
    answers = np.clip(np.round(4 + answers), 1, 7)
    scales = {"trust": ["t1"], "loyalty": ["l1"], "rest": [f"o{i}" for i in range(others)]}
    measured = {"trust": "trust", "loyalty": "loyalty" if asked else None, "rest": None}
    book = {
        "study": "s",
        "title": "S",
        "population": "customers",
        "items": {c: {"answers": {"range": [1, 7]}} for c in answers},
        "scales": {k: {"items": v, "construct": measured[k]} for k, v in scales.items()},
    }
    return read_study(answers, make_codebook(book))


def test_the_share_of_other_questions_that_go_less_with_the_outcome():
    own = study()
    found, lower, count = share_of_others(own, "trust", "loyalty")
    r = own.answers.corr()
    assert np.isclose(found, r.loc["t1", "l1"]) and count == 6
    assert np.isclose(lower, (r.loc["l1", [f"o{i}" for i in range(6)]] < found).mean())
    line = any_question(own, "trust", "loyalty")
    assert line.startswith(f"any question: trust and loyalty correlate {found:.2f}")
    assert f"more than {100 * lower:.0f} % of the 6 other questions do" in line


def test_nothing_is_said_of_few_questions_or_what_was_not_asked():
    assert share_of_others(study(others=4), "trust", "loyalty") is None
    assert any_question(study(asked=False), "trust", "loyalty") == ""
    assert share_of_others(study(), "trust", "image") is None


def test_the_any_question_line_of_the_mobile_studies():
    """shared/METHOD.md, 4: below 91 % of the other 23 questions, and below 84 %."""
    rep, ecsi = (ls.load_study(f"mobile-{n}", source="shipped") for n in ("reputation", "ecsi"))
    own, lower, others = share_of_others(rep, "responsibility", "loyalty")
    assert (round(own, 2), round(1 - lower, 2), others) == (0.25, 0.91, 23)
    assert 1 - share_of_others(ecsi, "responsibility", "loyalty")[1] == pytest.approx(16 / 19)
    # "top competitor in its market"
    r = rep.keyed(["comp_1", "cusl_1", "cusl_2", "cusl_3"]).corr()
    assert r.loc["comp_1", ["cusl_1", "cusl_2", "cusl_3"]].mean() == pytest.approx(0.40, abs=0.005)
