"""From purchases to the household x brand table of counts."""

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError
from loyaltystudy.opening import reader_of_partitions
from loyaltystudy.purchases._base import BasePanel

CELLS = 200_000_000  # a larger table would not fit into a laptop's memory


def purchase_table(panel, *, household: str | None = None, brand: str | None = None):
    """Count the purchases of each household by brand.

    A purchase is one row, whatever its quantity. Households and brands come back sorted. Only
    households with a purchase are in the table; ``non_buyers`` of the fit, or rows of zeros added
    with ``reindex``, stand for the others.

    Parameters
    ----------
    panel : Panel, DataFrame, Dask DataFrame, or path of a folder of Parquet files
        One row a purchase. Of data in partitions the counts of each are added up; the table
        itself must fit into memory.
    household, brand : str
        Columns that name the household and the brand; a Panel knows its own.

    Returns
    -------
    DataFrame
        households x brands, whole numbers from 0.

    Raises
    ------
    SurveyError
        If a column is not there, a household or brand is missing, there is no row, or the table
        would have more than 200 million cells.

    Examples
    --------
    >>> import pandas as pd
    >>> from loyaltystudy.purchases import purchase_table
    >>> bought = pd.DataFrame({"who": [2, 1, 2, 2], "what": ["tea", "tea", "oat", "tea"]})
    >>> purchase_table(bought, household="who", brand="what")
    what  oat  tea
    who
    1       0    1
    2       1    2
    """
    if isinstance(panel, BasePanel):
        return panel.counts(household, brand)
    if reader := reader_of_partitions(panel):
        return reader.count_purchases(panel, household, brand)
    if not isinstance(panel, pd.DataFrame):
        raise SurveyError(
            f"panel: expected a Panel or a DataFrame, one row a purchase; "
            f"found {type(panel).__name__}."
        )
    return count_rows(panel, household, brand)


def count_rows(purchases: pd.DataFrame, household, brand) -> pd.DataFrame:
    """The household x brand table of purchases in memory."""
    check_names(purchases.columns, household, brand)
    if not len(purchases):
        raise SurveyError("panel: no purchases. Give at least one row.")
    return cross_table(purchases[household], purchases[brand])


def check_names(columns, household, brand) -> None:
    """Raise if the columns that name the household and the brand are not there."""
    missing = [
        f"{name}={value!r}"
        for name, value in (("household", household), ("brand", brand))
        if value not in columns
    ]
    if missing:
        raise SurveyError(f"panel: no such column: {', '.join(missing)}. Columns: {list(columns)}.")


def cross_table(who: pd.Series, what: pd.Series, times: pd.Series | None = None) -> pd.DataFrame:
    """How often each household bought each brand, or the sum of ``times``; both sorted."""
    household, brand = who.name, what.name
    rows, households = _codes(who, household)
    columns, brands = _codes(what, brand)
    cells = len(households) * len(brands)
    if cells > CELLS:
        raise SurveyError(
            f"{brand}: {len(households)} households x {len(brands)} brands are more than "
            f"{CELLS} cells. Pool the small brands first."
        )
    counts = np.bincount(rows * len(brands) + columns, times, minlength=cells).astype(np.int64)
    return pd.DataFrame(
        counts.reshape(len(households), len(brands)),
        index=pd.Index(households, name=household),
        columns=pd.Index(brands, name=brand),
    )


def pool_brands(table: pd.DataFrame, *, keep: int, rest: str = "all others") -> pd.DataFrame:
    """Keep the ``keep`` brands bought most, and add up the others in one column, last.

    Examples
    --------
    >>> import pandas as pd
    >>> from loyaltystudy.purchases import pool_brands
    >>> pool_brands(pd.DataFrame({"a": [5, 1], "b": [0, 1], "c": [1, 0]}), keep=1)
       a  all others
    0  5           1
    1  1           1
    """
    check_table(table)
    if keep < 1 or rest in table.columns:
        raise SurveyError(f"keep={keep}, rest={rest!r}: keep at least 1, under a name of its own.")
    kept = table.sum().sort_values(ascending=False, kind="stable").index[:keep]
    others = table.columns.difference(kept, sort=False)
    pooled = table[kept]
    return pooled.assign(**{rest: table[others].sum(axis=1)}) if len(others) else pooled


def check_table(table) -> np.ndarray:
    """The counts as whole numbers, or one SurveyError with everything that is wrong."""
    if not isinstance(table, pd.DataFrame) or table.shape[0] == 0 or table.shape[1] == 0:
        raise SurveyError("table: expected a household x brand DataFrame with at least one cell.")
    problems = [
        f"table: brand {brand!r} holds {kind}, not numbers. Pass counts, or purchases with "
        "household= and brand=."
        for brand, kind in table.dtypes.items()
        if not pd.api.types.is_numeric_dtype(kind) or pd.api.types.is_bool_dtype(kind)
    ]
    if problems:
        raise SurveyError(problems[:5])
    if not table.columns.is_unique:
        twice = sorted({str(c) for c in table.columns[table.columns.duplicated()]})
        raise SurveyError(f"table: brands that stand twice: {twice}. Add their columns up.")
    values = table.to_numpy()
    if values.dtype.kind in "iu" and values.min() >= 0:
        return values
    numbers = table.to_numpy(float)
    bad = ~(numbers >= 0) | (numbers != np.floor(numbers)) | ~np.isfinite(numbers)
    if bad.any():
        where = [
            f"{table.iloc[r, c]} (household {table.index[r]!r}, brand {table.columns[c]!r})"
            for r, c in np.argwhere(bad)[:5]
        ]
        raise SurveyError(
            f"table: {int(bad.sum())} cells are not whole numbers from 0: {', '.join(where)}. "
            "Net returns against purchases first; write 0 for none."
        )
    return numbers.astype(np.int64)


def _codes(values: pd.Series, name: str) -> tuple[np.ndarray, np.ndarray]:
    codes, levels = pd.factorize(values)
    if (codes < 0).any():
        rows = values.index[codes < 0][:5].tolist()
        raise SurveyError(
            f"{name}: {int((codes < 0).sum())} purchases without a value, first in rows {rows}. "
            "Complete or remove them."
        )
    try:
        order = np.argsort(np.asarray(levels))  # sort the few levels, not the many rows
    except TypeError:
        kinds = sorted({type(level).__name__ for level in levels})
        raise SurveyError(f"{name}: mixes {' and '.join(kinds)}; make it one kind.") from None
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    return place[codes], levels[order]
