"""Batteries of items: one answer scale, one stem, answers that go with each other."""

import re
from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from loyaltystudy.survey._draft.columns import Draft
from loyaltystudy.survey._draft.stems import question_of, stem_of
from loyaltystudy.survey._headers import squeeze

FEWEST, LEAST_R, ROWS = 3, 0.2, 10
LEAST_R_UNNAMED = 0.4  # of columns that nothing but their place holds together
SENTENCE = 2  # spaces, at least, in a header that is a statement


@dataclass
class Battery:
    """Items that may be one scale; ``turned`` are those that run against the others."""

    name: str
    items: list[Draft]
    turned: dict[str, float] = field(default_factory=dict)  # column to its mean correlation


def find_batteries(drafts: list[Draft]) -> list[Battery]:
    """Candidate scales: columns of one answer scale under one stem that correlate."""
    mark_graded(drafts)
    ratings = [draft for draft in drafts if draft.is_rating and not draft.copy_of]
    stems = _stems(ratings)
    alike = Counter((_scale(draft), stems[draft.column]) for draft in ratings)
    runs = _runs(drafts, {d.column for d in ratings if alike[_scale(d), stems[d.column]] < FEWEST})
    groups: dict[tuple, list[Draft]] = {}
    for draft in ratings:
        run = runs.get(draft.column)
        stem = "" if run else stems[draft.column]
        groups.setdefault((_scale(draft), stem, run), []).append(draft)
    found, names = [], set()
    for (_, stem, run), members in groups.items():
        for cluster in _clusters(members, LEAST_R_UNNAMED if run else LEAST_R):
            name = _named(stem, names)
            names.add(name)
            found.append(Battery(name, cluster, _turned(cluster)))
    return found


def mark_graded(drafts: list[Draft]) -> None:
    """Labels in words that nobody knows are grades, where columns that share them correlate."""
    sharing: dict[tuple, list[Draft]] = {}
    for draft in drafts:
        labelled = draft.kind == "nominal" and draft.range is None and not draft.by_alphabet
        if labelled and len(draft.codes) > FEWEST and draft.steps == len(draft.codes) - 1:
            sharing.setdefault(_scale(draft), []).append(draft)
    for members in sharing.values():
        for draft in (d for cluster in _clusters(members, LEAST_R_UNNAMED) for d in cluster):
            draft.kind = "ordinal"
            draft.notes.append("taken as graded: columns with these labels go with each other")


def _stems(ratings: list[Draft]) -> dict[str, str]:
    """Column to the question before its statement, where others share it, or its name's stem."""
    shared = Counter(question_of(draft.wording) for draft in ratings)
    questions = {d.column: question_of(d.wording) for d in ratings}
    return {
        d.column: questions[d.column]
        if questions[d.column] and shared[questions[d.column]] >= FEWEST
        else stem_of(d.called)
        for d in ratings
    }


def _runs(drafts: list[Draft], alone: set[str]) -> dict[str, int]:
    """Columns that share no stem but a labelled scale or sentences, by the run of neighbours."""
    runs, number, before = {}, 1, None
    for draft in drafts:
        named = draft.codes or draft.column.count(" ") >= SENTENCE
        if draft.column not in alone or not named:
            before = None
            continue
        number += before != _scale(draft)
        before = _scale(draft)
        runs[draft.column] = number
    return runs


def _scale(draft: Draft) -> tuple:
    """The answer scale as far as labels say."""
    labels = tuple((code, squeeze(label)) for code, label in draft.codes.items() if label)
    return labels or ("observed",)


def _clusters(members: list[Draft], least: float) -> list[list[Draft]]:
    """Members whose answers go with each other, up or down, in the order of the file."""
    if len(members) < FEWEST:
        return []
    from scipy.cluster.hierarchy import fcluster, linkage

    r = np.abs(correlations(members))
    distance = 1 - r[np.triu_indices(len(members), 1)]
    labels = fcluster(linkage(distance, "average"), 1 - least, "distance")
    clusters = [[m for m, at in zip(members, labels, strict=True) if at == n] for n in set(labels)]
    kept = [cluster for cluster in clusters if len(cluster) >= FEWEST]
    return sorted(kept, key=lambda cluster: members.index(cluster[0]))


def correlations(members: list[Draft]) -> np.ndarray:
    """Pearson correlations of pairs of columns, 0 where too few answered both or all alike."""
    table = pd.DataFrame(np.column_stack([member.cells for member in members]))
    r = table.corr(min_periods=ROWS).fillna(0.0).to_numpy(copy=True)
    np.fill_diagonal(r, 1.0)
    return r


def _turned(cluster: list[Draft]) -> dict[str, float]:
    """Members on the smaller side of the first axis, with their mean correlation."""
    r = correlations(cluster)
    axis = np.linalg.eigh(r)[1][:, -1]
    side = axis < 0 if (axis < 0).sum() <= len(cluster) / 2 else axis > 0
    if side.sum() * 2 == len(cluster):  # half and half: the first column is taken for straight
        side = side != side[0]
    signs = np.where(side, -1, 1)
    turned = {}
    for n in np.flatnonzero(side):
        others = [m for m in range(len(cluster)) if m != n]
        mean = float(np.mean(r[n, others] * signs[others]))
        if mean < 0:
            turned[cluster[n].column] = mean
    return turned


def _named(stem: str, taken: set[str]) -> str:
    words = re.sub(r"\W+", "_", stem.casefold()).strip("_")[:30].strip("_") or "scale"
    name = first = words if words.startswith("scale") else f"{words}_scale"
    number = 2
    while name in taken:
        name, number = f"{first}_{number}", number + 1
    return name
