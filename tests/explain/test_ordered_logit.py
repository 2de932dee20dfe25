"""The ordered logit beside MASS and statsmodels."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.explain._ordered_logit import fit_ordered

REFERENCE = Path(__file__).parents[1] / "reference"


@pytest.fixture(scope="module")
def birth():
    return pd.read_csv(REFERENCE / "categorical_birthwt.csv")


@pytest.fixture(scope="module")
def ordered():
    return pd.read_csv(REFERENCE / "categorical_ordered.csv")


def test_the_published_example_of_mass():
    """Venables & Ripley: satisfaction of householders; also their printed four digits."""
    data = pd.read_csv(REFERENCE / "categorical_housing.csv")
    fit = pd.read_csv(REFERENCE / "categorical_housing_fit.csv").set_index("name")["value"]
    x = pd.DataFrame(
        {
            "InflMedium": data["Infl"] == "Medium",
            "InflHigh": data["Infl"] == "High",
            "TypeApartment": data["Type"] == "Apartment",
            "TypeAtrium": data["Type"] == "Atrium",
            "TypeTerrace": data["Type"] == "Terrace",
            "ContHigh": data["Cont"] == "High",
        }
    )
    y = data["Sat"].map({"Low": 0, "Medium": 1, "High": 2}).to_numpy()
    own = fit_ordered(x.to_numpy(float), y, data["Freq"].to_numpy(float), 2, list(x))
    assert -2 * own.loglik == pytest.approx(fit["deviance"], abs=1e-9)
    assert own.theta == pytest.approx(fit.iloc[:8].to_numpy(), abs=2e-6)
    assert own.theta[2:].round(4).tolist() == [0.5664, 1.2888, -0.5724, -0.3662, -1.091, 0.3603]


def test_statsmodels_finds_the_same_models(birth, ordered):
    import statsmodels.api as sm
    from statsmodels.miscmodels.ordinal_model import OrderedModel

    x, y = ordered[["a1", "b1", "c2"]].to_numpy(), ordered["y"].to_numpy() - 1
    own = fit_ordered(x, y, np.ones(len(y)), 4)
    other = OrderedModel(y, x, distr="logit").fit(method="bfgs", disp=0, gtol=1e-8, maxiter=500)
    assert own.loglik == pytest.approx(other.llf, abs=1e-8)
    np.testing.assert_allclose(own.theta[4:], other.params[:3], atol=1e-6)
    np.testing.assert_allclose(
        own.information[4:, 4:], -other.model.hessian(other.params)[:3, :3], rtol=1e-3
    )
    x, y = birth[["smoke", "ht", "ui"]].to_numpy(float), birth["low"].to_numpy()
    own = fit_ordered(x, y, np.ones(len(y)), 1)
    other = sm.Logit(y, sm.add_constant(x)).fit(disp=0, tol=1e-14)
    assert own.loglik == pytest.approx(other.llf, abs=1e-10)
    np.testing.assert_allclose(own.theta, [-1, 1, 1, 1] * other.params, atol=1e-9)
