"""Reading purchases: checked, under standard names, everything that is wrong named at once."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError, refuse
from loyaltystudy.opening import reader_of_partitions
from loyaltystudy.purchases._panel import Panel
from loyaltystudy.purchases._spec import read_spec
from loyaltystudy.survey import (
    COMMA,
    NUMBER,
    identifiers,
    is_blank,
    masked_cell,
    plain,
    read_table,
)

UNITS = {"seconds": "s", "days": "D"}
USED = "0 or 1, in a panel of use"
MOST_WHOLE = 2.0**53  # from here on two whole numbers may be one float
REPEATED = (
    "receipts: rows that repeat another in every column",
    "keep one of each, or add the column that tells them apart",
)


def read_panel(purchases, spec, *, households=None, contacts=None, **reading) -> Panel:
    """Read and check a panel of purchases, one a row.

    Rows may come in any order: with a time column they are sorted by time within household (rows
    of equal time keep their order); without one, the order of rows is taken as the order of
    purchase. Everything else that is wrong is named at once, and nothing is dropped or filled in.

    Parameters
    ----------
    purchases : DataFrame, Dask DataFrame, or path of a file or folder
        A file as answers are read (:func:`~loyaltystudy.survey.read_table`: delimited text, XLSX,
        Parquet, SPSS, Stata), or a folder of Parquet files. One row a purchase; where
        ``records: use``, one row a household and one column a brand. Identifiers and brands of a
        file stay what is written: 007, 7 and 0007 are three households, NA is a name.
    spec : path of a panel.yaml, dict or PanelSpec
        Which columns say what.
    households, contacts : DataFrame, optional
        With a column ``household``; contacts may have a column ``time``.
    **reading
        Of a file, where it leaves a doubt: ``encoding``, ``delimiter``, ``decimal``, ``sheet``,
        ``limit``.

    Returns
    -------
    Panel
        Of a Dask DataFrame or folder a :class:`~loyaltystudy.outofcore.PartitionedPanel`:
        checked and counted, not in memory.

    Raises
    ------
    SurveyError
        If there is no purchase; columns are not there; a household, a brand or (with a time
        column) a time is missing; times cannot be read; a quantity is not above 0 or spend is
        below 0 (returns); or, with a receipt column, a row repeats another in every column.

    Examples
    --------
    >>> import pandas as pd
    >>> from loyaltystudy.purchases import read_panel
    >>> bought = pd.DataFrame({"card": [7, 7, 9], "maker": ["tea", "oat", "tea"]})
    >>> read_panel(bought, {"name": "ours", "title": "Our shop",
    ...                     "columns": {"household": "card", "brand": "maker"}})
    Panel 'ours': 3 purchases of 2 brands by 2 households, in order
    """
    spec = read_spec(spec)
    if reader := reader_of_partitions(purchases):
        return reader.open_panel(purchases, spec, households, contacts)
    frame = _frame(purchases, spec, reading)
    if spec.records == "use":
        # people who use none of the brands have no row below; their number is kept
        spec = spec.model_copy(update={"panel_size": spec.panel_size or len(frame)})
        frame = _from_use(frame, spec)
    check_columns(frame, spec)
    tidy, left_out, problems = checked_purchases(frame.reset_index(drop=True), spec)
    if problems:
        heading = f"Panel {spec.name!r} (row 1 is the first purchase)"
        raise SurveyError([p.text(tidy.index) for p in problems], heading=heading)
    order = ["household", "time"] if "time" in tidy else ["household"]
    tidy = tidy.sort_values(order, kind="stable").reset_index(drop=True)
    size = spec.panel_size
    if size is not None and size < tidy["household"].nunique():
        raise SurveyError(
            f"Panel {spec.name!r}: panel_size: {size}, but {tidy['household'].nunique()} "
            "households bought."
        )
    return Panel(spec, tidy, households, contacts, left_out)


def check_columns(frame, spec) -> None:
    """Every column that the specification names is there."""
    roles = spec.columns.named()
    missing = [name for name in [*roles, *spec.keep] if name not in frame]
    if missing:
        raise SurveyError(
            f"Panel {spec.name!r}: columns not in the purchases: {missing}. "
            f"Columns: {list(frame.columns)}."
        )
    clash = sorted(set(spec.keep) & set(roles.values()))
    if clash:
        raise SurveyError(f"Panel {spec.name!r}: keep: {clash} are standard names; rename them.")


def checked_purchases(frame, spec, *, whole: bool = True):
    """Purchases under standard names, what was left out, and what is wrong with them.

    Some of the purchases (``whole=False``) may be none; rows that repeat one elsewhere are not
    seen here.
    """
    roles = spec.columns.named()
    frame, left_out = _leave_out(frame, spec)
    problems = _problems(frame, spec, whole)
    tidy = frame[[*roles, *spec.keep]].rename(columns=roles)
    if "time" in tidy:
        tidy["time"], trouble = _times(tidy["time"], spec)
        problems += trouble
    if spec.brands and not problems:
        tidy["brand"] = tidy["brand"].map(lambda code: spec.brands[_code(code)])
    return tidy, left_out, problems


def _frame(purchases, spec, reading: dict) -> pd.DataFrame:
    if isinstance(purchases, pd.DataFrame):
        return _one_kind(purchases, spec)
    if not isinstance(purchases, str | Path):
        raise SurveyError(
            f"purchases: expected a DataFrame or the path of a file; "
            f"found {type(purchases).__name__}."
        )
    path = Path(purchases)
    if not path.is_file():
        raise SurveyError(f"purchases: no file {path.name!r} here.")
    frame = read_table(path, **reading)
    twice = frame.columns[frame.columns.duplicated()].unique()
    wanted = {*spec.columns.named(), *spec.keep, *(rule.column for rule in spec.leave_out)}
    doubled = [c for c in twice if c in wanted or spec.records == "use"]
    if doubled:
        raise SurveyError(f"{path.name}: columns that stand in the file twice: {doubled}.")
    return _typed(frame.loc[:, ~frame.columns.duplicated()], spec)


def _names(frame: pd.DataFrame, spec) -> list:
    """The columns of identifiers and brands."""
    columns = spec.columns
    wanted = {columns.household, columns.brand, columns.contact, columns.receipt}
    return [name for name in frame if name in wanted]


def _one_kind(frame: pd.DataFrame, spec) -> pd.DataFrame:
    """A user's own frame, names kept as they are unless a column mixes numbers and text."""
    names = _names(frame, spec)
    _refuse_doubtful(frame[names])
    objects = {c: frame[c] for c in names if frame[c].dtype == object}
    mixed = {c: cells for c, cells in objects.items() if len({*cells.dropna().map(type)}) > 1}
    frame = frame.assign(**{c: _named(cells) for c, cells in mixed.items()}) if mixed else frame
    blank = [c for c in names if frame[c].dtype.kind == "O" and (frame[c] == "").any()]
    return frame.assign(**{c: frame[c].where(frame[c] != "", None) for c in blank})


