"""Explained variance by facts, with curves and interactions: alone, added, one block or another.

Of what the outcome measures: the R² of its answers is divided by the share of their variance
that is neither error nor shared method, so that poor measurement makes no claim of absence true.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from loyaltystudy.claims._design import quantile
from loyaltystudy.claims._rules import LEAST_PEOPLE, Evidence
from loyaltystudy.claims._shared_method import BENCHMARK
from loyaltystudy.claims._statistics.base import LEVEL, behind, missing
from loyaltystudy.claims._statistics.traits import sitting
from loyaltystudy.explain import Frame, model_frame
from loyaltystudy.rsquared import curved_basis, curved_left_out, explained_interval, jackknife
from loyaltystudy.survey import Study

LEAST_ROWS = 5  # for each column of the basis; with fewer, curves without products


def curved(study: Study, sets: Sequence[Sequence[str]], on: str):
    """R² of an outcome by sets of variables, with curves and products of every two.

    Returns estimate, values without each row or cluster, ranks, rows, effective rows and the
    smallest category; None where answers by row are not at hand.
    """
    members = list(dict.fromkeys(name for own in sets for name in own))
    frame = model_frame(study, study.measures(on).name, {name: [name] for name in members})
    if frame.rows is None:
        return None
    frame = _without_rare(frame)
    x = frame.rows[frame.columns[:-1]].to_numpy(float)
    owner = [name for name, own in frame.blocks.items() for _ in own]
    places = [[i for i, name in enumerate(owner) if name in own] for own in sets]
    basis = curved_basis(x, frame.weights, owner)
    if basis.x.shape[1] > frame.n / LEAST_ROWS:
        basis = curved_basis(x, frame.weights, owner, products=False)
    y = frame.rows[frame.outcome].to_numpy(float)
    by_row = partial(curved_left_out, basis, y, frame.weights, places)
    value, without, ranks = by_row(frame.clusters)
    without = frame.calibrated(value, without, lambda: by_row()[1])
    return value, without, ranks, frame, _smallest(frame)


def _without_rare(frame: Frame) -> Frame:
    """Categories of fewer than ten people joined to others of their variable.

    To the reference category; where that one is rare itself, it joins the largest.
    """
    blocks, changed = {}, {}
    for name, own in frame.blocks.items():
        x = frame.rows[own].to_numpy(float)
        kept = list(own)
        if np.isin(x, (0.0, 1.0)).all():
            counts = x.sum(axis=0)
            kept = [c for c, count in zip(own, counts, strict=True) if count >= LEAST_PEOPLE]
            rest = x[:, counts >= LEAST_PEOPLE].sum(axis=1) == 0
            if kept and 0 < rest.sum() < LEAST_PEOPLE:
                at = int(counts.argmax())
                changed[own[at]] = np.where(rest, 1.0, x[:, at])
                kept.remove(own[at])
        if kept:
            blocks[name] = kept
    return replace(frame, blocks=blocks, rows=frame.rows.assign(**changed))


def trait_shares(study: Study, on: str) -> tuple[float, float]:
    """Share of the outcome's answers that is trait, at the method share used and at the least."""
    found = sitting(study, [on], attitude=False, alone=True)
    if found is None:
        return np.nan, np.nan
    r = found.data.observed
    own = r[0, 0]
    k = len(getattr(study.measures(on), "items", (on,)))
    total = (1 + (k - 1) * own) / k
    used = max(float(found.used(r)), BENCHMARK)  # no marker sees the liking of the company
    return (own - used) / total, float((own - found.least(r)) / total)


def _of_trait(evidence: Evidence, study: Study, on: str) -> Evidence:
    """Figures of the answers' R² as figures of the trait's."""
    used, least = trait_shares(study, on)
    if not used > 0:
        return evidence.but(missing=(f"what {on} measures, beside shared method",))
    at_used, at_least = ((evidence.low / share, evidence.high / share) for share in (used, least))
    note = f"of the answers {evidence.estimate:.3f}"
    note += f"; {evidence.note}" if evidence.note else ""
    return evidence.but(
        estimate=evidence.estimate / least,
        low=min(at_used[0], at_least[0]),
        high=max(at_used[1], at_least[1]),
        least=at_least,
        note=note,
    )


def _smallest(frame: Frame) -> int:
    """People in the smallest category, the reference one included, and behind other columns."""
    sizes = [frame.n, behind(frame.rows[frame.outcome], weights=frame.weights)]
    for own in frame.blocks.values():
        x = frame.rows[own].to_numpy(float)
        if np.isin(x, (0.0, 1.0)).all():
            counts = [*x.sum(axis=0), (x.sum(axis=1) == 0).sum()]
            sizes += [int(c) for c in counts if c > 0]
        else:
            sizes += [behind(column, weights=frame.weights) for column in x.T]
    return min(sizes)


