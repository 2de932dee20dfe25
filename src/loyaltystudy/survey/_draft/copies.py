"""Columns that only say once more what others say: recoded, turned, standardised, or summed."""

import numpy as np

from loyaltystudy.survey._draft.batteries import Battery
from loyaltystudy.survey._draft.columns import Draft
from loyaltystudy.survey._headers import squeeze

FEWEST_ROWS, FEWEST_LEVELS = 30, 3
LONGEST_AFFIX = 6  # letters before or after a name that say that it is another's copy


def mark_copies(drafts: list[Draft]) -> None:
    """Name in ``copy_of`` the earlier column of which one is a recoding.

    Found are columns whose answers rise or fall with those of another one to one (turned,
    standardised, a logarithm), and, where one name holds the other (``age``, ``agegrp``; ``op2``,
    ``Rop2``), those in which several answers of the other are joined.
    """
    used = [draft for draft in drafts if not draft.why and _can_be_told(draft.cells)]
    by_pattern: dict[bytes, Draft] = {}
    by_name = {squeeze(draft.column): draft for draft in reversed(used)}
    place = {id(draft): n for n, draft in enumerate(used)}
    for draft in used:
        first = by_pattern.setdefault(_pattern(draft.cells), draft)
        if first is not draft and not _rises_or_falls(first.cells, draft.cells):
            first = draft
        if first is draft:
            near = [by_name[n] for n in _shorter(squeeze(draft.column)) if n in by_name]
            near = [n for n in near if place[id(n)] < place[id(draft)] and not n.copy_of]
            first = next((n for n in near if _joins(n.cells, draft.cells)), draft)
        if first is not draft:
            draft.copy_of = first.column
            draft.notes.append(f"the answers of {first.column!r} once more, recoded")


def mark_sums(drafts: list[Draft], batteries: list[Battery]) -> None:
    """Name in ``copy_of`` the battery of whose items a column is a sum or mean."""
    items = {draft.column for battery in batteries for draft in battery.items}
    beside = [d for d in drafts if not d.why and not d.copy_of and d.column not in items]
    beside = [draft for draft in beside if _can_be_told(draft.cells)]
    if not beside:
        return
    levels = np.array([_levels(draft.cells) for draft in beside])
    columns = np.column_stack([draft.cells for draft in beside])
    for battery in batteries:
        table = np.column_stack([item.cells for item in battery.items])
        most = max(_levels(item.cells) for item in battery.items)
        for n in np.flatnonzero((levels > most) & _may_be_sums(columns, table)):
            if not beside[n].copy_of and _is_sum(beside[n].cells, table):
                beside[n].copy_of = battery.name
                beside[n].notes.append(f"computed from the items of {battery.name}")


def _may_be_sums(columns: np.ndarray, items: np.ndarray) -> np.ndarray:
    """Which columns fit the items in the first rows where all items have an answer."""
    rows = np.flatnonzero(~np.isnan(items).any(axis=1))[: FEWEST_ROWS + items.shape[1]]
    part = columns[rows]
    basis = np.linalg.qr(np.column_stack([np.ones(len(rows)), items[rows]]))[0]
    rest = part - basis @ (basis.T @ part)
    return rest.std(axis=0) < 1e-6 * np.maximum(part.std(axis=0), 1e-300)  # never with a gap


def _levels(cells: np.ndarray) -> int:
    return len(np.unique(cells[~np.isnan(cells)]))


def _can_be_told(cells: np.ndarray | None) -> bool:
    if cells is None:
        return False
    known = cells[~np.isnan(cells)]
    return len(known) >= FEWEST_ROWS and len(np.unique(known)) >= FEWEST_LEVELS


def _pattern(cells: np.ndarray) -> bytes:
    """Which rows have the same answer, whatever the answer is."""
    known = ~np.isnan(cells)
    _, first, places = np.unique(cells[known], return_index=True, return_inverse=True)
    pattern = np.zeros(len(cells), dtype=np.int64)
    pattern[known] = 1 + np.argsort(np.argsort(first))[places]  # numbered as they first occur
    return pattern.tobytes()


def _rises_or_falls(of: np.ndarray, cells: np.ndarray) -> bool:
    """Whether the larger answer of the one is always the larger, or always the smaller, here."""
    first = np.unique(of[~np.isnan(of)], return_index=True)[1]
    steps = np.diff(cells[~np.isnan(of)][first])
    return bool((steps > 0).all() or (steps < 0).all())


def _shorter(name: str) -> list[str]:
    """The name without up to six letters at its end or beginning."""
    most = min(LONGEST_AFFIX, len(name) - 1)
    cut = [name[: len(name) - k] for k in range(1, most + 1)] + [
        name[k:] for k in range(1, most + 1)
    ]
    return [text.strip("_.- ") for text in cut]


def _joins(of: np.ndarray, cells: np.ndarray) -> bool:
    """Whether each answer of the one stands for one answer of the other."""
    both = ~np.isnan(of) & ~np.isnan(cells)
    if both.sum() < max(FEWEST_ROWS, 0.9 * (~np.isnan(cells)).sum()):
        return False
    pairs = np.unique(np.column_stack([of[both], cells[both]]), axis=0)
    levels = len(np.unique(of[both]))
    return len(pairs) == levels <= both.sum() / 3 and len(np.unique(cells[both])) > 1


def _is_sum(cells: np.ndarray, items: np.ndarray) -> bool:
    whole = ~np.isnan(cells) & ~np.isnan(items).any(axis=1)
    if whole.sum() < FEWEST_ROWS + items.shape[1] or cells[whole].std() == 0:
        return False
    design = np.column_stack([np.ones(whole.sum()), items[whole]])
    rest = cells[whole] - design @ np.linalg.lstsq(design, cells[whole], rcond=None)[0]
    return bool(rest.std() < 1e-6 * cells[whole].std())