def _typed(frame: pd.DataFrame, spec) -> pd.DataFrame:
    """Names as names, 007 beside 7; the other columns as numbers where all their cells are."""
    names = _names(frame, spec)
    comma = frame.attrs.get("decimal") == ","
    _refuse_doubtful(frame[names])
    typed = {
        name: _named(cells) if name in names else _numbers(cells, comma)
        for name, cells in frame.items()
    }
    return pd.DataFrame(typed, index=frame.index)


def _refuse_doubtful(names: pd.DataFrame) -> None:
    """No two names are joined, and none is parted, in silence."""
    found = [f"column {c!r} holds {why}" for c, cells in names.items() if (why := _doubt(cells))]
    refuse(found, heading="Purchases")


def _doubt(cells: pd.Series) -> str:
    """What leaves open which names are one and the same; nothing where all is clear."""
    if cells.dtype.kind == "f":
        large = (cells.abs() >= MOST_WHOLE).any()
        why = "numbers of more than 15 digits, which such a column rounds; save them as text."
        return why if large else ""
    if cells.dtype.kind in "iub" or isinstance(cells.dtype, pd.CategoricalDtype):
        return ""
    if cells.map(lambda cell: isinstance(cell, bytes)).any():
        return "bytes; text is needed."
    text = cells.map(plain, na_action="ignore").dropna().drop_duplicates().astype(str)
    whole = text[text.str.fullmatch(r"[0-9]+(\.0+)?")].str.split(".").str[0]
    two = "numbers written in two ways, as 1 and 1.0. Write each of them in one way."
    return two if whole.duplicated().any() else ""


def _named(cells: pd.Series) -> pd.Series:
    """Identifiers as answers have them; an empty cell is missing, the word NA is a name."""
    found = identifiers(cells)
    return found.where(~is_blank(found), None) if found.dtype == object else found


def _numbers(cells: pd.Series, comma: bool) -> pd.Series:
    if cells.dtype != object and not isinstance(cells.dtype, pd.StringDtype):
        return cells
    text = cells.map(plain, na_action="ignore").astype(object)
    text = text.where(text.notna() & (text != ""), None)
    known = text.dropna().astype(str)
    pointed = known.str.replace(",", ".", regex=False) if comma else known
    if not known.map(lambda cell: _is_number(cell, comma)).all():
        return text
    return pointed.astype(float).reindex(cells.index)


