"""The model frame: outcome, blocks and controls of a comparison as numeric columns, or moments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError
from loyaltystudy.opening import reader_of_partitions
from loyaltystudy.rsquared import Moments, check_weights, group_moments, row_moments
from loyaltystudy.survey import BaseStudy, GroupedMoments


@dataclass(frozen=True, eq=False)
class Frame:
    """What every model of one comparison uses: the same rows, the same columns.

    Either ``rows`` (complete, numeric; with weights and clusters) or ``moments`` (with groups on
    the first axis, or of all rows together) is at hand.
    """

    outcome: str
    blocks: dict[str, list[str]]
    controls: list[str]
    n_dropped: int | None
    rows: pd.DataFrame | None = None
    weights: np.ndarray | None = None
    clusters: np.ndarray | None = None
    strata: np.ndarray | None = None
    moments: Moments | None = None
    notes: tuple[str, ...] = ()

    @property
    def columns(self) -> list[str]:
        """Controls, blocks in their order, outcome."""
        return [*self.controls, *(c for b in self.blocks.values() for c in b), self.outcome]

    @property
    def widths(self) -> np.ndarray:
        return np.array([len(columns) for columns in self.blocks.values()])

    @property
    def array(self) -> np.ndarray:
        """The rows, columns in order; choosing columns by name takes a third of a millisecond."""
        in_order = self.rows.columns.tolist() == self.columns
        return (self.rows if in_order else self.rows[self.columns]).to_numpy()

    @property
    def n(self) -> int:
        """Rows that every model uses."""
        return int(np.sum(self.moments.n)) if self.rows is None else len(self.rows)

    @property
    def n_effective(self) -> float:
        """Kish's effective sample size, (sum w)² / sum w²."""
        if self.rows is None:
            return float(np.sum(self.moments.weight) ** 2 / np.sum(self.moments.weight2))
        return float(self.weights.sum() ** 2 / (self.weights**2).sum())

    @property
    def whole(self) -> Moments:
        """Moments of all rows."""
        if self.moments is None:
            return row_moments(self.array, self.weights, tuple(self.columns))
        return self.moments.total() if self.moments.n.ndim else self.moments

    @property
    def groups(self) -> Moments | None:
        """Moments of the units that are left out one at a time, unless these are rows."""
        if self.moments is not None:
            return self.moments if self.moments.n.ndim else None
        if self.clusters is None:
            return None
        return group_moments(self.array, self.weights, self.clusters, self.columns)


def model_frame(
    data, outcome: str, blocks=None, controls: Sequence[str] = (), *, keep_incomplete: bool = False
) -> Frame:
    """Bring a Study, DataFrame or Moments into a model frame.

    Nominal columns (of a DataFrame: text, categories, booleans) become dummies that stay
    together. Rows with any missing value among the columns used are left out and counted; with
    ``keep_incomplete`` only those without a weight or cluster are, and nominal columns must be
    complete.

    Raises
    ------
    SurveyError
        Naming unknown columns and blocks, an outcome inside a block, columns in two blocks, and
        too few complete rows.
    """
    if isinstance(data, BaseStudy):
        return _from_study(data, outcome, blocks, controls, keep_incomplete)
    members = _named_blocks(blocks)
    _check_members(members, outcome, controls)
    if isinstance(data, Moments):
        _need_rows(keep_incomplete)
        return _from_moments(data, outcome, members, controls)
    if isinstance(data, pd.DataFrame):
        return _from_rows(data, outcome, members, controls, keep_incomplete=keep_incomplete)
    if reader := reader_of_partitions(data):
        _need_rows(keep_incomplete)
        names = [outcome, *controls, *(m for b in members.values() for m in b)]
        return _from_groups(reader.frame_moments(data, names), outcome, members, controls)
    raise SurveyError(f"data: a Study, DataFrame or Moments is needed, not {type(data).__name__}.")


def _need_rows(keep_incomplete: bool) -> None:
    if keep_incomplete:
        raise SurveyError(
            "missing: from moments, and from data in partitions, take missing='complete'."
        )


def _named_blocks(blocks) -> dict[str, list[str]]:
    if not isinstance(blocks, Mapping) or not blocks:
        raise SurveyError(
            "blocks: give a dict of block names to their columns, e.g. "
            "{'demographics': ['age', 'gender']}."
        )
    return {str(b): [m] if isinstance(m, str) else list(m) for b, m in blocks.items()}


