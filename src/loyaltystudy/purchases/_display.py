"""How results show themselves: one header, the same tables and notes, as text and as HTML."""

from __future__ import annotations

import pandas as pd


class Shown:
    """A result with a header, tables and notes; numbers at three decimals, stored unrounded."""

    def _shown(self) -> tuple[str, list[pd.DataFrame], list[str]]:
        raise NotImplementedError

    def __repr__(self) -> str:
        head, tables, notes = self._shown()
        body = [t.to_string(index=_named(t), float_format="%.3f") for t in tables]
        return "\n".join([head, *body, *notes])

    def _repr_html_(self) -> str:
        from html import escape

        head, tables, notes = self._shown()
        body = [t.to_html(index=_named(t), float_format="{:.3f}".format) for t in tables]
        told = [f"<p>{escape(text)}</p>" for text in (head, *notes)]
        return "".join([told[0], *body, *told[1:]])


def _named(table) -> bool:
    return not isinstance(table.index, pd.RangeIndex)
