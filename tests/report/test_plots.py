"""Plots by their artists."""

import matplotlib.colors as mcolors
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy.claims import Evidence, evidence_on, register
from loyaltystudy.errors import SurveyError
from loyaltystudy.report import plot_overlap, plot_verdicts
from loyaltystudy.report._plots.claims import LOOKS
from loyaltystudy.report._translations import say

VERDICTS = ("supported", "contradicted", "not robust", "inconclusive")


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def study():
    return ls.load_study("mobile-reputation", source="shipped")


def test_reliability_plot_draws_each_scale_once(study):
    table = ls.reliability(study)
    ax = ls.plot_reliability(table)
    labels = [t.get_text() for t in ax.get_yticklabels()]
    assert len(labels) == table["alpha"].notna().sum()
    assert labels[-1].startswith(table.loc[table["alpha"].idxmax(), "scale"])
    drawn = {line.get_xdata()[0] for line in ax.lines if len(line.get_xdata()) > 1}
    assert table["alpha"].max() in {x for line in ax.lines for x in line.get_xdata()}
    assert drawn and "scales of one item: 6" in ax.get_xlabel()


def test_an_empty_selection_is_an_empty_labelled_figure(study):
    table = ls.reliability(study)
    for language, words in (("en", "nothing to show"), ("sv", "ingenting att visa")):
        for ax in (
            ls.plot_reliability(table[:0], language=language),
            ls.plot_reliability(table[table["items"] == 1], language=language),
            ls.plot_claims(ls.check_claims(study)[:0], language=language),
        ):
            assert [text.get_text() for text in ax.texts] == [words]
            assert not ax.lines
    assert ls.plot_reliability(table[:0]).get_xlabel().startswith("reliability with interval")


def test_a_scale_without_a_figure_is_named_below(study):
    table = ls.reliability(study)
    gap = table.index[table["alpha"].notna()][0]
    table.loc[gap, ["alpha", "alpha_low", "alpha_high", "omega"]] = float("nan")
    ax = ls.plot_reliability(table)
    assert ax.get_xlabel().endswith(f"no figure can be given: {table.loc[gap, 'scale']}")


def test_blocks_plot_shows_adjusted_points_in_order_of_dominance(study):
    found = ls.compare_blocks(study, "loyalty", ["trust", "emotional_bonds"])
    ax = ls.plot_blocks(found)
    assert [t.get_text() for t in ax.get_yticklabels()] == ["trust", "emotional bonds"]
    points = {line.get_label(): list(line.get_xdata()) for line in ax.lines}
    alone = found.table.query("measure == 'alone'").set_index("block")["adjusted"]
    assert points["alone"] == [alone["trust"], alone["emotional_bonds"]]
    assert len(ax.collections) == 3  # an interval line for each measure
    assert "n 336" in ax.get_xlabel()


def test_claims_plot_has_a_word_in_every_cell(study):
    table = ls.check_claims(study)
    ax = ls.plot_claims(pd.concat([table, table.assign(study="again", kind="simulated")]))
    words = [t.get_text() for t in ax.texts]
    assert len(words) == 2 * len(table)
    assert (
        words.count("supported\nby proxy")
        == 2 * ((table["verdict"] == "supported") & (table["measured"] == "proxy")).sum()
    )
    assert "again\n(simulated)" in [t.get_text() for t in ax.get_xticklabels()]


@pytest.mark.parametrize("language", ["en", "sv", "nb"])
def test_the_key_of_signs_has_not_robust_where_it_occurs(study, language):
    table = ls.check_claims(study)
    assert (table["verdict"] == "not robust").any()
    sides = [table.assign(study=f"s{i}") for i in range(7)]  # so many that signs stand for words
    wide = pd.concat(sides, ignore_index=True)
    line = f"~ {say('not robust', language)}"
    ax = ls.plot_claims(wide, language=language)
    (key,), rest = _keys(ax, language), say("key of signs", language)
    shown = [f"{LOOKS[v][2]} {say(v, language)}" for v in VERDICTS]
    assert key.split("     ") == shown and line in shown
    (below,) = [each for each in ax.texts if each.get_text() == rest]
    (above,) = [each for each in ax.texts if each.get_text() == key]
    assert not above.get_window_extent().overlaps(below.get_window_extent())
    (key,) = _keys(
        ls.plot_claims(wide[wide["verdict"] != "not robust"], language=language), language
    )
    assert line not in key and f"+ {say('supported', language)}" in key


