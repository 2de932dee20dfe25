"""How a claim's question stands among all the other questions about the same company."""

from weakref import WeakKeyDictionary

import numpy as np

from loyaltystudy.claims._shared_method import share_below
from loyaltystudy.survey import Study, facts

LEAST_OTHERS = 5
_KNOWN: WeakKeyDictionary[Study, tuple] = WeakKeyDictionary()


def any_question(study: Study, claimed: str, outcome: str) -> str:
    """One line: how many of the other rating questions go less with the outcome than the claim's.

    Where nearly every question about a company goes with loyalty, that one of them does says
    little of what it asks. Empty where fewer than five others are at hand.
    """
    found = share_of_others(study, claimed, outcome)
    if found is None:
        return ""
    own, lower, others = found
    return (
        f"any question: {claimed} and {outcome} correlate {own:.2f} between questions, "
        f"more than {100 * lower:.0f} % of the {others} other questions do"
    )


def share_of_others(study: Study, claimed: str, outcome: str):
    """Mean correlation of the claim's questions with the outcome's, the share of others below it.

    Both as keyed and by size, over all rating questions, in a scale or not; None where it cannot be
    said. Questions of a scale that shares one with the outcome's are no others.
    """
    x, y = (_own_items(study, c) for c in (claimed, outcome))
    names, r = _correlations(study)
    if not x or not y or not set(x) | set(y) <= set(names):
        return None
    place = {name: i for i, name in enumerate(names)}
    near = {i for s in study.codebook.scales.values() if set(s.items) & set(y) for i in s.items}
    rest = [n for n in names if n not in x and n not in near]
    if len(rest) < LEAST_OTHERS:
        return None
    at = {what: [place[n] for n in own] for what, own in (("x", x), ("y", y), ("rest", rest))}
    return *share_below(r, at["x"], at["rest"], at["y"]), len(rest)


def _own_items(study: Study, construct: str) -> list[str]:
    return list(getattr(study.measures(construct), "items", ()))


def _correlations(study: Study) -> tuple[list[str], np.ndarray]:
    """Correlations between items, kept as long as the study is."""
    if study not in _KNOWN:
        _KNOWN[study] = _computed(study)
    return _KNOWN[study]


def _computed(study: Study) -> tuple[list[str], np.ndarray]:
    """Correlations between all keyed rating questions, pairwise over who answered.

    Questions of facts, markers and questions that test attention are no ratings of the company.
    """
    from loyaltystudy.claims._statistics.traits import MARKERS

    book = study.codebook
    apart = [s for s in book.scales.values() if s.construct in facts() | {*MARKERS}]
    other = {i for s in apart for i in s.items}
    asked = [i.name for i in book.items.values() if i.attention is None and i.name not in other]
    names = [name for name in asked if name in study.answered]
    if not names:
        return [], np.zeros((0, 0))
    keyed = study.keyed(names).to_numpy(float)
    there = np.isfinite(keyed).astype(float)
    x = np.where(there > 0, keyed - np.nanmean(keyed, axis=0), 0.0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return names, (x.T @ x) / np.sqrt((x**2).T @ there * (there.T @ x**2))
