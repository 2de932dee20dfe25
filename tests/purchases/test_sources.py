"""The panels that ship."""

import pytest

from loyaltystudy.errors import SurveyError
from loyaltystudy.purchases._counts import purchase_table
from loyaltystudy.purchases._fit import fit_dirichlet
from loyaltystudy.purchases._sources import list_panels, load_panel

SIZES = {
    "catsup": (2798, 300, 4),
    "cracker": (3292, 136, 4),
    "yogurt": (2412, 100, 4),
    "tuna": (13705, 3093, 5),
    "ketchup": (4956, 1956, 4),
}


@pytest.mark.parametrize("name", SIZES)
def test_shipped_panels_have_their_known_sizes(name):
    panel = load_panel(name)
    rows = panel.purchases
    assert (len(rows), rows["household"].nunique(), rows["brand"].nunique()) == SIZES[name]
    assert panel.ordered == (name not in ("tuna", "ketchup"))


def test_tuna_and_ketchup_are_sorted_by_brand_whatever_the_spec_says():
    for name in ("tuna", "ketchup"):
        panel = load_panel(name)
        spec = panel.spec.model_copy(update={"order": "rows"})
        assert not type(panel)(spec, panel.purchases).ordered


def test_every_panel_has_limits_first():
    from loyaltystudy.survey._shipped import data_folder

    for name in list_panels()["panel"]:
        readme = (data_folder() / "panels" / name / "README.md").read_text(encoding="utf-8")
        assert readme.split("## ")[1].startswith("Limits first")
        assert "## Origin and licence" in readme


@pytest.mark.parametrize("name", ["catsup", "cracker", "yogurt", "tuna", "ketchup"])
def test_readme_tells_where_the_model_fails(name):
    from loyaltystudy.survey._shipped import data_folder

    readme = (data_folder() / "panels" / name / "README.md").read_text(encoding="utf-8")
    for row in fit_dirichlet(load_panel(name)).fit.itertuples():
        text = row.verdict if row.verdict == "not tested" else f"{row.verdict}: {row.note}"
        assert f"| {row.check} | {text} |" in readme


def test_unknown_panel_is_told():
    with pytest.raises(SurveyError, match=r"name='beer': no such panel. Panels: \['catsup'"):
        load_panel("beer")


def test_margarine():
    panel = load_panel("margarine")
    assert len(panel.purchases) == 4470 and panel.purchases["household"].nunique() == 516
    assert set(panel.purchases["household"]) == set(panel.households["household"])
    assert panel.purchases["brand"].value_counts().index[0] == "Parkay stick"


def test_scotch():
    panel = load_panel("scotch")
    assert purchase_table(panel).shape == (2218, 21)
    assert not panel.ordered


def test_journey():
    panel = load_panel("journey")
    assert len(panel.purchases) + panel.left_out["rows"].sum() == 75_000
    assert panel.non_buyers + panel.purchases["household"].nunique() == 2469
    assert len(panel.households) == 801 and len(panel.contacts) == 6589
    assert panel.purchases["time"].dt.year.between(2017, 2018).all()
    assert panel.contacts["time"].dt.year.isin([2016, 2017]).all()


def test_detailing():
    """bayesm: 1,000 physicians, 23 months."""
    panel = load_panel("detailing")
    assert panel.purchases["household"].nunique() + panel.non_buyers == 1000
    assert panel.purchases["time"].nunique() == 23 and len(panel.households) == 1000
    assert panel.purchases["spend"].gt(0).all()
