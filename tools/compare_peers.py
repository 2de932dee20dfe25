"""Write docs/compare.md: our figures beside those of R, pingouin and statsmodels.

`python -m tools.compare_peers` runs pingouin and statsmodels, reads what R gave from
tests/reference, and writes the page. JASP has a window and no command, so it is not run.
"""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
import pingouin as pg
import statsmodels.api as sm

import loyaltystudy as ls
from loyaltystudy.explain import relative_weights
from loyaltystudy.scales import cfa

ROOT = Path(__file__).parents[1]
REFERENCE = ROOT / "tests" / "reference"
PAGE = ROOT / "docs" / "compare.md"
BLOCKS = {"engine": ["cyl", "disp", "hp"], "body": ["wt", "qsec"], "gears": ["am", "gear", "carb"]}
PREDICTORS = [name for block in BLOCKS.values() for name in block]
THREE = {
    "visual": ["x1", "x2", "x3"],
    "textual": ["x4", "x5", "x6"],
    "speed": ["x7", "x8", "x9"],
}
COLUMNS = ["figure", "here", "R", "R script", "pingouin", "statsmodels"]
NONE = np.nan


def figures() -> pd.DataFrame:
    """One row a figure; NaN where a program has none."""
    rows = [*_reliability(), *_regression(), *_factors()]
    return pd.DataFrame(rows, columns=COLUMNS)


def _reliability():
    """Trust of mobile-reputation: alpha, Feldt's interval, omega."""
    study = ls.load_study("mobile-reputation", source="shipped")
    ours = ls.reliability(study, interval="feldt").set_index("scale").loc["trust"]
    r = pd.read_csv(REFERENCE / "reliability.csv").query("study == 'mobile-reputation'")
    r = r.set_index("scale").loc["trust"]
    alpha, (low, high) = pg.cronbach_alpha(study.keyed(["qual_5", "qual_6", "qual_7"]))
    script = "reliability.R"
    yield "alpha of trust, 3 items", ours["alpha"], r["alpha"], script, alpha, NONE
    yield "its interval, lower end", ours["alpha_low"], r["alpha_low"], script, low, NONE
    yield "its interval, upper end", ours["alpha_high"], r["alpha_high"], script, high, NONE
    yield "omega of trust", ours["omega"], r["omega"], script, NONE, NONE


def _regression():
    """Fuel use of 32 cars (mtcars) by eight predictors in three blocks."""
    cars = pd.read_csv(REFERENCE / "relative_mtcars.csv").astype(float)
    x, y = cars[PREDICTORS], cars["mpg"]
    fit = sm.OLS(y, sm.add_constant(x)).fit()
    theirs = pg.linear_regression(x, y, relimp=True).set_index("names")
    r = pd.read_csv(REFERENCE / "relative.csv", keep_default_na=False)
    r = r.set_index(["what", "block", "predictor"])["value"].astype(float)
    single = ls.compare_blocks(cars, "mpg", {name: [name] for name in PREDICTORS})
    blocks = ls.compare_blocks(cars, "mpg", BLOCKS)
    weighted = ls.compare_blocks(ls.moments(cars, weights=cars["drat"]), "mpg", BLOCKS)
    by_weight = sm.WLS(y, sm.add_constant(x), weights=cars["drat"]).fit()
    lone = relative_weights(cars, "mpg", PREDICTORS).set_index("predictor")["estimate"]
    script = "relative.R"
    r2 = theirs["r2"].iloc[0]
    yield "R² of eight predictors", blocks.r2, r["r2", "", ""], script, r2, fit.rsquared
    adjusted = theirs["adj_r2"].iloc[0]
    yield "adjusted R²", blocks.r2_adjusted, NONE, "", adjusted, fit.rsquared_adj
    ours = _estimate(single, "wt", "dominance")
    given = theirs.loc["wt", "relimp"]
    yield "dominance of one predictor", ours, r["dominance", "", "wt"], script, given, NONE
    for measure in ("alone", "unique", "dominance"):
        ours, theirs_r = _estimate(blocks, "engine", measure), r[f"block_{measure}", "engine", ""]
        yield f"{measure} of a block of three", ours, theirs_r, script, NONE, NONE
    weight = r["relative_weight", "", "wt"]
    yield "relative weight of one predictor", lone["wt"], weight, script, NONE, NONE
    yield "R², weighted", weighted.r2, r["r2_weighted", "", ""], script, NONE, by_weight.rsquared


def _factors():
    """Holzinger and Swineford's nine tests: a loading, maximum likelihood."""
    data = pd.read_csv(REFERENCE / "validity_holzinger.csv")
    found = cfa(data, THREE).loadings.set_index("item")["loading"]
    r = pd.read_csv(REFERENCE / "r_users.csv", keep_default_na=False)
    r = r[r["call"] == "lavaan::cfa(model, data, std.lv = TRUE)"].set_index("a")["value"]
    yield "standardised loading, three factors", found["x1"], r["x1"], "r_users.R", NONE, NONE


def _estimate(found: ls.BlockComparison, block: str, measure: str) -> float:
    table = found.table.set_index(["block", "measure"])["estimate"]
    return float(table[block, measure])


def figures_text(table: pd.DataFrame) -> str:
    """As a table in Markdown, at five decimals; a dash where there is no such figure."""
    lines = ["| " + " | ".join(COLUMNS) + " |", "|---|---|---|---|---|---|"]
    for row in table.itertuples(index=False):
        cells = [v if isinstance(v, str) else _number(v) for v in row]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _number(value: float) -> str:
    return "-" if np.isnan(value) else f"{value:.5f}"


def page() -> str:
    """The whole page."""
    r = (REFERENCE / "r_users_versions.txt").read_text(encoding="utf-8").splitlines()
    mine = [f"{name} {version(name)}" for name in ("pingouin", "statsmodels")]
    made = "; ".join([*mine, *r])
    text = TEXT.replace("{figures}", figures_text(figures())).replace("{versions}", made)
    return text


TEXT = (ROOT / "tools" / "compare_peers.md").read_text(encoding="utf-8")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
