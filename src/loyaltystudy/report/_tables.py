"""Tables and figures for a paper: HTML and LaTeX in the manner of the APA, SVG and PNG."""

from __future__ import annotations

import io
from html import escape
from pathlib import Path

import pandas as pd

from loyaltystudy.report._translations import spoken
from loyaltystudy.survey import write_whole

MOST = 400  # characters of a cell; longer ones end in an ellipsis


def write_table(
    table: pd.DataFrame, folder: Path, name: str, title: str, *, language: str = "en", labels=None
) -> None:
    """Write ``<name>.html`` and ``<name>.tex``: three rules, no lines between, three decimals.

    ``labels``: what to call scales, by their names.
    """
    made = apa(spoken(table, language, labels), title, name, language)
    body = _italic_title(made).as_raw_html()
    head = f'<meta charset="utf-8"><title>{escape(_short(title))}</title>'
    page = f'<!doctype html>\n<html lang="{language}">{head}\n{body}</html>\n'
    write_whole(folder / f"{name}.html", page)
    write_whole(folder / f"{name}.tex", made.as_latex() + "\n")


def write_figure(ax, folder: Path, name: str) -> None:
    """Write the figure of an Axes as ``<name>.svg`` and ``<name>.png``."""
    import matplotlib as mpl

    for kind, metadata in (("svg", {"Date": None}), ("png", {})):
        buffer = io.BytesIO()
        with mpl.rc_context({"svg.hashsalt": name}):  # else every copy has other ids
            ax.figure.savefig(
                buffer,
                format=kind,
                dpi=160,
                bbox_inches="tight",
                facecolor="white",
                metadata=metadata,
            )
        write_whole(folder / f"{name}.{kind}", buffer.getvalue())


def apa(table: pd.DataFrame, title: str, name: str, language: str = "en"):
    """A table of great_tables: numbers at three decimals, horizontal rules only."""
    from great_tables import GT

    table = table.rename(columns=str).map(_short)
    table.columns = [column.replace("_", " ") for column in table.columns]
    decimals = [c for c in table if table[c].dtype.kind == "f"]
    made = GT(table, id=f"table-{name}").tab_header(title=_short(title))
    if decimals:
        made = made.fmt_number(
            columns=decimals, decimals=3, use_seps=False, dec_mark="." if language == "en" else ","
        )
    made = made.sub_missing(missing_text="").tab_options(
        table_border_top_style="none",
        table_border_bottom_style="none",
        heading_align="left",
        heading_border_bottom_style="none",
        column_labels_border_top_color="black",
        column_labels_border_bottom_color="black",
        table_body_border_bottom_color="black",
        table_body_hlines_style="none",
        table_font_names=["Times New Roman", "serif"],
    )
    return made


def _italic_title(made):
    """As the APA has it; great_tables knows styles in HTML alone."""
    from great_tables import loc, style

    return made.tab_style(style=style.text(style="italic"), locations=loc.title())


def _short(cell):
    return cell[:MOST] + "…" if isinstance(cell, str) and len(cell) > MOST else cell