def _is_number(cell: str, comma: bool) -> bool:
    return bool(NUMBER.fullmatch(cell) or (comma and COMMA.fullmatch(cell)))


def _from_use(frame, spec) -> pd.DataFrame:
    """One row for every brand that a household uses."""
    household, brand = spec.columns.household, spec.columns.brand
    if household not in frame:
        frame = frame.rename_axis(household).reset_index()
    brands = frame.columns.drop(household)
    odd = [str(b) for b in brands if not frame[b].isin([0, 1]).all()]
    if odd:
        raise SurveyError(f"Panel {spec.name!r}: expected 0 or 1 in every column; not so in {odd}.")
    long = frame.melt(household, var_name=brand, value_name=USED)
    return long.loc[long[USED] == 1, [household, brand]]


def _leave_out(frame, spec):
    left = []
    for rule in spec.leave_out:
        if rule.column not in frame:
            raise SurveyError(f"Panel {spec.name!r}: leave_out: no such column: {rule.column!r}.")
        out = frame[rule.column].isin(list(rule.values))
        if rule.missing:
            out |= frame[rule.column].isna()
        frame = frame[~out]
        left.append({"why": rule.why, "rows": int(out.sum())})
    return frame, pd.DataFrame(left, columns=["why", "rows"])


class Bad(NamedTuple):
    """What is wrong, in which of the rows not left out (from 0) with which values; the remedy."""

    what: str
    remedy: str = ""
    rows: tuple[int, ...] = ()
    values: tuple = ()

    def text(self, place) -> str:
        """``place``: where each row that was not left out stands in the file, from 0."""
        if not self.rows:
            return self.what
        shown = [f"row {place[row] + 1}" for row in self.rows[:5]]
        if self.values:
            shown = [f"{row}: {value}" for row, value in zip(shown, self.values, strict=True)]
        more = " ..." if len(self.rows) > 5 else ""
        return f"{self.what}, {len(self.rows)} rows ({', '.join(shown)}{more}); {self.remedy}."


def _problems(frame, spec, whole: bool) -> list[Bad]:
    columns = spec.columns
    if frame.empty:
        return [Bad("no purchases. Give at least one row.")] if whole else []
    problems = []
    for name in (columns.household, columns.brand):
        problems += _rows(frame[name].isna(), f"{name}: missing", "complete or remove them")
    for name, limit, inclusive in (
        (columns.quantity, "above 0", False),
        (columns.spend, "from 0", True),
    ):
        if name is None:
            continue
        if not pd.api.types.is_numeric_dtype(frame[name]):
            problems.append(Bad(f"{name}: expected numbers, found {frame[name].dtype}."))
            continue
        good = frame[name] >= 0 if inclusive else frame[name] > 0
        remedy = "net returns against purchases, or remove them"
        problems += _rows(~good, f"{name}: not a number {limit}", remedy, frame[name])
    if spec.brands:
        unknown = frame[columns.brand].map(lambda code: _code(code) not in spec.brands)
        problems += _rows(
            unknown & frame[columns.brand].notna(),
            f"{columns.brand}: no label for",
            "add them to brands",
            frame[columns.brand],
        )
    if columns.receipt is not None and whole:
        problems += _rows(frame.duplicated(), *REPEATED)
    return problems


def _rows(bad, what, remedy, values=None) -> list[Bad]:
    bad = bad.to_numpy(dtype=bool, na_value=True)
    if not bad.any():
        return []
    rows = tuple(int(row) for row in np.flatnonzero(bad))
    return [Bad(what, remedy, rows, () if values is None else (*values.iloc[list(rows[:5])],))]


def _times(time, spec) -> tuple[pd.Series, list[Bad]]:
    name = spec.columns.time
    missing = _rows(time.isna(), f"{name}: missing times", "complete them, or drop the time column")
    if missing or pd.api.types.is_datetime64_any_dtype(time):
        return time, missing
    if pd.api.types.is_numeric_dtype(time):
        if spec.time_unit is None:
            return time.astype(float), []
        return pd.to_datetime(time.astype(float), unit=UNITS[spec.time_unit]), []
    read = pd.to_datetime(time, errors="coerce", format="ISO8601")
    remedy = "write them as 2026-01-31 or 2026-01-31 17:05"
    cells = time.map(lambda cell: masked_cell(str(cell)))  # letters may be somebody's name
    return read, _rows(read.isna(), f"{name}: not a time", remedy, cells)


def _code(code):
    """Codes as the file of labels writes them: 1.0 is 1."""
    return int(code) if isinstance(code, float) and code.is_integer() else code
