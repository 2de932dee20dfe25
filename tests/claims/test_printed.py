"""Claims put to a correlation table seen in print."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy.survey import Study, make_codebook

TEXT = """
name: mine
title: Customers of one shop
source: A journal, table 2
n: 4000
population: customers
columns:
"""


def simulated(rng, n=4000):
    """Four questions on a bond, three on loyalty, one on values, one on price; all standardised."""
    cause = (
        rng.normal(size=(n, 4))
        @ np.linalg.cholesky(
            [[1, 0.6, 0.5, 0.3], [0.6, 1, 0.4, 0.3], [0.5, 0.4, 1, 0.2], [0.3, 0.3, 0.2, 1]]
        ).T
    )
    counts = {"b": 4, "l": 3, "v": 1, "p": 2}
    columns = {}
    for j, (name, k) in enumerate(counts.items()):
        for i in range(k):
            x = np.sqrt(0.6) * cause[:, j] + np.sqrt(0.4) * rng.normal(size=n)
            columns[f"{name}{i}"] = (x - x.mean()) / x.std()
    return pd.DataFrame(columns), counts


CONSTRUCTS = {
    "b": "affective_commitment",
    "l": "loyalty",
    "v": "value_congruence",
    "p": "monetary_value",
}


def as_rows(table, counts):
    items = {c: {"answers": {"range": [-10, 10]}} for c in table}
    scales = {
        name: {"construct": CONSTRUCTS[name], "items": [f"{name}{i}" for i in range(k)]}
        for name, k in counts.items()
    }
    book = {"study": "rows", "title": "Rows", "population": "customers"}
    book |= {"items": items, "scales": scales}
    return Study(make_codebook(book, "rows"), table)


def as_printed(table, counts, path, *, without=()):
    lines, scores = [TEXT.strip()], {}
    for name, k in counts.items():
        own = table[[f"{name}{i}" for i in range(k)]]
        scores[name] = own.mean(axis=1)
        r = own.corr().to_numpy()
        mean = r[~np.eye(k, dtype=bool)].mean() if k > 1 else 0.7
        alpha = k * mean / (1 + (k - 1) * mean)
        text = f"construct: {CONSTRUCTS[name]}, items: {k}"
        text += f", reliability: {alpha:.6f}" if k > 1 and name not in without else ""
        lines.append(f"  {name}: {{{text}}}")
    r = pd.DataFrame(scores).corr().round(8)
    lines.append("correlations:")
    lines += [f"  - {row.tolist()}" for row in r.to_numpy()]
    path.write_text("\n".join(lines))
    return ls.load_published(str(path))


@pytest.fixture
def both(tmp_path):
    table, counts = simulated(np.random.default_rng(0))
    return as_rows(table, counts), as_printed(table, counts, tmp_path / "mine.yaml")


@pytest.mark.parametrize("claim", ["love-beyond-money", "shared-values-bind"])
def test_a_printed_table_gives_what_the_rows_give(both, claim):
    rows, printed = (ls.check_claims(data, [claim]).iloc[0] for data in both)
    assert printed["verdict"] == rows["verdict"] and printed["measured"] == rows["measured"]
    assert printed["estimate"] == pytest.approx(rows["estimate"], abs=2e-3)
    for name in ("low", "high"):  # normal theory against linearised rows
        assert printed[name] == pytest.approx(rows[name], abs=0.01)
    assert printed["c_used"] == rows["c_used"] == pytest.approx(0.18)


def test_without_an_alpha_nothing_is_judged(tmp_path):
    table, counts = simulated(np.random.default_rng(1))
    printed = as_printed(table, counts, tmp_path / "mine.yaml", without=("b",))
    row = ls.check_claims(printed, ["love-beyond-money"]).iloc[0]
    assert row["verdict"] == "not measured"
    assert ls.check_claims(printed, ["shared-values-bind"]).iloc[0]["verdict"] != "not measured"


def test_what_no_table_says_is_not_judged(both):
    rows = ls.check_claims(both[1]).set_index("claim")
    assert rows.loc["silent-majority", "verdict"] == "not measured"
    assert rows.loc["demographics-weak", "verdict"] == "not measured"


def test_bundled_tables_are_put_to_the_claims():
    for name in ls.list_published()["name"]:
        rows = ls.check_claims(ls.load_published(name))
        assert set(rows["verdict"]) <= {"not measured", "untestable"}
        assert set(rows["population"]) <= {"customers", "members"}
