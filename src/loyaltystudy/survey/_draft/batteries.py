"""Batteries of items: one answer scale, one stem, answers that go with each other."""

import re
from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from loyaltystudy.survey._draft.columns import Draft
from loyaltystudy.survey._headers import squeeze

FEWEST, LEAST_R, ROWS = 3, 0.2, 10
LEAST_R_UNNAMED = 0.4  # of columns that nothing but their place holds together
SENTENCE = 2  # spaces, at least, in a header that is a statement
_NUMBERED = re.compile(r"(.*?)[\s_.\-]*[\[(]?[A-Za-z]{0,2}\d{0,3}[a-z]?[\])]?(?:_\d+)?")
_COMMON = re.compile(r"(.{3,}?)(?:\s*\[.+\]|\s+-\s+.+|:\s+.+|\?\s+\S.+)\s*", re.DOTALL)


@dataclass
class Battery:
    """Items that may be one scale; ``turned`` are those that run against the others."""

    name: str
    items: list[Draft]
    turned: dict[str, float] = field(default_factory=dict)  # column to its mean correlation


def find_batteries(drafts: list[Draft]) -> list[Battery]:
    """Candidate scales: columns of one answer scale under one stem that correlate."""
    ratings = [draft for draft in drafts if draft.is_rating and not draft.copy_of]
    shared = Counter(_common(draft) for draft in ratings)
    runs = _runs(drafts)
    groups: dict[tuple, list[Draft]] = {}
    for draft in ratings:
        common, run = _common(draft), runs.get(draft.column)
        stem = common if common and shared[common] >= FEWEST else stem_of(draft.called)
        groups.setdefault((_scale(draft), "" if run else stem, run), []).append(draft)
    found, names = [], set()
    for (_, stem, run), members in groups.items():
        for cluster in _clusters(members, LEAST_R_UNNAMED if run else LEAST_R):
            name = _named(stem, names)
            names.add(name)
            found.append(Battery(name, cluster, _turned(cluster)))
    return found


def _runs(drafts: list[Draft]) -> dict[str, int]:
    """Statements that have no name but themselves, by the run of neighbours they stand in."""
    runs, number, before = {}, 1, None
    for draft in drafts:
        bare = draft.is_rating and not draft.code and not _common(draft)
        if not bare or draft.column.count(" ") < SENTENCE:
            before = None
            continue
        number += (before is not None and before != _scale(draft)) or before is None
        before = _scale(draft)
        runs[draft.column] = number
    return runs


def _scale(draft: Draft) -> tuple:
    """The answer scale as far as labels say."""
    labels = tuple((code, squeeze(label)) for code, label in draft.codes.items() if label)
    return labels or ("observed",)


def _common(draft: Draft) -> str:
    """The question that stands before the statement, as survey tools write both."""
    found = _COMMON.fullmatch(draft.wording)
    return squeeze(found[1]) if found else ""


def stem_of(name: str) -> str:
    """What is left of a column's name without the number or letter at its end.

    >>> stem_of("trust_1"), stem_of("attitude[a1]"), stem_of("op12"), stem_of("Q5_3")
    ('trust', 'attitude', 'op', 'Q5')
    """
    for pattern in (
        r"(.+?)[\[(][^\])]*[\])]",
        r"(.+?)[_.\s-]+[A-Za-z]{0,3}\d{1,3}[A-Za-z]?",
        r"(.+\d)[a-zA-Z]",
        r"(.+?)\d{1,3}",
    ):
        found = re.fullmatch(pattern, name)
        if found and re.search(r"[^\W\d_]", found[1]):
            return found[1].strip("_.- ")
    return name


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
    table = np.column_stack([member.cells for member in members])
    size = table.shape[1]
    r = np.eye(size)
    for i in range(size):
        for j in range(i):
            both = ~np.isnan(table[:, i]) & ~np.isnan(table[:, j])
            x, y = table[both, i], table[both, j]
            if both.sum() >= ROWS and x.std() > 0 and y.std() > 0:
                r[i, j] = r[j, i] = np.corrcoef(x, y)[0, 1]
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
