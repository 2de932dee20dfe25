"""Which outcome is explained and by which blocks: all of the codebook that the answers allow."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError, did_you_mean
from loyaltystudy.report._disclosure import SMALLEST
from loyaltystudy.report._translations import say
from loyaltystudy.scales import score
from loyaltystudy.survey import Study

ORDER = ("loyalty", "recommend", "remain", "satisfaction")  # constructs, as outcomes


class NotCompared(NamedTuple):
    """A scale or variable that the comparison does without; ``why`` is a key of the texts."""

    block: str
    name: str
    why: str


@dataclass(frozen=True)
class Outcome:
    """What is explained, how it was found, and what was passed over on the way."""

    name: str
    construct: str | None
    found_by: str  # "asked", or the construct of ORDER that it measures
    passed_over: tuple[NotCompared, ...] = ()


def columns_at_hand(study: Study) -> pd.DataFrame:
    """Scores and variables of every respondent; nominal variables as categories."""
    columns = dict(score(study).items())
    for name, variable in study.codebook.variables.items():
        if name in study.answers and name not in columns:
            column = study.answers[name]
            columns[name] = column.astype("category") if variable.kind == "nominal" else column
    return pd.DataFrame(columns, index=study.answers.index)


def choose_outcome(study: Study, asked: str | None = None) -> Outcome:
    """The outcome asked for, else what measures loyalty, recommend, remain or satisfaction.

    ``asked``: a scale or variable, or the construct that one of them measures.

    Raises SurveyError if what was asked for is not there or cannot be explained, or nothing of the
    four is.
    """
    columns = columns_at_hand(study)
    if asked is not None:
        return _asked(study, asked, columns)
    passed = []
    for construct in ORDER:
        entry = study.measures(construct)
        if entry is None:
            continue
        why = _no_outcome(study, entry.name, columns)
        if not why:
            return Outcome(entry.name, construct, construct, tuple(passed))
        passed.append(NotCompared("", entry.name, why))
    if passed:
        tried = "; ".join(f"{p.name}: {say(f'why {p.why}', 'en')}" for p in passed)
        why = f"what could be its outcome cannot be explained ({tried})"
    else:
        why = f"nothing in it measures {', '.join(ORDER)}"
    ordered = " Answers in an order count as numbers where the codebook says `kind: ordinal`."
    raise SurveyError(
        f"Study '{study.name}' has no outcome: {why}. Name one with `--outcome NAME`."
        + (ordered if any(p.why == "not a number" for p in passed) else "")
    )


def _asked(study: Study, asked: str, columns: pd.DataFrame) -> Outcome:
    book = study.codebook
    known = {**book.scales, **book.variables}
    entry = known.get(asked) or study.measures(asked)
    if entry is None:
        raise SurveyError(
            f"outcome: study '{study.name}' has no scale or variable {asked!r}."
            f"{did_you_mean(asked, known)} "
            f"Scales: {[*book.scales][:12]}. Variables: {[*book.variables][:12]}."
        )
    if why := _no_outcome(study, entry.name, columns):
        raise SurveyError(f"outcome: {entry.name!r} cannot be explained: {why}.")
    return Outcome(entry.name, entry.construct, "asked")


def _no_outcome(study: Study, name: str, columns: pd.DataFrame) -> str:
    """Why a column cannot be an outcome; nothing if it can."""
    if name not in columns:
        return "" if study.has_moments(name) else "not at hand"
    variable = study.codebook.variables.get(name)
    if variable is not None and variable.kind in ("nominal", "text"):
        return "not a number"
    return unusable(columns[name])


def unusable(column: pd.Series) -> str:
    """Why a column cannot be shown without a figure of fewer than ten people.

    >>> import pandas as pd
    >>> unusable(pd.Series([1.0] * 30)), unusable(pd.Series([1.0] * 30 + [2.0]))
    ('constant', 'rare')
    >>> unusable(pd.Series([1.0, 2.0] * 20))
    ''
    """
    answered = column.dropna()
    if len(answered) == 0:
        return "no answers"
    if len(answered) < SMALLEST:
        return "few answers"
    apart = outside_mode(answered)
    rare = apart < SMALLEST or _stands_out(answered)
    return "constant" if apart == 0 else "rare" if rare else ""


def _stands_out(column: pd.Series) -> bool:
    """Whether one person alone is more than half of all that differs, as one very rich customer."""
    if column.dtype.kind not in "iuf":
        return False
    squares = (column.to_numpy(float) - column.mean()) ** 2
    return bool(2 * squares.max() > squares.sum())


def outside_mode(column: pd.Series) -> int:
    """How many people differ from the most common value."""
    return int(column.notna().sum() - column.value_counts().max())


def choose_blocks(study: Study, outcome: str) -> tuple[dict[str, list[str]], list[NotCompared]]:
    """The codebook's blocks as far as the answers allow, and what is left out, with the reason.

    Left out are the outcome itself, what is not at hand, text, constants, columns in which fewer
    than ten people differ from the rest, what repeats other columns, and, only as long as too few
    complete rows are left, the column with the most missing answers.

    Raises SurveyError if the codebook has no blocks.
    """
    book = study.codebook
    if not book.blocks:
        raise SurveyError(
            "The codebook has no `blocks`. Group scales and variables into blocks to compare them."
        )
    columns, left, kept = columns_at_hand(study), [], {}
    for block, members in book.blocks.items():
        reasons = {name: _no_member(study, name, outcome, columns) for name in members}
        left += [NotCompared(block, name, why) for name, why in reasons.items() if why]
        kept[block] = [name for name, why in reasons.items() if not why]
    if all(name in columns for name in (outcome, *_names(kept))):
        kept, more = _thinned(study, kept, outcome, columns)
        left += more
    return {block: names for block, names in kept.items() if names}, left


def _no_member(study: Study, name: str, outcome: str, columns: pd.DataFrame) -> str:
    if name == outcome:
        return "outcome"
    variable = study.codebook.variables.get(name)
    if variable is not None and variable.kind == "text":
        return "text"
    if name not in columns:
        return "" if study.has_moments(name) else "not at hand"
    return unusable(columns[name])


def _names(blocks: dict[str, list[str]]) -> list[str]:
    return [name for members in blocks.values() for name in members]


def _thinned(study: Study, blocks: dict, outcome: str, columns: pd.DataFrame):
    """Leave columns out one by one until every model can be fitted to the same complete rows."""
    blocks, left = {block: [*names] for block, names in blocks.items()}, []
    while names := _names(blocks):
        found = _obstacle(study, names, outcome, columns)
        if found is None:
            break
        name, why = found
        block = next(b for b, members in blocks.items() if name in members)
        blocks[block].remove(name)
        left.append(NotCompared(block, name, why))
    return blocks, left


def _obstacle(study: Study, names: Sequence[str], outcome: str, columns: pd.DataFrame):
    """The next column to leave out, and why; None where nothing stands in the way."""
    rows = complete_rows(study, [*names, outcome], columns)
    widest = sum(_width(rows[name]) for name in names)
    if len(rows) < max(SMALLEST, widest + 3) or unusable(rows[outcome]):
        gaps = columns[[*names]].isna().sum()
        return str(gaps.idxmax()), "missing"
    for name in names:
        if why := unusable(rows[name]):
            return name, f"{why} in complete rows"
    repeated = _repeated(rows[[*names]])
    return (repeated, "repeats") if repeated else None


def complete_rows(study: Study, names: Sequence[str], columns: pd.DataFrame) -> pd.DataFrame:
    """Rows without a gap in any of the columns or in the design."""
    design = study.codebook.design
    drawn = [c for c in (design.weight, design.cluster, design.strata) if c in study.answers]
    whole = study.answers[drawn].notna().all(axis=1) & columns[[*names]].notna().all(axis=1)
    return columns.loc[whole.to_numpy(), [*names]]


def smallest_groups(study: Study, blocks: dict[str, list[str]], outcome: str) -> dict[str, int]:
    """Of each block the fewest people who differ from the most common value of one of its columns.

    Of a comparison at hand as moments there is none to count.
    """
    columns, names = columns_at_hand(study), [outcome, *_names(blocks)]
    if not {*names} <= {*columns}:
        return {}
    rows = complete_rows(study, names, columns)
    own = outside_mode(rows[outcome])
    return {
        block: min(own, *(outside_mode(rows[name]) for name in members))
        for block, members in blocks.items()
    }


def _width(column: pd.Series) -> int:
    return max(column.nunique() - 1, 1) if column.dtype == "category" else 1


def _repeated(rows: pd.DataFrame) -> str:
    """The first column that is a linear combination of those before it; "" where none is."""
    basis = np.ones((len(rows), 1)) / np.sqrt(len(rows))
    for name in rows:
        own = _coded(rows[name])
        rest = own - basis @ (basis.T @ own)
        rest -= basis @ (basis.T @ rest)  # twice: rounding of the first pass goes
        scale = np.sqrt((own**2).sum(axis=0)).clip(min=1e-300)
        u, size, _ = np.linalg.svd(rest / scale, full_matrices=False)
        if size.min() < 1e-8 * np.sqrt(len(rows)):
            return str(name)
        basis = np.hstack([basis, u])
    return ""


def _coded(column: pd.Series) -> np.ndarray:
    if column.dtype == "category":
        used = column.cat.remove_unused_categories()
        return pd.get_dummies(used, drop_first=True, dtype=float).to_numpy()
    return column.to_numpy(dtype=float)[:, None]
