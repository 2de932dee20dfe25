"""Explained variance: alone, added, and one block against another, through the heart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from loyaltystudy.claims._rules import Evidence
from loyaltystudy.claims._statistics.base import LEVEL, jackknifed, missing, names
from loyaltystudy.explain import Frame, compare_blocks, model_frame
from loyaltystudy.rsquared import Moments, subset_r2, without_rounding
from loyaltystudy.survey import Study


def added_r2(
    study: Study, of: Sequence[str], *, on: str, given: Sequence[str], what: str = ""
) -> Evidence:
    """R² that constructs add to others (unique), adjusted, with the jackknife interval."""
    words = what or f"R² that {', '.join(of)} adds to {', '.join(given)}"
    if absent := missing(study, [*of, on, *given]):
        return Evidence(words, missing=absent)
    blocks = {"claimed": names(study, of), "given": names(study, given)}
    return _explained(study, words, on, blocks, "unique")


def block_alone(study: Study, block: str, *, on: str, least: Sequence[str], what: str) -> Evidence:
    """R² of a block by itself, adjusted, with the jackknife interval.

    ``least``: constructs (``a|b``: either) without which it is not the block that is meant.
    """
    members = block_members(study, block)
    if study.measures(on) is None or not members:
        return Evidence(what, missing=missing(study, [on]) or (block,))
    found = _explained(study, what, on, {"claimed": members}, "alone")
    return replace(found, short_of=unmet(study, least))


def r2_alone(study: Study, of: Sequence[str], *, on: str, what: str = "") -> Evidence:
    """R² of constructs by themselves, adjusted, with the jackknife interval."""
    words = what or f"R² of {', '.join(of)} alone"
    if absent := missing(study, [*of, on]):
        return Evidence(words, missing=absent)
    return _explained(study, words, on, {"claimed": names(study, of)}, "alone")


def _explained(study, what, on, blocks, measure) -> Evidence:
    """The claimed block's figure; the cross-validated one told beside it."""
    found = compare_blocks(study, study.measures(on).name, blocks, confidence=LEVEL)
    table = found.table.set_index(["block", "measure"])
    row = table.loc[("claimed", measure)]
    cv = table["estimate"].get(("claimed", f"{measure}_cv"), np.nan)
    note = "" if np.isnan(cv) else f"cross-validated {cv:.3f}"
    return Evidence(what, row["adjusted"], row["low"], row["high"], n=found.n, note=note)


def block_members(study: Study, block: str) -> list[str]:
    """Scales and variables of a block that are at hand, as the study's codebook has it."""
    return [name for name in study.codebook.blocks.get(block, ()) if study.has(name)]


def unmet(study: Study, needs: Sequence[str]) -> tuple[str, ...]:
    """Needs (``a|b``: either) that the study does not measure."""
    return tuple(
        need.replace("|", " or ")
        for need in needs
        if all(study.measures(c) is None for c in need.split("|"))
    )


def blocks_gap(
    study: Study,
    first: str,
    second: str,
    *,
    on: str,
    least: Sequence[str],
    what: str,
    moved: str = "",
) -> Evidence:
    """R² of one block alone minus that of another, adjusted for their widths.

    The gap with ``moved`` counted to the second block, the other reading, is told beside it.
    """
    sets = [block_members(study, block) for block in (first, second)]
    if study.measures(on) is None or not all(sets):
        return Evidence(what, missing=missing(study, [on]) or (first, second))
    found = _gap(study, what, on, {"first": sets[0], "second": sets[1]}, "alone")
    entry = study.measures(moved) if moved else None
    if entry is not None and entry.name in sets[0] and len(sets[0]) > 1:
        rest = [name for name in sets[0] if name != entry.name]
        blocks = {"first": rest, "second": [*sets[1], entry.name]}
        other = _gap(study, what, on, blocks, "alone")
        told = f"{other.estimate:.3f} [{other.low:.3f}, {other.high:.3f}]"
        note = f"{found.note}; with {moved} counted to {second}: {told}".lstrip("; ")
        found = replace(found, note=note)
    return replace(found, short_of=unmet(study, least))


def r2_gap(
    study: Study, first: Sequence[str], second: Sequence[str], *, on: str, measure: str = "alone"
) -> Evidence:
    """Explained variance of some constructs minus that of others, adjusted for their number."""
    words = f"R² {measure}, {', '.join(first)} minus {', '.join(second)}"
    if absent := missing(study, [on, *first, *second]):
        return Evidence(words, missing=absent)
    blocks = {"first": names(study, first), "second": names(study, second)}
    return _gap(study, words, on, blocks, measure)


def _gap(study: Study, what: str, on: str, blocks: dict, measure: str) -> Evidence:
    """The adjusted difference of two blocks; the cross-validated one told beside it."""
    found = compare_blocks(study, study.measures(on).name, blocks, confidence=LEVEL)
    row = found.differences.set_index("measure").loc[measure]
    cv = found.table.set_index(["measure", "block"])["estimate"].get(f"{measure}_cv")
    note = f"cross-validated {cv['first'] - cv['second']:.3f}" if cv.notna().all() else ""
    return Evidence(what, row["estimate"], row["low"], row["high"], n=found.n, note=note)


def best_pair(study: Study, first: Sequence[str], second: Sequence[str], *, on: str) -> Evidence:
    """Adjusted R² of two blocks together minus that of the best other pair of blocks measured."""
    words = f"R² of {', '.join([*first, *second])} minus that of the best other pair of blocks"
    if absent := missing(study, [*first, *second, on]):
        return Evidence(words, missing=absent)
    claimed = {", ".join(part): names(study, part) for part in (first, second)}
    own, y = {*(name for part in claimed.values() for name in part)}, study.measures(on).name
    others = {
        b: [m for m in ms if m not in own and study.has(m)]
        for b, ms in study.codebook.blocks.items()
    }
    others = {b: ms for b, ms in others.items() if ms}
    if not others:
        return Evidence(words, missing=("another block",))
    frame = model_frame(study, y, claimed | others)
    k, widths = len(frame.blocks), frame.widths
    pairs = [(i, j) for i in range(k) for j in range(i + 1, k)]

    def pair_r2(m: Moments, which: Sequence[int], *, part: bool = False) -> np.ndarray:
        p = np.array([widths[i] + widths[j] for i, j in (pairs[w] for w in which)])
        sets = [[_columns(frame, pairs[w])] for w in which]
        # a category of one person is absent from a part of the rows
        r2 = [subset_r2(m, y, columns, tolerant=part)[..., 1] for columns in sets]
        n = m.n_effective[..., None]
        return 1 - (1 - np.stack(r2, axis=-1)) * (n - 1) / (n - p - 1)

    rivals = range(1, len(pairs))
    rival = 1 + int(np.argmax(pair_r2(frame.whole, rivals)))

    def gap(m: Moments) -> np.ndarray:
        r2 = pair_r2(without_rounding(m, frame.whole), [0, rival], part=m.n.ndim > 0)
        return r2[..., 0] - r2[..., 1]

    best = " and ".join(list(frame.blocks)[i] for i in pairs[rival])
    return replace(jackknifed(words, frame, gap), note=f"the other pair: {best}")


def _columns(frame: Frame, blocks: Sequence[int]) -> list[str]:
    lists = list(frame.blocks.values())
    return [column for j in blocks for column in lists[j]]
