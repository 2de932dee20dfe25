"""The Dirichlet from published figures: toothpaste as printed, and what is refused."""

from pathlib import Path

import pandas as pd
import pytest

from loyaltystudy.errors import SurveyError
from loyaltystudy.purchases._aggregates import Aggregates
from loyaltystudy.purchases._fit import fit_dirichlet

BRANDS = [
    "Colgate DC",
    "Macleans",
    "Close Up",
    "Signal",
    "ultrabrite",
    "Gibbs SR",
    "Boots Priv. Label",
    "Sainsbury Priv. Lab.",
]
TOOTHPASTE = pd.DataFrame(
    {
        "share": [0.25, 0.19, 0.10, 0.10, 0.09, 0.08, 0.03, 0.02],
        "penetration": [0.20, 0.17, 0.09, 0.08, 0.08, 0.07, 0.03, 0.02],
    },
    index=BRANDS,
)
HERE = Path(__file__).parents[1]


def toothpaste(pooling):
    return fit_dirichlet(Aggregates(0.56, 2.6, TOOTHPASTE), pooling=pooling)


def wide(fit, column="expected"):
    return fit.table.pivot_table(index="brand", columns="measure", values=column)


def test_toothpaste_parameters_as_published():
    fit = toothpaste("share")
    assert fit.value("M") == pytest.approx(1.456, abs=1e-12)
    assert round(fit.value("K"), 2) == 0.78
    assert round(fit.value("S"), 2) == 1.55


def test_toothpaste_without_outlying_brands_as_published():
    fit = toothpaste("notch")
    assert round(fit.value("S"), 3) == 1.295
    (note,) = fit.notes
    assert note.startswith("Left out of S: Macleans: its own S, ")
    reasons = dict(part.split(": ", 1) for part in note.removeprefix("Left out of S: ").split("; "))
    assert list(reasons) == ["Macleans", "Boots Priv. Label", "Sainsbury Priv. Lab."]
    own = fit.params[fit.params["parameter"] == "own_s"].set_index("brand")["estimate"]
    for brand, reason in reasons.items():
        assert reason.startswith(f"its own S, {own[brand]:.2f}, lies above ")


@pytest.mark.parametrize(
    ("penetration", "reason"),
    [
        (0.02, "so few buyers for its share (0.02)"),
        (0.52, "more buyers (0.52) than its share allows"),
    ],
)
def test_a_brand_without_an_own_s_is_left_out_with_the_reason(penetration, reason):
    brands = pd.DataFrame(
        {"share": [0.5, 0.3, 0.1], "penetration": [0.4, 0.25, penetration]}, index=["a", "b", "odd"]
    )
    (note,) = fit_dirichlet(Aggregates(0.56, 2.6, brands)).notes
    assert note.startswith(f"Left out of S: odd: {reason}")


def test_toothpaste_theoretical_table_as_published():
    """The user guide of NBDdirichlet prints these for its S of 1.295, to two digits."""
    fit = toothpaste("notch")
    expected = wide(fit).loc[BRANDS].round(2)
    assert expected["penetration"].tolist() == [0.20, 0.16, 0.09, 0.09, 0.08, 0.07, 0.03, 0.02]
    assert expected["purchase_rate"].tolist() == [1.82, 1.76, 1.68, 1.68, 1.67, 1.66, 1.62, 1.61]
    published = [3.16, 3.22, 3.30, 3.30, 3.31, 3.32, 3.37, 3.38]
    assert expected["category_rate"].tolist() == published
    duplication = fit.duplication.query("brand == 'Colgate DC'")["expected"].round(2)
    assert duplication.tolist() == [0.19, 0.10, 0.10, 0.09, 0.08, 0.03, 0.02]


def test_own_s_meets_each_brands_penetration():
    fit = toothpaste("share")
    own = fit.params.query("parameter == 'own_s'").set_index("brand")["estimate"]
    for brand in BRANDS:
        alone = fit_dirichlet(Aggregates(0.56, 2.6, TOOTHPASTE.loc[[brand]]))
        assert alone.value("S") == pytest.approx(own[brand])
        assert wide(alone).loc[brand, "penetration"] == pytest.approx(
            TOOTHPASTE.loc[brand, "penetration"], abs=1e-9
        )


def test_bad_aggregates_are_told_at_once():
    bad = pd.DataFrame({"share": [0.7, 0.6], "penetration": [0.9, 0.1]}, index=["a", "b"])
    with pytest.raises(SurveyError) as error:
        Aggregates(0.56, 0.9, bad)
    lines = str(error.value)
    assert "purchase_rate=0.9" in lines and "{'a': 0.9}" in lines and "sum to 1.3000" in lines
    with pytest.raises(SurveyError, match="no such column: \\['penetration'\\]"):
        Aggregates(0.5, 2.0, pd.DataFrame({"share": [0.1]}))
    with pytest.raises(SurveyError, match="no NBD fits"):
        Aggregates(0.9, 1.1, TOOTHPASTE)
    with pytest.raises(SurveyError, match=r"penetration=1\.0"):
        Aggregates(1.0, 3.0, TOOTHPASTE)


@pytest.fixture(scope="module")
def reference():
    """Base R: optim and uniroot on likelihoods written out by household (purchases.R)."""
    rows = pd.read_csv(HERE / "reference" / "purchases.csv")
    return rows.set_index(["case", "parameter"])


def test_toothpaste_is_rs_to_eight_digits(reference):
    r = reference.loc["toothpaste", "estimate"]
    for pooling in ("share", "notch"):
        assert toothpaste(pooling).value("S") == pytest.approx(r[f"S {pooling}"], rel=1e-8)
    params = toothpaste("share").params
    own = params.query("parameter == 'own_s'")["estimate"]
    assert own.tolist() == pytest.approx([r[f"own_{j}"] for j in range(1, 9)], rel=1e-8)
    assert toothpaste("share").value("K") == pytest.approx(r["K"], rel=1e-9)
