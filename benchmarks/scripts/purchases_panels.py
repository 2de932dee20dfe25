"""The NBD-Dirichlet on the five shipped panels: what it gives, and where it fails.

Brands as in the data, and with sizes, forms and packings of one maker merged where there are any.
Run as ``python benchmarks/scripts/purchases_panels.py``; results go to purchases_panels.csv beside
it.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from loyaltystudy.purchases._describe import describe_purchases
from loyaltystudy.purchases._fit import fit_dirichlet
from loyaltystudy.purchases._sources import load_panel

RESULTS = Path(__file__).parents[1] / "results"


def figures(name, panel, brands) -> list[dict]:
    fit, described = fit_dirichlet(panel), describe_purchases(panel)
    category = described.category.set_index("measure")
    rows = [("S", *fit.params.set_index("parameter").loc["S", ["estimate", "low", "high"]], "")]
    for measure in ("sole_buyers", "sole_buyers_5plus", "sole_buyers_at_5", "repertoire_at_5"):
        rows.append((measure, *category.loc[measure, ["estimate", "low", "high"]], ""))
    for measure in ("penetration", "purchase_rate", "share_of_requirements", "sole_buyers"):
        part = fit.table[fit.table["measure"] == measure]
        miss = (part["expected"] / part["observed"] - 1).where(part["observed"] > 0).abs()
        rows.append((f"{measure}: mean relative miss", miss.mean(), None, None, ""))
    for row in fit.fit.itertuples():
        words = row.verdict if row.verdict == "not tested" else f"{row.verdict}: {row.note}"
        rows.append((f"check: {row.check}, p", row.p, None, None, words))
    return [
        {
            "panel": name,
            "brands": brands,
            "figure": figure,
            "value": value,
            "low": low,
            "high": high,
            "note": note,
        }
        for figure, value, low, high, note in rows
    ]


def main() -> None:
    rows = []
    for name in ("catsup", "cracker", "yogurt", "tuna", "ketchup"):
        panel = load_panel(name)
        rows += figures(name, panel, "as in the data")
        if panel.spec.makers:
            rows += figures(name, panel.rename_brands(panel.spec.makers), "makers merged")
    table = pd.DataFrame(rows)
    table.to_csv((RESULTS / "purchases_panels.csv"), index=False, float_format="%.4g")
    print(table.to_string(index=False, float_format="%.3g"))


if __name__ == "__main__":
    main()