def _adjusted(r2, ranks, n: float):
    return 1 - (1 - r2) * (n - 1) / (n - ranks - 1)


def _evidence(frame: Frame, value, without, rank, smallest: int) -> Evidence:
    """An R² with its interval: jackknife, noncentral chi²."""
    n, freedom = frame.n_effective, len(without) - 1
    se, bias = jackknife(np.array([value]), without[:, None])
    low, high = explained_interval(
        np.array([value]), se, bias, np.array([rank]), confidence=LEVEL, freedom=freedom
    )
    point = float(_adjusted(value, rank, n))
    return Evidence("", point, float(low[0]), float(high[0]), n=frame.n, smallest=smallest)


def _gap(frame: Frame, first, second, smallest: int) -> Evidence:
    n = frame.n_effective
    whole = [_adjusted(value, rank, n) for value, _, rank in (first, second)]
    parts = [_adjusted(without, rank, n) for _, without, rank in (first, second)]
    estimate, left = whole[0] - whole[1], parts[0] - parts[1]
    se = float(jackknife(np.array([estimate]), left[:, None])[0][0])
    half = quantile(LEVEL, len(left) - 1) * se
    ends = (float(estimate), float(estimate - half), float(estimate + half))
    return Evidence("", *ends, n=frame.n, smallest=smallest)


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


def block_alone(study: Study, block: str, *, on: str, least: Sequence[str], what: str) -> Evidence:
    """R² of a block by itself, with curves and products of every two of its variables.

    ``least``: constructs (``a|b``: either) without which it is not the block that is meant.
    """
    members = block_members(study, block)
    if study.measures(on) is None or not members:
        return Evidence(what, missing=missing(study, [on]) or (block,))
    found = curved(study, [members], on)
    if found is None:
        return Evidence(what, missing=("answers by row",))
    value, without, ranks, frame, smallest = found
    evidence = _evidence(frame, value[0], without[:, 0], ranks[0], smallest)
    note = f"curves and products, {ranks[0]} columns"
    evidence = _of_trait(evidence.but(note=note), study, on)
    return evidence.but(what=what, short_of=unmet(study, least))


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
    """R² of one block alone minus that of another, both with curves and products.

    The gap with ``moved`` counted to the second block, the other reading, stands beside it.
    """
    sets = [block_members(study, block) for block in (first, second)]
    if study.measures(on) is None or not all(sets):
        return Evidence(what, missing=missing(study, [on]) or (first, second))
    entry = study.measures(moved) if moved else None
    turned = entry is not None and entry.name in sets[0] and len(sets[0]) > 1
    if turned:
        sets += [[m for m in sets[0] if m != entry.name], [*sets[1], entry.name]]
    found = curved(study, sets, on)
    if found is None:
        return Evidence(what, missing=("answers by row",))
    value, without, ranks, frame, smallest = found
    triples = [(value[i], without[:, i], ranks[i]) for i in range(len(sets))]
    evidence = _gap(frame, triples[0], triples[1], smallest)
    note = ""
    if turned:
        other = _gap(frame, triples[2], triples[3], smallest)
        ends = f"{other.estimate:.3f} [{other.low:.3f}, {other.high:.3f}]"
        note = f"with {moved} counted to {second} {ends}"
    evidence = _of_trait(evidence.but(note=note), study, on)
    return evidence.but(what=what, short_of=unmet(study, least))


def added_by_block(
    study: Study, block: str, *, beyond: str, on: str, least: Sequence[str], what: str
) -> Evidence:
    """R² that the rest of a block adds to one of its constructs, with curves and products."""
    members, entry = block_members(study, block), study.measures(beyond)
    if study.measures(on) is None or entry is None or entry.name not in members:
        return Evidence(what, missing=missing(study, [on, beyond]) or (block,))
    if len(members) < 2:
        return Evidence(what, missing=tuple(need.replace("|", " or ") for need in least))
    found = curved(study, [members, [entry.name]], on)
    if found is None:
        return Evidence(what, missing=("answers by row",))
    value, without, ranks, frame, smallest = found
    added, left = value[0] - value[1], without[:, 0] - without[:, 1]
    evidence = _evidence(frame, added, left, ranks[0] - ranks[1], smallest)
    n = frame.n_effective
    point = float(_adjusted(value[0], ranks[0], n) - _adjusted(value[1], ranks[1], n))
    evidence = _of_trait(evidence.but(estimate=point), study, on)
    return evidence.but(what=what, short_of=unmet(study, least))
