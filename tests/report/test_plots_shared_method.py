"""The swept map of shared method and the map of verdicts, by what is drawn."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy.claims import register, verdict_map
from loyaltystudy.report._plots.shared_method import MAP_VERDICTS
from loyaltystudy.report._translations import called_claim, say


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
        "supported",
        "contradicted",
        "not robust",
        "inconclusive",
    }
    swedish = ls.plot_verdict_map(table, language="sv")
    assert "får stöd" in {t.get_text() for t in swedish.texts}


@pytest.mark.parametrize("language", ["en", "sv", "nb"])
def test_the_map_speaks_every_language_and_its_words_do_not_meet(language):
    table = pd.DataFrame(
        [
            (claim, factor, verdict)
            for claim in [*register()][:40]
            for factor, verdict in zip(
                (0.5, 0.7, 1.0, 1.4, 2.0), (*MAP_VERDICTS, "not measured"), strict=True
            )
        ],
        columns=["claim", "factor", "verdict"],
    )
    ax = ls.plot_verdict_map(table, language=language)
    ax.figure.canvas.draw()
    (key,) = [ax.get_legend()]
    assert [t.get_text() for t in key.get_texts()] == [
        say(v, language) for v in (*MAP_VERDICTS, "not measured")
    ]
    names = [t.get_text() for t in ax.get_yticklabels()]
    assert names == [called_claim(name, language) for name in dict.fromkeys(table["claim"])]
    point = "0.5" if language == "en" else "0,5"
    assert ax.get_xticklabels()[0].get_text() == f"× {point}"
    words = [*ax.texts, *ax.get_xticklabels(), *ax.get_yticklabels(), ax.xaxis.label]
    boxes = [each.get_window_extent() for each in [*words, *key.get_texts()]]
    for i, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[i + 1 :])
    cells = [patch.get_window_extent() for patch in ax.patches]
    inside = [text.get_window_extent() for text in ax.texts]
    assert all(c.x0 < t.x0 and t.x1 < c.x1 for c, t in zip(cells, inside, strict=True))
    assert not any(key.get_window_extent().overlaps(cell) for cell in cells)


def test_the_key_of_a_map_names_not_robust_even_where_no_verdict_is():
    study = ls.load_study("mobile-reputation", source="shipped")
    ax = ls.plot_verdict_map(verdict_map(study, ["engaged-recommend"]))
    assert "not robust" in {t.get_text() for t in ax.get_legend().get_texts()}
    outlined = [p for p in ax.patches if p.get_linewidth() > 1]
    assert [round(p.get_x() + 0.46) for p in outlined] == [2]  # the rule as it stands