def _check_members(members: dict[str, list[str]], outcome: str, controls: Sequence[str]) -> None:
    problems, owner = [], dict.fromkeys(controls, "controls")
    for block, names in members.items():
        if not names:
            problems.append(f"block {block!r} is empty; name its columns or leave it out.")
        for name in names:
            if name == outcome:
                problems.append(f"the outcome {name!r} is inside block {block!r}; take it out.")
            if name in owner:
                problems.append(f"{name!r} is in {owner[name]!r} and in {block!r}; keep one.")
            owner[name] = block
    if outcome in controls:
        problems.append(f"the outcome {outcome!r} is among the controls; take it out.")
    if problems:
        raise SurveyError(problems, heading="blocks")


def _from_study(study: BaseStudy, outcome: str, blocks, controls, keep_incomplete) -> Frame:
    book = study.codebook
    outcome = _own_name(study, outcome)
    members, notes = _study_blocks(study, blocks, outcome)
    _check_members(members, outcome, controls)
    names = [outcome, *controls, *(m for b in members.values() for m in b)]
    known = {**book.scales, **book.variables}
    unknown = [n for n in names if n not in known]
    if unknown:
        raise SurveyError(
            f"Neither scales nor variables of study '{study.name}': {unknown}. "
            f"Scales: {[*book.scales]}. Variables: {[*book.variables]}."
        )
    absent = [n for n in names if not study.has(n)]
    if absent:
        raise SurveyError(f"Study '{study.name}' has no answers to {absent} at hand.")
    rows = study.rows(names)
    if rows is not None:
        kept = {"keep_incomplete": keep_incomplete}
        frame = _from_rows(rows, outcome, members, controls, book.design, **kept)
    else:
        _need_rows(keep_incomplete)
        frame = _from_groups(study.moments(names), outcome, members, controls)
    return replace(frame, notes=(*frame.notes, *notes))


def _own_name(study: BaseStudy, name: str) -> str:
    """A scale or variable by its own name, or by the construct that it measures."""
    book = study.codebook
    if name in book.scales or name in book.variables:
        return name
    entry = book.measures(name)
    if entry is None:
        raise SurveyError(
            f"Study '{study.name}' does not measure {name!r}. Scales: {[*book.scales]}."
        )
    return entry.name


def _study_blocks(study: BaseStudy, blocks, outcome: str):
    """Blocks asked for by name, or all of the codebook's that are at hand, told what is not."""
    book = study.codebook
    if isinstance(blocks, Mapping):
        return _named_blocks(blocks), ()
    if blocks is not None:
        asked = [blocks] if isinstance(blocks, str) else list(blocks)
        unknown = [b for b in asked if b not in book.blocks]
        if unknown:
            raise SurveyError(
                f"Blocks not in the codebook of '{study.name}': {unknown}. "
                f"Blocks: {[*book.blocks]}."
            )
        return {b: list(book.blocks[b]) for b in asked}, ()
    members = {b: [m for m in ms if study.has(m)] for b, ms in book.blocks.items()}
    absent = [m for ms in book.blocks.values() for m in ms if not study.has(m)]
    notes = (f"not at hand and left out: {', '.join(absent)}",) if absent else ()
    members = {b: ms for b, ms in members.items() if ms}
    if not members:
        raise SurveyError(f"The codebook of '{study.name}' has no blocks; give blocks={{...}}.")
    return members, notes


def _from_rows(
    rows: pd.DataFrame, outcome, members, controls, design=None, *, keep_incomplete
) -> Frame:
    names = [*controls, *(m for b in members.values() for m in b), outcome]
    absent = [n for n in names if n not in rows]
    if absent:
        raise SurveyError(f"Not in the data: {absent}. Columns: {[*rows.columns][:20]}.")
    own = (design.weight, design.cluster, design.strata) if design else ()
    extra = [c for c in own if c]
    used = rows[list(dict.fromkeys([*names, *extra]))]
    complete = used.dropna(subset=extra) if keep_incomplete else used.dropna()
    if keep_incomplete:
        _check_nominal(complete[names])
    _check_rows(complete[names], len(rows))
    if not pd.api.types.is_numeric_dtype(rows[outcome]):
        raise SurveyError(f"The outcome {outcome!r} is not numeric; code it as a number.")
    coded = {name: _coded(complete[name]) for name in names}
    columns = {name: list(part) for name, part in coded.items()}
    table = pd.DataFrame({k: v for part in coded.values() for k, v in part.items()})
    table.index = complete.index
    _check_rows(table, len(rows))
    weights = complete[design.weight] if design and design.weight else None
    clusters, strata = _design_units(complete, design)
    return Frame(
        outcome,
        {b: [c for m in ms for c in columns[m]] for b, ms in members.items()},
        [c for m in controls for c in columns[m]],
        len(rows) - len(complete),
        rows=table,
        weights=check_weights(weights, len(complete)),
        clusters=clusters,
        strata=strata,
    )


