"""How results show themselves: a header, tables at three decimals and notes, as text and HTML.

A result inherits :class:`Shown` and says in ``_shown`` what a reader is to see; both forms show the
same numbers, and stored values keep all their digits.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

import pandas as pd


@dataclass(frozen=True, eq=False)
class Display:
    """What a result shows.

    ``tables``: each with its heading, ``""`` for none. ``notes``:
    one sentence a line. ``missing``: what stands for a value that there is not. ``trimmed``: zeros
    at the end of a column's decimals are left out. ``html_only``: columns too wide for text.
    """

    header: str
    tables: Sequence[tuple[str, pd.DataFrame]]
    notes: tuple[str, ...] = ()
    missing: str = "n/a"
    trimmed: bool = False
    html_only: tuple[str, ...] = ()
    html_cells: Mapping[str, object] = field(default_factory=dict)  # column to a cell's HTML

    def numbers(self, table: pd.DataFrame) -> tuple[pd.DataFrame, dict]:
        """The table and the options with which pandas writes its numbers."""
        # whole-number codes of brands are names, row numbers are not
        named = table.index.name is not None or not isinstance(table.index, pd.RangeIndex)
        options = {"na_rep": self.missing, "index": named}
        if self.trimmed:
            return table.round(3), options
        return table, options | {"float_format": "{:.3f}".format}

    def text(self) -> str:
        lines = [self.header]
        for heading, table in self.tables:
            table, options = self.numbers(table.drop(columns=[*self.html_only], errors="ignore"))
            lines += ["", heading] if heading else []
            lines.append(table.to_string(**options))
        if self.notes and any(heading for heading, _ in self.tables):
            lines.append("")
        return "\n".join([*lines, *self.notes])

    def html(self) -> str:
        found = [f"<p>{escape(self.header).replace(chr(10), '<br>')}</p>"]
        for heading, table in self.tables:
            found += [f"<p><b>{escape(heading)}</b></p>"] if heading else []
            found.append(self._table_html(table))
        return "".join([*found, *self._notes_html()])

    def _notes_html(self) -> list[str]:
        """Each note a paragraph, or, where it starts with a dash, an entry of a list."""
        entries = [escape(note[2:]) for note in self.notes if note.startswith("- ")]
        listed = (
            [f"<ul>{''.join(f'<li>{entry}</li>' for entry in entries)}</ul>"] if entries else []
        )
        others = [note for note in self.notes if not note.startswith("- ")]
        return [*(f"<p>{escape(note)}</p>" for note in others), *listed]

    def _table_html(self, table: pd.DataFrame) -> str:
        table, options = self.numbers(table)
        if not self.html_cells:
            return table.to_html(border=0, **options)
        # cells that are HTML must not be escaped, so all other text has to be here
        text = table.select_dtypes(exclude="number")
        table = table.assign(**{name: text[name].map(escape) for name in text})
        cells = {n: cell for n, cell in self.html_cells.items() if n in table}
        table = table.assign(**{n: table[n].map(cell) for n, cell in cells.items()})
        return table.to_html(border=0, escape=False, **options)


class Shown:
    """A result that prints, and shows itself in a notebook, as its ``_shown`` says."""

    def _shown(self) -> Display:
        raise NotImplementedError

    def __repr__(self) -> str:
        return self._shown().text()

    def _repr_html_(self) -> str:
        return self._shown().html()


class ShownTables(Shown):
    """A result of a ``header`` and of ``_tables`` under their names."""

    def _shown(self) -> Display:
        return Display(self.header, [*self._tables().items()], missing="", trimmed=True)
