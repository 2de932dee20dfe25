"""The model frame: outcome, blocks and controls of a comparison as numeric columns, or moments."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError, did_you_mean
from loyaltystudy.explain._columns import coded, plain_columns
from loyaltystudy.explain._design_units import design_units
from loyaltystudy.explain._registered import comparison_key
from loyaltystudy.opening import reader_of_partitions
from loyaltystudy.rsquared import (
    Moments,
    check_weights,
    group_moments,
    row_moments,
    subset_r2,
    subset_widths,
    without_rounding,
)
from loyaltystudy.survey import BaseStudy, GroupedMoments, Raking

LEAST_SHOWN = 10  # people that a note counts
HELD = "intervals hold the raked weights fixed, which leaves them wider than need be, as a rule"


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
    level: str | None = None
    own_groups: bool = False
    raking: Raking | None = None  # of weights raked to margins: how replicates are raked again
    registered: pd.DataFrame | None = None  # lines of estimates.csv of this comparison

    @property
    def columns(self) -> list[str]:
        """Controls, blocks in their order, outcome."""
        return [*self.controls, *(c for b in self.blocks.values() for c in b), self.outcome]

    @property
    def widths(self) -> np.ndarray:
        return np.array([len(columns) for columns in self.blocks.values()])

    @property
    def ranks(self) -> np.ndarray:
        """Columns in the model of every subset of blocks, controls in."""
        return subset_widths(self.widths, len(self.controls))

    def members(self, subset: int) -> list[int]:
        """Numbers of the columns of a subset of blocks (bits), controls in."""
        at = {name: i for i, name in enumerate(self.columns)}
        blocks = enumerate(self.blocks.values())
        own = (c for j, columns in blocks if subset >> j & 1 for c in columns)
        return [at[c] for c in (*self.controls, *own)]

    def subset_r2(self, m: Moments, *, tolerant: bool = False) -> np.ndarray:
        """R² of every subset of blocks from moments of the columns, controls in."""
        blocks = list(self.blocks.values())
        return subset_r2(m, self.outcome, blocks, self.controls, tolerant=tolerant)

    @cached_property
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
    def clustered(self) -> bool:
        """Whether the groups are clusters: declared by a design, or moments given by the user."""
        return self.clusters is not None or self.own_groups

    @property
    def independent(self) -> bool:
        """Rows drawn independently of one another, with equal weights."""
        equal = self.n_effective > (1 - 1e-9) * self.n
        return equal and self.clusters is None and self.strata is None and not self.level

    @cached_property
    def whole(self) -> Moments:
        """Moments of all rows."""
        if self.moments is None:
            return row_moments(self.array, self.weights, tuple(self.columns))
        return self.moments.total() if self.moments.n.ndim else self.moments

    @cached_property
    def raked_again(self) -> Moments:
        """Moments without each unit of the raking in turn, weights raked again."""
        return without_rounding(self.raking.without(self.array, self.columns), self.whole)

    def calibrated(self, value: np.ndarray, without: np.ndarray, by_row=None) -> np.ndarray:
        """Values without each row or cluster as if raked weights had been raked again.

        For clusters ``by_row`` gives the values without each row; else they stay as they are.
        """
        raking = self.raking
        if raking is None or (by_row is None and not raking.by_rows):
            return without
        return raking.calibrated(value, without, None if raking.by_rows else by_row())

    @property
    def held(self) -> tuple[str, ...]:
        """What to say where clusters are left out whole, and nothing rakes again."""
        return (HELD,) if self.raking is not None and not self.raking.by_rows else ()

    @cached_property
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
    if not pd.api.types.is_hashable(outcome):
        raise SurveyError(f"outcome: give the name of a column, not a {type(outcome).__name__}.")
    if isinstance(data, BaseStudy):
        return _from_study(data, outcome, blocks, controls, keep_incomplete)
    members = _named_blocks(blocks, data)
    _check_members(members, outcome, controls)
    if isinstance(data, Moments):
        _need_rows(keep_incomplete)
        frame = _from_moments(data, outcome, members, controls)
        return replace(frame, own_groups=frame.groups is not None)
    if isinstance(data, pd.DataFrame):
        plain = plain_columns(data, [*controls, *(m for b in members.values() for m in b), outcome])
        members = {block: [*map(str, names)] for block, names in members.items()}
        controls = [*map(str, controls)]
        return _from_rows(plain, str(outcome), members, controls, keep_incomplete=keep_incomplete)
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


def _named_blocks(blocks, data=None) -> dict[str, list]:
    if not isinstance(blocks, Mapping) or not blocks:
        raise SurveyError(
            "blocks: give a dict of block names to their columns, e.g. "
            "{'demographics': ['age', 'gender']}."
        )

    def names(given) -> list:
        # a label that is a tuple names one column, where there is such a column
        label = isinstance(given, tuple) and given in getattr(data, "columns", ())
        one = isinstance(given, str) or label or not isinstance(given, Iterable)
        return [given] if one else list(given)

    return {str(block): names(given) for block, given in blocks.items()}


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
    if unknown := [n for n in names if n not in known]:
        raise SurveyError(
            f"Neither scales nor variables of study '{study.name}': {unknown}."
            f"{did_you_mean(unknown, known)} "
            f"Scales: {[*book.scales]}. Variables: {[*book.variables]}."
        )
    if absent := [n for n in names if not study.has(n)]:
        raise SurveyError(f"Study '{study.name}' has no answers to {absent} at hand.")
    rows = study.rows(names)
    if rows is not None:
        kept = {"keep_incomplete": keep_incomplete}
        frame = _from_rows(rows, outcome, members, controls, book.design, **kept)
        raking = study.raking_of(frame.rows.index)
        if raking is not None:
            said = f"weighted to margins of {', '.join(raking.variables)}"
            frame = replace(frame, raking=raking, notes=(said, *raking.remarks, *frame.notes))
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
            f"Study '{study.name}' does not measure {name!r}."
            f"{did_you_mean(name, [*book.scales, *book.variables])} Scales: {[*book.scales]}."
        )
    return entry.name


def _study_blocks(study: BaseStudy, blocks, outcome: str):
    """Blocks asked for by name, or all of the codebook that are at hand, and what is not."""
    book = study.codebook
    if isinstance(blocks, Mapping):
        return _named_blocks(blocks), ()
    if blocks is not None:
        asked = [blocks] if isinstance(blocks, str) else list(blocks)
        unknown = [b for b in asked if b not in book.blocks]
        if unknown:
            raise SurveyError(
                f"Blocks not in the codebook of '{study.name}': {unknown}."
                f"{did_you_mean(unknown, book.blocks)} Blocks: {[*book.blocks]}."
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
    said = _without_weight(rows[design.weight]) if design and design.weight else ()
    own = (design.weight, design.cluster, design.strata) if design else ()
    extra = [c for c in own if c]
    used = rows[list(dict.fromkeys([*names, *extra]))]
    complete = used.dropna(subset=extra) if keep_incomplete else used.dropna()
    if keep_incomplete:
        _check_nominal(complete[names])
    _check_rows(complete[names], used[names])
    if not pd.api.types.is_numeric_dtype(rows[outcome]):
        raise SurveyError(f"The outcome {outcome!r} is not numeric; code it as a number.")
    made = {name: coded(complete[name]) for name in names}
    columns = {name: list(part) for name, part in made.items()}
    table = pd.DataFrame({k: v for part in made.values() for k, v in part.items()})
    table.index = complete.index
    _check_rows(table, used[names])
    weights = complete[design.weight] if design and design.weight else None
    weights = check_weights(weights, len(complete))
    _check_effective(weights, table.shape[1])
    clusters, strata = design_units(complete, design) if design else (None, None)
    blocks = {b: [c for m in ms for c in columns[m]] for b, ms in members.items()}
    held = [c for m in controls for c in columns[m]]
    dropped = len(rows) - len(complete)
    drawn = {"weights": weights, "clusters": clusters, "strata": strata}
    return Frame(outcome, blocks, held, dropped, rows=table, **drawn, notes=said)


def _without_weight(weights: pd.Series) -> tuple[str, ...]:
    """What to say of rows that are left out for their weight, not for missing answers."""
    none = int(weights.isna().sum())
    if none == len(weights):
        raise SurveyError(f"design: nobody has a weight above zero in {weights.name!r}.")
    count = none if none >= LEAST_SHOWN else f"fewer than {LEAST_SHOWN}"
    return (f"{count} of the rows dropped have no weight above zero",) if none else ()


def _check_nominal(used: pd.DataFrame) -> None:
    """A normal model says nothing of which category a missing answer would be."""
    gaps = [c for c in used if used[c].isna().any() and not pd.api.types.is_numeric_dtype(used[c])]
    if gaps:
        raise SurveyError(
            f"Nominal columns with missing values: {gaps}. Make 'missing' a category of its own, "
            "code two categories as 0 and 1, or leave these columns out."
        )


def _check_rows(table: pd.DataFrame, asked: pd.DataFrame) -> None:
    if len(table) < table.shape[1] + 2:
        empty = [name for name in asked if asked[name].isna().all() and len(asked)]
        said = f" Nobody answered {empty}." * bool(empty)
        raise SurveyError(_too_few(len(table), len(asked), table.shape[1]) + said)


def _check_effective(weights: np.ndarray, columns: int) -> None:
    effective = weights.sum() ** 2 / (weights**2).sum()
    if effective < columns + 1:
        raise SurveyError(
            f"weights: so unequal that {len(weights)} rows count as {effective:.1f}, for "
            f"{columns - 1} predictor columns; they should count as {columns + 1} at least. "
            "Trim the weights, or take fewer columns."
        )


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
    dropped = asked - n if asked else None
    lines = _registered(m, outcome, blocks, held)
    return Frame(outcome, blocks, held, dropped, moments=m.select(needed), registered=lines)


def _registered(m: Moments, outcome: str, blocks, controls) -> pd.DataFrame | None:
    """What is known of the errors of this comparison, if it was registered."""
    lines = getattr(m, "registered", None)
    if lines is None:
        return None
    found = lines[lines["comparison"] == comparison_key(outcome, blocks, controls)]
    return found if len(found) else None