def _design_units(rows: pd.DataFrame, design):
    """Cluster of each row, numbered; and the stratum of each unit (cluster, else row)."""
    clusters = strata = None
    if design and design.cluster:
        clusters = pd.factorize(rows[design.cluster], sort=True)[0]
    if design and design.strata:
        strata = rows[design.strata].to_numpy()
        if clusters is not None:
            first = pd.Series(strata).groupby(clusters).agg(["first", "nunique"])
            astride = [*first.index[first["nunique"] > 1]]
            if astride:
                found = sorted(
                    {
                        str(rows[design.cluster].iloc[i])
                        for i in range(len(rows))
                        if clusters[i] in astride
                    }
                )
                raise SurveyError(f"Clusters that lie in several strata: {found[:20]}.")
            strata = first["first"].to_numpy()
    return clusters, strata


def _check_nominal(used: pd.DataFrame) -> None:
    """A normal model says nothing of which category a missing answer would be."""
    gaps = [c for c in used if used[c].isna().any() and not pd.api.types.is_numeric_dtype(used[c])]
    if gaps:
        raise SurveyError(
            f"Nominal columns with missing values: {gaps}. Make 'missing' a category of its own, "
            "code two categories as 0 and 1, or leave these columns out."
        )


def dummies(column: pd.Series) -> pd.DataFrame:
    """A numeric column as it is; any other as dummies against its first category."""
    return pd.DataFrame(_coded(column), index=column.index)


def _coded(column: pd.Series) -> dict[str, np.ndarray]:
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


def _check_rows(table: pd.DataFrame, asked: int) -> None:
    if len(table) < table.shape[1] + 2:
        raise SurveyError(_too_few(len(table), asked, table.shape[1]))


def _too_few(rows: int, asked: int, columns: int) -> str:
    return (
        f"{rows} complete rows of {asked} for {columns - 1} predictor columns; "
        f"at least {columns + 2} are needed. Take fewer columns, or more respondents."
    )


def _from_groups(found: GroupedMoments, outcome, members, controls) -> Frame:
    """Moments of groups that are left out one at a time."""
    frame = _from_moments(found.moments, outcome, members, controls, asked=found.asked)
    # the groups are of whole clusters; that rows were drawn in clusters must still be known
    clusters = np.arange(len(found.moments.n)) if found.clustered else None
    return replace(frame, clusters=clusters, strata=found.strata, notes=(found.note,))


def _from_moments(m: Moments, outcome, members, controls, asked: int | None = None) -> Frame:
    """Columns of a nominal variable stand in moments as ``name=code``."""

    def columns(name: str) -> list[str]:
        found = [c for c in m.columns if c == name or c.startswith(f"{name}=")]
        if not found:
            raise SurveyError(f"Not in the moments: {name!r}. Columns: {[*m.columns]}.")
        return found

    if columns(outcome) != [outcome]:
        raise SurveyError(f"The outcome {outcome!r} is not numeric; code it as a number.")
    blocks = {b: [c for name in ms for c in columns(name)] for b, ms in members.items()}
    held = [c for name in controls for c in columns(name)]
    needed = [*held, *(c for b in blocks.values() for c in b), outcome]
    n = int(np.sum(m.n))
    if asked and n < len(needed) + 2:
        raise SurveyError(_too_few(n, asked, len(needed)))
    if n < len(needed) + 1:
        raise SurveyError(f"Moments of {n} rows for {len(needed) - 1} predictor columns.")
    return Frame(outcome, blocks, held, asked - n if asked else None, moments=m.select(needed))
