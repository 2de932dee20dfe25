"""Tables for a paper: HTML and LaTeX in the manner of the APA, through great_tables."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from loyaltystudy.report.files import write_text

MOST = 400  # characters of a cell; longer ones end in an ellipsis


def write_table(table: pd.DataFrame, folder: Path, name: str, title: str) -> None:
    """Write ``<name>.html`` and ``<name>.tex``: three rules, no lines between, three decimals."""
    made = apa(table, title, name)
    body = _italic_title(made).as_raw_html()
    page = f'<!doctype html>\n<html lang="en"><meta charset="utf-8">\n{body}</html>\n'
    write_text(folder / f"{name}.html", page)
    write_text(folder / f"{name}.tex", made.as_latex() + "\n")


def apa(table: pd.DataFrame, title: str, name: str):
    """A table of great_tables: numbers at three decimals, horizontal rules only."""
    from great_tables import GT

    table = table.rename(columns=str).map(_short)
    table.columns = [column.replace("_", " ") for column in table.columns]
    decimals = [c for c in table if table[c].dtype.kind == "f"]
    made = GT(table, id=f"table-{name}").tab_header(title=_short(title))
    if decimals:
        made = made.fmt_number(columns=decimals, decimals=3, use_seps=False)
    made = made.sub_missing(missing_text="").tab_options(
        table_border_top_style="none", table_border_bottom_style="none",
        heading_align="left", heading_border_bottom_style="none",
        column_labels_border_top_color="black", column_labels_border_bottom_color="black",
        table_body_border_bottom_color="black", table_body_hlines_style="none",
        table_font_names=["Times New Roman", "serif"],
    )  # fmt: skip
    return made


def _italic_title(made):
    """As the APA has it; great_tables knows styles in HTML alone."""
    from great_tables import loc, style

    return made.tab_style(style=style.text(style="italic"), locations=loc.title())


def _short(cell):
    return cell[:MOST] + "…" if isinstance(cell, str) and len(cell) > MOST else cell
