"""How results with several tables print: one header line, then each table at three decimals."""

from __future__ import annotations

import html
from collections.abc import Mapping

import pandas as pd


def _rounded(table: pd.DataFrame) -> pd.DataFrame:
    return table.round(3)


def as_text(header: str, tables: Mapping[str, pd.DataFrame]) -> str:
    """Plain text; stored values keep all their digits."""
    parts = [header]
    for name, table in tables.items():
        parts += ["", name, _rounded(table).to_string(index=False, na_rep="")]
    return "\n".join(parts)


def as_html(header: str, tables: Mapping[str, pd.DataFrame]) -> str:
    """The same numbers for a notebook."""
    parts = [f"<p>{html.escape(header).replace(chr(10), '<br>')}</p>"]
    for name, table in tables.items():
        parts.append(f"<p><b>{html.escape(name)}</b></p>")
        parts.append(_rounded(table).to_html(index=False, na_rep="", border=0))
    return "\n".join(parts)
