"""Run as a process of its own: one SPSS or Stata file to a table on standard output.

A changed byte can make the C library under pyreadstat crash; here that ends this process alone.
It imports nothing of the package, so that it starts quickly.
"""

import datetime
import json
import os
import sys

KEY = "table"  # of the schema's metadata: what the file says about itself, as JSON
_SPSS_START, _STATA_START = "1582-10-14", "1960-01-01"
_SPSS_DATES = ("DATE", "ADATE", "EDATE", "JDATE", "SDATE")
_SPSS_TIMES = ("DATETIME", "YMDHMS")


def main(path: str, kind: str, encoding: str, bytes_allowed: str) -> None:
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what C code prints must not stand within the table
    _limit(int(bytes_allowed))
    columns, meta = _read(path, kind, encoding or None)
    _send(columns, _about(meta), out)


def _limit(most: int) -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _read(path: str, kind: str, encoding):
    import pyreadstat

    reader = pyreadstat.read_sav if kind == "sav" else pyreadstat.read_dta
    options = {"encoding": encoding, "output_format": "dict"}
    if kind == "sav":
        options["user_missing"] = True
    try:
        return reader(path, **options)
    except (OverflowError, pyreadstat.PyreadstatError) as error:
        if "date" not in str(error).lower() and not isinstance(error, OverflowError):
            raise
    columns, meta = reader(path, **options, disable_datetime_conversion=True)
    formats = {name: str(form) for name, form in meta.original_variable_types.items()}
    return {n: _dated(cells, formats.get(n, ""), kind) for n, cells in columns.items()}, meta


def _dated(cells: list, form: str, kind: str) -> list:
    """Numbers that stand for days as text, where one of them is beyond Python's calendar."""
    unit = _unit(form, kind)
    if unit is None:
        return cells
    import numpy as np

    start = np.datetime64(_SPSS_START if kind == "sav" else _STATA_START, unit[0])
    shown = np.datetime64("NaT") if not cells else None
    texts = []
    for cell in cells:
        if cell is None or cell != cell or abs(cell) > 1e15:
            texts.append(None if cell is None or cell != cell else f"{cell:g} (no date)")
            continue
        shown = (start + np.timedelta64(int(cell), unit[0])).astype(f"datetime64[{unit[1]}]")
        texts.append(str(shown).replace("T", " "))
    return texts


def _unit(form: str, kind: str) -> tuple[str, str] | None:
    """The unit of the number, and the unit to show."""
    if kind == "sav":
        name = form.rstrip("0123456789.")
        if name in _SPSS_DATES:
            return "s", "D"
        return ("s", "s") if name in _SPSS_TIMES else None
    if form.startswith(("%td", "%d", "%-td", "%-d")):
        return "D", "D"
    return ("ms", "s") if form.startswith(("%tc", "%tC", "%-tc")) else None


def _about(meta) -> dict:
    """What the file says about itself, in plain values."""
    codes = {
        column: [[float(code), label] for code, label in labels.items() if _number(code)]
        for column, labels in meta.variable_value_labels.items()
    }
    missing = {
        column: [[r["lo"], r["hi"]] for r in ranges if not isinstance(r["lo"], str)]
        for column, ranges in getattr(meta, "missing_ranges", {}).items()
    }
    return {
        "labels": codes,
        "user_missing": missing,
        "wording": {c: w for c, w in meta.column_names_to_labels.items() if w},
        "measure": dict(getattr(meta, "variable_measure", {}) or {}),
        "notes": [str(note) for note in meta.notes or ()],
        "encoding": meta.file_encoding or "",
        "rows": meta.number_rows,
    }


def _number(code) -> bool:
    return isinstance(code, (int, float)) and not isinstance(code, bool)


def _send(columns: dict, about: dict, out) -> None:
    import pyarrow as pa

    arrays = [_array(cells) for cells in columns.values()]
    table = pa.Table.from_arrays(arrays, names=list(columns))
    table = table.replace_schema_metadata({KEY: json.dumps(about)})
    with pa.ipc.new_stream(out, table.schema) as stream:
        stream.write_table(table)
    out.flush()


def _array(cells: list):
    import pyarrow as pa

    kinds = {type(cell) for cell in cells} - {type(None)}
    if kinds <= {int, float}:
        return pa.array(cells, type=pa.float64() if float in kinds or not kinds else pa.int64())
    return pa.array([None if cell is None else _text(cell) for cell in cells], type=pa.string())


def _text(cell) -> str:
    if isinstance(cell, float):
        return "" if cell != cell else f"{cell:g}"
    if isinstance(cell, datetime.datetime):
        return cell.isoformat(" ")
    return str(cell)


if __name__ == "__main__":
    main(*sys.argv[1:])
