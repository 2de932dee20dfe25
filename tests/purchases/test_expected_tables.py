"""What a fit expects of other periods, by frequency and of heavy buyers, beside printed figures."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy.errors import SurveyError
from loyaltystudy.purchases import (
    Aggregates,
    describe_purchases,
    expected_frequencies,
    expected_heavy_buyers,
    expected_period,
    fit_dirichlet,
    simulate_counts,
)

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


@pytest.fixture(scope="module")
def toothpaste():
    """The example of the user guide of the R package NBDdirichlet, S pooled by its rule."""
    brands = pd.DataFrame(
        {
            "share": [0.25, 0.19, 0.10, 0.10, 0.09, 0.08, 0.03, 0.02],
            "penetration": [0.20, 0.17, 0.09, 0.08, 0.08, 0.07, 0.03, 0.02],
        },
        index=BRANDS,
    )
    return fit_dirichlet(Aggregates(0.56, 2.6, brands), pooling="notch")


def test_frequencies_are_those_printed_in_the_guide(toothpaste):
    table = expected_frequencies(toothpaste)
    printed = {
        "Colgate DC": [0.80, 0.12, 0.04, 0.02, 0.01, 0.00, 0.01],
        "Macleans": [0.84, 0.10, 0.03, 0.01, 0.01, 0.00, 0.00],
        "Close Up": [0.91, 0.06, 0.02, 0.01, 0.00, 0.00, 0.00],
        "ultrabrite": [0.92, 0.05, 0.02, 0.01, 0.00, 0.00, 0.00],
        "Gibbs SR": [0.93, 0.05, 0.01, 0.01, 0.00, 0.00, 0.00],
        "Boots Priv. Label": [0.97, 0.02, 0.01, 0.00, 0.00, 0.00, 0.00],
        "Sainsbury Priv. Lab.": [0.98, 0.01, 0.00, 0.00, 0.00, 0.00, 0.00],
    }
    for brand, shares in printed.items():
        rows = table[table["brand"] == brand]
        assert rows["purchases"].tolist() == [0, 1, 2, 3, 4, 5, 6]
        assert rows["or_more"].tolist() == [False] * 6 + [True]
        np.testing.assert_allclose(rows["expected"], shares, atol=0.0051)
        assert rows["expected"].sum() == pytest.approx(1, abs=1e-12)


def test_heavy_buyers_are_those_printed_in_the_guide(toothpaste):
    table = expected_heavy_buyers(toothpaste, least=1, most=6)
    wide = table.pivot_table("expected", "brand", "measure").loc[BRANDS]
    assert wide["penetration"].round(2).tolist() == [0.34, 0.27, 0.15, 0.15, 0.13, 0.12, 0.05, 0.03]
    printed = [1.61, 1.57, 1.51, 1.51, 1.50, 1.49, 1.46, 1.45]
    assert wide["purchase_rate"].round(2).tolist() == printed


def test_one_period_is_the_table_of_the_fit(toothpaste):
    table = expected_period(toothpaste)
    np.testing.assert_allclose(table["expected"], toothpaste.table["expected"])
    assert table[["brand", "measure"]].equals(toothpaste.table[["brand", "measure"]])


def test_a_year_agrees_with_its_frequencies_and_with_simulated_households(toothpaste):
    year = expected_period(toothpaste, periods=4).set_index(["brand", "measure"])["expected"]
    frequencies = expected_frequencies(toothpaste, periods=4, cutoff=80)
    for brand, rows in frequencies.groupby("brand"):
        bought = 1 - rows["expected"].iloc[0]
        assert bought == pytest.approx(year[brand, "penetration"], abs=1e-10)
        mean = (rows["purchases"] * rows["expected"]).sum() / bought
        assert mean == pytest.approx(year[brand, "purchase_rate"], abs=1e-3)
    m, k, alpha = toothpaste.value("M"), toothpaste.value("K"), toothpaste.alpha
    shares = {**alpha.to_dict(), "rest": toothpaste.value("S") - alpha.sum()}
    counts = simulate_counts(4 * m, k, shares, households=60_000, seed=3)
    assert (counts["Colgate DC"] > 0).mean() == pytest.approx(
        year["Colgate DC", "penetration"], abs=0.01
    )
    heavy = counts[counts.sum(axis=1).between(7, 50)]["Colgate DC"]
    found = expected_heavy_buyers(toothpaste, least=7, most=50, periods=4)
    found = found[found["brand"] == "Colgate DC"].set_index("measure")["expected"]
    assert (heavy > 0).mean() == pytest.approx(found["penetration"], abs=0.015)
    assert heavy[heavy > 0].mean() == pytest.approx(found["purchase_rate"], rel=0.02)


def test_a_panel_of_buyers_only_stays_one_of_buyers():
    counts = simulate_counts(3.0, 0.8, {"a": 0.6, "b": 0.4}, households=3000, seed=2)
    fitted = fit_dirichlet(counts[counts.sum(axis=1) > 0])
    assert fitted.base == "category buyers"
    longer = expected_period(fitted, periods=3).set_index(["brand", "measure"])["expected"]
    assert longer["a", "penetration"] < 1
    rows = expected_frequencies(fitted, periods=3, cutoff=0)
    assert 1 - rows["expected"].iloc[0] == pytest.approx(longer["a", "penetration"])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda f: expected_period(f, periods=0), "periods=0: give a length above 0"),
        (lambda f: expected_period(f, periods=float("inf")), "periods=inf"),
        (lambda f: expected_frequencies(f, cutoff=1.5), "cutoff=1.5: give a whole number"),
        (lambda f: expected_heavy_buyers(f, least=0), "least=0, most=None: give 1 <= least"),
        (lambda f: expected_heavy_buyers(f, least=5, most=4), "least=5, most=4"),
        (lambda f: expected_heavy_buyers(f, least=10_000), "nobody is expected to buy"),
    ],
)
def test_arguments_out_of_range(toothpaste, call, message):
    with pytest.raises(SurveyError, match=message):
        call(toothpaste)


def test_a_fit_without_m_and_k_expects_nothing_of_the_category():
    table = pd.DataFrame({"a": [1, 0, 2] * 30, "b": [1, 2, 0] * 30})
    fitted = fit_dirichlet(table)
    assert np.isnan(fitted.value("M"))
    with pytest.raises(SurveyError, match="M and K cannot be distinguished"):
        expected_period(fitted)


@pytest.mark.parametrize(
    "codes", [[1, 2, 3], [0, 1, 2], [10, 20, 7], [3.0, 1.0, 2.0], ["x", "y", "z"]]
)
def test_brand_codes_show_in_tables(codes):
    who = np.repeat(np.arange(200), 4)
    rng = np.random.default_rng(0)
    bought = pd.DataFrame({"h": who, "b": rng.choice(codes, len(who), p=[0.5, 0.3, 0.2])})
    panel = ls.read_panel(
        bought, {"name": "x", "title": "X", "columns": {"household": "h", "brand": "b"}}
    )
    for result in (describe_purchases(panel, resamples=0), ls.fit_dirichlet(panel)):
        lines = [line.split()[0] for line in repr(result).splitlines() if line.strip()]
        assert "brand" in lines
        assert {str(code) for code in sorted(codes)} <= set(lines)
        assert "<th>brand</th>" in result._repr_html_()
    # row numbers of the category's measures are no names
    lines = repr(describe_purchases(panel, resamples=0)).splitlines()
    assert any(line.split()[0] == "repertoire_size" for line in lines)
