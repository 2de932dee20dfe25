"""The swept map of shared method and the map of verdicts, by what is drawn."""

import matplotlib.pyplot as plt
import pytest

import loyaltystudy as ls
from loyaltystudy.claims import verdict_map


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


def test_the_sweep_shows_the_interval_the_bound_and_the_tipping_point():
    study = ls.load_study("mobile-ecsi", source="shipped")
    found = ls.shared_method(study, "responsibility", on="loyalty")
    ax = ls.plot_shared_method(found)
    line = ax.lines[0]
    assert line.get_xdata().tolist() == found.table["c"].tolist()
    assert line.get_ydata() == pytest.approx(found.table["estimate"])
    assert any(list(each.get_ydata()) == [0.10, 0.10] for each in ax.lines)
    (mark,) = [each for each in ax.lines if each.get_marker() == "D"]
    assert mark.get_xdata()[0] == pytest.approx(found.tipping_point)
    assert ax.texts[0].get_text() == f"tips at {found.tipping_point:.2f}"
    assert ax.get_ylabel() == "trait correlation" and "not robust" in ax.get_title("left")


def test_the_sweep_of_a_slope_says_what_is_held_and_takes_given_axes():
    study = ls.load_study("mobile-reputation", source="shipped")
    found = ls.shared_method(study, "would_miss", on="loyalty", given=["satisfaction"])
    _, given = plt.subplots()
    assert ls.plot_shared_method(found, ax=given) is given
    assert given.get_ylabel() == "slope, others held" and "given satisfaction" in given.get_title(
        "left"
    )
    assert not [each for each in given.lines if each.get_marker() == "D"]  # it never held


def test_the_map_has_a_box_for_every_claim_and_factor():
    study = ls.load_study("mobile-reputation", source="shipped")
    table = verdict_map(study, ["would-miss", "responsibility-matters"])
    ax = ls.plot_verdict_map(table)
    assert len(ax.patches) == len(table) == 10
    assert [t.get_text() for t in ax.get_xticklabels()] == ["× 0.5", "× 0.7", "× 1", "× 1.4", "× 2"]
    assert {t.get_text() for t in ax.texts} <= {
        "supported", "contradicted", "not robust", "inconclusive"}  # fmt: skip
    swedish = ls.plot_verdict_map(table, language="sv")
    assert "får stöd" in {t.get_text() for t in swedish.texts}
