"""Columns of a Dask DataFrame or folder without codebook: one pass, moments of groups of rows."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd

from loyaltystudy.errors import ROWS, SurveyError, refuse
from loyaltystudy.outofcore._duplicates import repeated_rows
from loyaltystudy.outofcore._engine import Batch, Totals, open_partitions
from loyaltystudy.outofcore._moments import numbers, without_end
from loyaltystudy.survey import (
    GROUPS,
    GroupedMoments,
    ModelColumn,
    add_groups,
    by_group,
    groups_of,
    hashed,
    mixed,
    without_references,
)

UNKEYED = (
    f"The index of the Dask DataFrame must name each row once; labels stand twice in {ROWS}. Make "
    "the column that names the rows the index of every partition, data.map_partitions(lambda "
    "partition: partition.set_index('member')), or read the data with a codebook that names the "
    "respondents, or give the folder of Parquet files itself."
)


def frame_moments(data, names: Sequence[str]) -> GroupedMoments:
    """Moments of groups of rows, over those with all of some columns.

    Groups are made by a hash of what names a row: its label in the index of a Dask DataFrame, in a
    folder its place among all rows, which the files' footers give. Both are known before the rows
    are read, so one pass does. (The place in a Dask DataFrame is not, and groups of every so-many-
    th row, which would do without, are too much alike where rows are sorted: intervals would be too
    narrow.) Labels that stand twice are refused: their groups would change with the partitions.
    """
    partitions = open_partitions(data)
    absent = [n for n in names if n not in partitions.meta]
    if absent:
        columns = [*partitions.meta.columns][:20]
        raise SurveyError(f"Not in the data: {absent}. Columns: {columns}.")
    columns = tuple(column for name in names for column in _columns(partitions.meta[name]))
    found, twice = partitions.reduce_keyed(partial(_sums, names, columns), columns=names)
    if found is None:
        raise SurveyError(f"{partitions.name}: no rows.")
    refuse(repeated_rows(partitions, twice, names[:1], _labels, UNKEYED).lines())
    _check(found)
    return by_group(without_references(found["moments"], columns), found["rows"])


def _check(found: Totals) -> None:
    if empty := [name for name, count in found["given"].items() if not count]:
        raise SurveyError(f"Columns without any value: {empty}. Leave them out.")
    if infinite := [str(name) for name, count in found["infinite"].items() if count]:
        raise SurveyError(without_end(infinite))


def _columns(column: pd.Series) -> list[ModelColumn]:
    """A column without codebook, by what it is declared to hold: itself, or its categories."""
    if pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column):
        return [ModelColumn(column.name, str(column.name))]
    levels = column.cat.categories if isinstance(column.dtype, pd.CategoricalDtype) else ()
    if not len(levels) or "__UNKNOWN_CATEGORIES__" in levels:
        raise SurveyError(
            f"Column {column.name!r} is neither numeric nor of known categories. Make it so with "
            f"frame.categorize([{column.name!r}]), or read the data with a codebook."
        )
    return [ModelColumn.category(column.name, level) for level in levels]


def _sums(names: Sequence[str], columns, batch: Batch) -> tuple[Totals, np.ndarray]:
    table = batch.frame[list(dict.fromkeys(names))]
    numeric = [c.source for c in columns if c.level is None]
    infinite = np.isinf(numbers(table[numeric])).sum(axis=0)
    found = Totals(
        given=Totals(table.count().to_dict()),
        infinite=Totals(zip(numeric, infinite.tolist(), strict=True)),
        rows=len(table),
    )
    if batch.labels is None:
        keys = mixed(np.arange(batch.position, batch.position + len(table)))
        labelled = keys[:0]  # places never come twice
    else:
        keys = labelled = hashed(batch.labels.to_series())
    complete = table.notna().all(axis=1).to_numpy()
    if not infinite.any():
        groups = groups_of(keys[complete])
        found["moments"] = add_groups(table[complete], columns, groups, GROUPS)
    return found, labelled


def _labels(batch: Batch):
    """What :func:`~loyaltystudy.outofcore._duplicates.repeated_rows` asks for."""
    labels = batch.labels.to_series()
    plain = labels.astype(object).where(labels.notna(), None)  # NaN is not equal to NaN
    return np.arange(len(labels)), hashed(labels), lambda rows: plain.iloc[rows]
