"""Columns of a DataFrame as they can be compared: numbers, or categories that become dummies."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError

SHOWN = 20


def plain_columns(data: pd.DataFrame, names: Sequence) -> pd.DataFrame:
    """The columns asked for, named by text, each numeric, boolean or of categories.

    Numbers kept as objects (whole ones, decimals) become numbers. What would be taken for something
    else in silence is refused: digits kept as text, dates, infinite values, complex numbers, and
    labels that do not name one column.

    Raises SurveyError naming every column with its fault and the remedy.
    """
    check_labels(data, names)
    used = data[[*names]]
    # the usual table, looked at as a whole: twelve columns one by one cost more than their R²
    plain = all(isinstance(kind, np.dtype) and kind.kind in "iuf" for kind in used.dtypes)
    if plain and not np.isinf(used.to_numpy(float)).any():
        return used.set_axis([str(name) for name in names], axis=1)
    columns, problems = {}, []
    for name in names:
        column, fault = _plain(data[name])
        columns[str(name)] = column
        if fault:
            problems.append(f"{name!r} {fault}")
    if problems:
        raise SurveyError(problems, heading="Columns")
    return pd.DataFrame(columns)


def check_labels(data: pd.DataFrame, names: Sequence) -> None:
    """Refuse labels that are absent, stand twice, or look like a category's column."""
    labels = list(data.columns)
    if absent := [n for n in names if n not in labels]:
        raise SurveyError(f"Not in the data: {absent}. Columns: {labels[:SHOWN]}.")
    problems = [
        f"{n!r} stands {labels.count(n)} times in the data; rename all but one."
        for n in names
        if labels.count(n) > 1
    ]
    problems += [
        f"{n!r} has '=' in its name, which marks a category's column; rename it."
        for n in names
        if "=" in str(n)
    ]
    texts = [str(n) for n in names]
    problems += [
        f"{n!r} reads like another column's name; rename one of them."
        for n in names
        if texts.count(str(n)) > 1
    ]
    if problems:
        raise SurveyError(problems, heading="Columns")


def _plain(column: pd.Series) -> tuple[pd.Series, str]:
    """The column as it can be used, and what is wrong with it."""
    types = pd.api.types
    if types.is_bool_dtype(column) or isinstance(column.dtype, pd.CategoricalDtype):
        return column, ""
    if types.is_complex_dtype(column):
        return column, "holds complex numbers; take their real parts."
    if types.is_numeric_dtype(column):
        return column, _infinite(column)
    if types.is_datetime64_any_dtype(column) or types.is_timedelta64_dtype(column):
        return column, "holds dates or times; turn it into a number, such as years or days."
    return _objects(column)


def _objects(column: pd.Series) -> tuple[pd.Series, str]:
    """A column of objects or text: numbers if all of it is, else categories."""
    given = column.dropna()
    kinds = {type(value) for value in given}
    if any(issubclass(kind, str) for kind in kinds):
        numbers = pd.to_numeric(given.astype(str).str.replace(",", ".", n=1), errors="coerce")
        if len(given) and numbers.notna().all():
            return column, (
                "holds digits kept as text; make it a number with pd.to_numeric, or, if they are "
                "codes of categories, astype('category')."
            )
        mixed = len(kinds) > 1
        return column, "mixes text with other values; make it one or the other." * mixed
    try:
        numbers = pd.Series(np.array([*given], dtype=float), index=given.index)
    except (TypeError, ValueError):
        return column, "holds values that are neither numbers nor text; code it as numbers."
    return numbers.reindex(column.index), _infinite(numbers)


def _infinite(column: pd.Series) -> str:
    values = column.to_numpy(dtype=float, na_value=np.nan)
    at = [int(i) + 1 for i in np.flatnonzero(np.isinf(values))]
    return f"is infinite in rows {at[:SHOWN]}; recode these." if at else ""


def variables(columns: Sequence[str]) -> dict[str, list[str]]:
    """Columns by scale or variable: dummies are named ``variable=code``."""
    found: dict[str, list[str]] = {}
    for column in columns:
        found.setdefault(column.partition("=")[0], []).append(column)
    return found


def dummies(column: pd.Series) -> pd.DataFrame:
    """A numeric column as it is; any other as dummies against its first category."""
    return pd.DataFrame(coded(column), index=column.index)


def coded(column: pd.Series) -> dict[str, np.ndarray]:
    """Numeric columns by name: one of a number or yes and no, one a category but the first."""
    name = str(column.name)
    if pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column):
        return {name: column.to_numpy(dtype=float)}
    categories = column.astype("category").cat.remove_unused_categories()
    levels, codes = categories.cat.categories, categories.cat.codes.to_numpy()
    if len(levels) < 2:
        raise SurveyError(f"Column {name!r} has one category only, {list(levels)}; leave it out.")
    named = {f"{name}={_code(level)}": i for i, level in enumerate(levels) if i > 0}
    return {key: (codes == i).astype(float) for key, i in named.items()}


def _code(level) -> str:
    return f"{level:.15g}" if isinstance(level, (int, float, np.number)) else str(level)
