"""Margins of the population in a codebook: which answers each group of a margin holds."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from loyaltystudy.errors import did_you_mean
from loyaltystudy.survey._headers import squeeze
from loyaltystudy.survey._schema import Answers, Codebook, Design, Variable
from loyaltystudy.survey._values import NUMBER, words_of

RAKED = "raked_weight"
LARGEST = 1e9
ROUNDED = 0.005  # shares as printed sum to 1 but for this
_BAND = re.compile(r"(\d+(?:\.\d+)?)\s*(?:[-\u2013]\s*(\d+(?:\.\d+)?)?|(\+))")
_REMEDY = "give groups of numbers, e.g. `{18-29: 0.2, 30-64: 0.5, 65-: 0.3}`"


@dataclass(frozen=True)
class Group:
    """One group of a margin: the answers from ``low`` to ``high``, and their share."""

    name: str
    low: float
    high: float
    share: float

    def holds(self, answers: np.ndarray) -> np.ndarray:
        return (answers >= self.low) & (answers <= self.high)


def raked_by_design(book: Codebook) -> Codebook:
    """With margins, the study's weight is one that is made when answers are read."""
    design = book.design
    if not design.margins:
        return book
    base = design.base_weight if design.weight == RAKED else design.weight or design.base_weight
    answers = Answers(range=(0, LARGEST), whole=False)
    made = Variable(name=RAKED, kind="numeric", answers=answers, optional=True)
    variables = {**book.variables, RAKED: made}
    return replace(
        book, variables=variables, design=replace(design, weight=RAKED, base_weight=base)
    )


def check_margins(design: Design, variables: Mapping[str, Variable | None], tell) -> None:
    """All that is wrong with declared margins, before any answer is seen."""
    if design.margins and design.wave:
        tell(
            ("design", "margins"),
            "margins are of one population at one time, and the codebook has waves. Read each wave "
            "by itself with its own margins (no `wave:`), join the answers with their "
            f"{RAKED!r}, and declare that column as `weight:` in place of `margins:`.",
        )
    if design.margins and RAKED in variables and design.weight != RAKED:
        tell(("variables", RAKED), "the raked weight has this name; rename the variable.")
    for name, margin in design.margins.items():
        place = ("design", "margins", name)
        if name not in variables:
            near = did_you_mean(name, variables)
            tell(place, f"{name!r} is not among the variables; declare it.{near}")
        elif variables[name] is not None:
            for problem in margin_groups(variables[name], margin)[1]:
                tell(place, problem)


def margin_groups(entry: Variable, margin: Mapping[str, float]) -> tuple[list[Group], list[str]]:
    """The groups of a margin, their shares brought to a sum of 1, and what is wrong with them."""
    if entry.kind == "text":
        return [], [f"{entry.name!r} is open text, which has no groups; code it first."]
    shares, problems = _shares(margin)
    groups, unknown = [], []
    for name, share in zip(margin, shares, strict=True):
        found = _ends(entry, name)
        if isinstance(found, str):
            problems.append(found)
        elif found is None:
            unknown.append(name)
        else:
            groups.append(Group(name, *found, share))
    if unknown:
        problems.append(_unknown(entry, unknown))
    in_order = sorted(groups, key=lambda group: group.low)
    for one, two in pairwise(in_order):
        if two.low <= one.high:
            problems.append(f"{one.name!r} and {two.name!r} hold the same answers; keep one.")
    if len(margin) < 2:
        problems.append("a margin has two groups at least; add the others.")
    return groups, problems


def _shares(margin: Mapping[str, float]) -> tuple[list[float], list[str]]:
    """Shares from shares, percentages or counts, and what is wrong with them."""
    values = [*margin.values()]
    wrong = [name for name, value in margin.items() if not 0 < value < np.inf]
    problems = [f"{wrong}: a share or count is above zero."] if wrong else []
    total = sum(values)
    least = min((abs(total - whole) / whole for whole in (1, 100)), default=1.0)
    if not wrong and least > ROUNDED and total <= 100:
        problems.append(
            f"the shares sum to {total:g}; give shares that sum to 1, percentages that sum to 100, "
            "or counts of the population."
        )
    return [value / total if total > 0 else np.nan for value in values], problems


def _ends(entry: Variable, name: str) -> tuple[float, float] | str | None:
    """From which to which answer a group goes; a sentence where it may be several, or None."""
    codes = entry.answers.codes
    if codes:
        meant = {
            float(c) for c, words in codes.items() if squeeze(name) in map(squeeze, words.values())
        }
        meant |= {float(name)} & {*codes} if NUMBER.fullmatch(name) else set()
        if len(meant) > 1:
            return f"{name!r} may mean {', '.join(f'{c:g}' for c in sorted(meant))}; give the code."
        return (*meant, *meant) if meant else None
    if NUMBER.fullmatch(name):
        return float(name), float(name)
    band = _BAND.fullmatch(name.strip())
    return (float(band[1]), float(band[2] or np.inf)) if band else None


def _unknown(entry: Variable, names: list[str]) -> str:
    if not entry.answers.codes:
        return f"{names}: {entry.name!r} has numbers; {_REMEDY}."
    known = [words_of(entry, code) or f"{code:g}" for code in entry.answers.codes]
    labels = [label for words in entry.answers.codes.values() for label in words.values()]
    near = did_you_mean(names, labels)
    return f"{names} are no answers of {entry.name!r}.{near} Declared: {known[:12]}."
