"""Everything in ``data`` that is computed: one command, where the raw files are at hand.

    python -m tools.evidence        (make evidence)

Rows that ship (tools/ship_rows.py), moments and registered errors of studies whose rows do not
(tools/release.py), the answers of the simulated study, which are drawn, and ``evidence.csv``: the
verdicts on studies whose rows do not ship. ``evidence_parts.csv``: what is pooled over studies.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from tqdm import tqdm

from loyaltystudy.claims import claims_on
from loyaltystudy.purchases import list_panels, load_panel
from loyaltystudy.simulation import NORDIC, nordic_answers
from loyaltystudy.survey import SOURCES, data_folder, list_studies, load_study, write_whole
from tools import release, ship_rows
from tools.pooled_claims import PARTS, claim_figures


def fetched_studies() -> list[str]:
    """Studies whose rows do not ship, with their files at hand."""
    return [name for name, source in SOURCES.items() if source.here and not source.shipped]


def write_nordic() -> Path:
    """Write the answers: codes without decimals where all are whole."""
    drawn = nordic_answers()
    codes = drawn.select_dtypes("number")
    whole = codes.columns[(codes.isna() | (codes % 1 == 0)).all()]
    path = data_folder() / NORDIC / "answers.csv"
    table = drawn.astype(dict.fromkeys(whole, "Int64"))
    return write_whole(path, table.to_csv(index=False, lineterminator="\n"))


def write_verdicts() -> pd.DataFrame:
    """Write ``evidence.csv``: the claims on every fetched study."""
    tables = [claims_on(load_study(name)) for name in tqdm(fetched_studies(), disable=None)]
    table = pd.concat(tables, ignore_index=True)
    path = data_folder() / "evidence.csv"
    table.to_csv(path, index=False, float_format="%.10g", lineterminator="\n")
    return table


def write_parts() -> None:
    """Write ``evidence_parts.csv``: every figure of every claim on every real study and panel."""
    shown = list_studies().query("kind == 'real' and available in ['rows', 'fetched']")["name"]
    data = [*(load_study(name) for name in shown), *map(load_panel, list_panels()["panel"])]
    tables = [claim_figures(each) for each in tqdm(data, disable=None)]
    table = pd.concat([t for t in tables if len(t)], ignore_index=True)
    path = data_folder() / PARTS
    table.to_csv(path, index=False, float_format="%.10g", lineterminator="\n")


def main() -> None:
    ship_rows.main()
    release.main([])
    write_nordic()
    table = write_verdicts()
    write_parts()
    judged = table[table["measured"] != "none"]
    print(f"{len(judged)} verdicts on {judged['study'].nunique()} studies, in evidence.csv")


if __name__ == "__main__":
    main()