def _keys(ax, language):
    return [t.get_text() for t in ax.texts if f"+ {say('supported', language)}" in t.get_text()]


def test_verdicts_differ_in_fill_in_sign_and_in_lightness_of_words():
    looks = [LOOKS[verdict] for verdict in VERDICTS]
    assert len({fill for fill, _, _ in looks}) == len({sign for _, _, sign in looks}) == 4
    for fill, ink, _ in looks:  # WCAG 2: 3:1 is the least for large or bold signs
        light, dark = sorted((_luminance(fill), _luminance(ink)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) > 3


def _luminance(colour):
    parts = np.array(mcolors.to_rgb(colour))
    linear = np.where(parts <= 0.03928, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


def test_given_axes_are_used(study):
    _, ax = plt.subplots()
    assert ls.plot_blocks(ls.compare_blocks(study, "loyalty", ["trust"]), ax=ax) is ax
    assert ls.plot_reliability(ls.reliability(study), ax=ax) is ax


def test_names_of_others_are_drawn_as_they_stand():
    name = r"a_$\frac{b$ $$"
    table = pd.DataFrame({"scale": [name, "x" * 10_000], "items": [3, 4], "n": [50, 50]})
    figures = {kind: [0.8, 0.7] for kind in ("alpha", "alpha_low", "alpha_high")}
    figures |= {kind: [0.8, 0.7] for kind in ("omega", "omega_low", "omega_high")}
    ax = ls.plot_reliability(table.assign(**figures))
    ax.figure.canvas.draw()  # a formula that cannot be read would stop here
    long, short = [label.get_text() for label in ax.get_yticklabels()]
    assert short == r"a \$\frac{b\$ \$\$  (3 items)" and len(long) < 80


def test_order_plot_stacks_the_direct_path_and_what_runs_through_later_layers(study):
    order = [["demographics"], ["trust", "calculative_bonds"], ["emotional_bonds"]]
    found = ls.compare_blocks(study, "loyalty", [b for layer in order for b in layer], order=order)
    ax = ls.plot_order(found)
    names = [tick.get_text() for tick in ax.get_yticklabels()]
    assert names == [
        "demographics",
        "trust + calculative bonds",
        "trust",
        "calculative bonds",
        "emotional bonds",
    ]
    table = found.ordered.set_index(["measure", "block"])["adjusted"]
    bars = {container.get_label(): container for container in ax.containers}
    direct = bars["direct path"][1].get_width()
    assert direct == table["direct", "trust & calculative_bonds"]
    through = bars["through later layers"][1]
    assert through.get_x() == direct
    total = table["total", "trust & calculative_bonds"]
    assert through.get_x() + through.get_width() == pytest.approx(total)
    points = next(line for line in ax.lines if line.get_label().startswith("total"))
    assert points.get_xdata()[2] == table["total", "trust"]
    assert "assumed and not found" in ax.get_title(loc="left") and f"n {found.n}" in ax.get_xlabel()
    low, high = ax.get_ylim()
    assert low > high  # the earliest layer on top


def test_order_plot_without_paths_and_without_an_order(study):
    blocks = ["trust", "emotional_bonds"]
    curved = ls.compare_blocks(study, "loyalty", blocks, shape="curved", order="registered")
    ax = ls.plot_order(curved, language="sv")
    assert not ax.containers and "antagen" in ax.get_title(loc="left")
    with pytest.raises(ls.SurveyError, match="no declared order"):
        ls.plot_order(ls.compare_blocks(study, "loyalty", blocks))


def test_marks_of_what_is_measured_by_a_stand_in_are_open(study):
    found = ls.compare_blocks(study, "loyalty", ["trust", "emotional_bonds", "relationship"])
    ax = ls.plot_blocks(found, study=study)
    opened = [line for line in ax.lines if line.get_markerfacecolor() == "white"]
    rows = [t.get_text() for t in ax.get_yticklabels()]
    assert {rows[round(y)] for line in opened for y in line.get_ydata()} == {
        "trust",
        "emotional bonds",
    }
    assert ax.get_xlabel().endswith("open marks: measured by a stand-in")
    alone = [line for line in ls.plot_blocks(found).lines if len(line.get_xdata())]
    assert "white" not in [line.get_markerfacecolor() for line in alone]


def test_overlap_draws_the_largest_parts_and_counts_the_others(study):
    found = ls.compare_blocks(study, "loyalty", ["trust", "emotional_bonds", "relationship"])
    parts = found.commonality
    ax = plot_overlap(found, most=4)
    largest = parts.sort_values("adjusted", key=abs).iloc[-4:].sort_values("adjusted")
    widths = [bar.get_width() for bar in ax.patches]
    assert widths == pytest.approx(largest["adjusted"].clip(largest["low"], largest["high"]))
    rest = parts.drop(largest.index)["adjusted"].sum()
    assert ax.get_xlabel().endswith(f"3 smaller parts, in sum {rest:.3f}")
    colours = {bar.get_facecolor() for bar in ax.patches}
    assert len(colours) == 2


def test_an_interval_that_goes_on_beyond_the_axis_has_an_arrow():
    table = ls.reliability(ls.load_study("mobile-ecsi"))
    ax = ls.plot_reliability(table)
    arrows = [line for line in ax.lines if line.get_marker() == "<"]
    left = ax.get_xlim()[0]
    beyond = (table[["alpha_low", "omega_low"]] < left).sum().sum()
    assert len(arrows) == beyond > 0 and {line.get_xdata()[0] for line in arrows} == {left}


@pytest.mark.parametrize("claim", ["demographics-weak", "engaged-spend-2.5-times", "polygamous"])
def test_a_verdict_stands_against_what_its_rule_asks(claim):
    table = evidence_on([claim])
    ax = plot_verdicts(table)
    rule, shade = register()[claim].rules[0], ax.patches[0].get_extents()
    start, end = ax.transData.inverted().transform(shade)[:, 0]
    step = np.ptp(ax.get_xlim()) / 1000
    for x, verdict in [(start + step, "supported"), (end - step, "supported")]:
        assert rule.judge(Evidence("", x, x, x)) == verdict
    if start > ax.get_xlim()[0] + step:
        assert rule.judge(Evidence("", *[start - step] * 3)) != "supported"
    if end < ax.get_xlim()[1] - step:
        assert rule.judge(Evidence("", *[end + step] * 3)) != "supported"
    marks = [line for line in ax.lines if line.get_marker() == "o"]
    full = [line.get_markerfacecolor() != "white" for line in marks]
    assert full == (table["measured"] == "full").tolist()[::-1]


def test_verdicts_of_several_claims_are_refused():
    with pytest.raises(SurveyError, match="one claim at a time"):
        plot_verdicts(evidence_on(["polygamous", "would-miss"]))


@pytest.mark.parametrize("measured", ["proxy", "part"])
def test_few_studies_are_outlined_too_where_measured_by_a_stand_in(measured):
    rows = evidence_on(["would-miss"]).assign(measured=[measured], verdict="supported")
    for table, filled in ((rows, False), (rows.assign(measured="full"), True)):
        face = ls.plot_claims(table).patches[0].get_facecolor()
        assert (face[3] > 0) == filled


def test_marks_of_the_audit_and_of_pooled_studies_are_open_too(study):
    blocks = ["trust", "relationship"]
    audit = ls.audit_blocks(study, "loyalty", blocks)
    drawn = {line.get_label(): line for line in ls.plot_audit(audit, study=study).lines}
    assert drawn["trust"].get_markerfacecolor() == "white"
    assert drawn["relationship"].get_markerfacecolor() != "white"
    ecsi = ls.load_study("mobile-ecsi", source="shipped")
    found = {"a": audit.comparison, "b": ls.compare_blocks(ecsi, "loyalty", blocks)}
    ax = ls.plot_pooled(ls.pool_blocks(found), "trust", by_stand_in=["a"])
    squares = [line for line in ax.lines if line.get_marker() == "s"]
    assert [s.get_markerfacecolor() == "white" for s in squares] == [True, False]
