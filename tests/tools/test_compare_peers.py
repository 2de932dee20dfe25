"""The page that compares us with R and pingouin: the script gives it, and its figures agree."""

import numpy as np
import pingouin as pg
import pytest

from tools import compare_peers


@pytest.fixture(scope="module")
def table():
    return compare_peers.figures().set_index("figure")


@pytest.mark.parametrize("program", ["R", "pingouin", "statsmodels"])
def test_figures_agree_where_a_program_has_them(table, program):
    both = table.dropna(subset=[program])
    assert len(both) >= 3
    # pingouin rounds its intervals to three decimals
    rounded = both.index.str.startswith("its interval") & (program == "pingouin")
    gap = (both["here"] - both[program]).abs()
    assert (gap[~rounded] < 1e-5).all() and (gap[rounded] < 5.1e-4).all()


def test_every_figure_of_r_names_a_script_that_is_there(table):
    for row in table.itertuples():
        assert bool(row._3) == bool(np.isfinite(row.R))
        assert not row._3 or (compare_peers.REFERENCE / row._3).is_file()


def test_the_page_is_what_the_script_writes():
    page = compare_peers.PAGE.read_text(encoding="utf-8")
    made = compare_peers.page()
    drop = [
        [line for line in text.splitlines() if "Made with" not in line] for text in (page, made)
    ]
    assert drop[0] == drop[1]


def test_pingouin_has_what_the_table_of_capabilities_says():
    for name in ("cronbach_alpha", "mediation_analysis", "rm_anova", "bayesfactor_ttest"):
        assert hasattr(pg, name)
    assert not [name for name in dir(pg) if "omega" in name.lower() or "mixedlm" in name]
