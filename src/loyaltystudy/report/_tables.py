"""Tables and figures for a paper: HTML and LaTeX in the manner of the APA, SVG and PNG."""

import io
from html import escape
from pathlib import Path

import numpy as np
import pandas as pd

from loyaltystudy.report._translations import spoken
from loyaltystudy.survey import write_whole

MOST = 400  # characters of a cell; longer ones end in an ellipsis
RULED = "border-top: 1px solid black; border-bottom: 1px solid black"
LATEX = {c: f"\\{c}" for c in "&%$#_{}"} | {
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "\\": r"\textbackslash{}",
}


def write_table(
    table: pd.DataFrame, folder: Path, name: str, title: str, *, language: str = "en", labels=None
) -> None:
    """Write ``<name>.html`` and ``<name>.tex``: three rules, no lines between, three decimals.

    ``labels``: what to call scales, by their names.
    """
    shown, title = as_text(spoken(table, language, labels), language), _short(title)
    head = f'<meta charset="utf-8"><title>{escape(title)}</title>'
    page = f'<!doctype html>\n<html lang="{language}">{head}\n{_html(shown, title, name)}</html>\n'
    write_whole(folder / f"{name}.html", page)
    write_whole(folder / f"{name}.tex", _latex(shown, title))


def write_figure(ax, folder: Path, name: str) -> None:
    """Write the figure of an Axes as ``<name>.svg`` and ``<name>.png``."""
    import matplotlib as mpl

    for kind, metadata in (("svg", {"Date": None}), ("png", {})):
        buffer = io.BytesIO()
        with mpl.rc_context({"svg.hashsalt": name}):  # else every copy has other ids
            look = {"dpi": 160, "bbox_inches": "tight", "facecolor": "white"}
            ax.figure.savefig(buffer, format=kind, metadata=metadata, **look)
        write_whole(folder / f"{name}.{kind}", buffer.getvalue())


def as_text(table: pd.DataFrame, language: str = "en") -> pd.DataFrame:
    """Every cell as it is printed: three decimals, the language's decimal sign, gaps empty."""
    table = table.reset_index(drop=True).rename(columns=str)
    point = "." if language == "en" else ","
    shown = {}
    for column in table:
        values, decimal = table[column], table[column].dtype.kind == "f"
        written = [f"{v:.3f}".replace(".", point) if decimal else _short(str(v)) for v in values]
        shown[column.replace("_", " ")] = np.where(values.isna(), "", written)
    return pd.DataFrame(shown, index=table.index, dtype=object)


def _html(shown: pd.DataFrame, title: str, name: str) -> str:
    """The table in the manner of the APA: title in italics, rules above, below and under names."""
    rules = [
        {"selector": "", "props": "border-collapse: collapse; font-family: Times, serif"},
        {"selector": "caption", "props": "caption-side: top; text-align: left; font-style: italic"},
        {"selector": "th, td", "props": "padding: 2px 10px; text-align: left; vertical-align: top"},
        {"selector": "thead th", "props": RULED},
        {"selector": "tbody tr:last-child td", "props": "border-bottom: 1px solid black"},
    ]
    styled = shown.style.set_uuid(f"table-{name}").hide(axis="index")
    styled = styled.format(escape="html").format_index(escape="html", axis=1)
    return styled.set_caption(escape(title)).set_table_styles(rules).to_html()


def _latex(shown: pd.DataFrame, title: str) -> str:
    """The same with the rules of LaTeX's booktabs."""
    styled = shown.style.hide(axis="index").format(escape="latex")
    styled = styled.format_index(escape="latex", axis=1)
    caption = "".join(LATEX.get(letter, letter) for letter in title)
    return styled.to_latex(hrules=True, caption=caption, column_format="l" * shown.shape[1])


def _short(cell):
    return cell[:MOST] + "…" if isinstance(cell, str) and len(cell) > MOST else cell
