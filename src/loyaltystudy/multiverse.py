"""The multiverse: does the order of two blocks hold whatever was chosen in scoring?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import pandas as pd

from loyaltystudy.audit.ground import sources
from loyaltystudy.codebook import Variable
from loyaltystudy.comparison.blocks import subset_estimates
from loyaltystudy.comparison.frame import model_frame
from loyaltystudy.comparison.tables import adjusted_r2
from loyaltystudy.consistency import one_factor
from loyaltystudy.errors import SurveyError
from loyaltystudy.heart import measures
from loyaltystudy.study import Study

ANSWERED = (0.5, 0.75, 1.0)
BACKGROUND, DEMOGRAPHICS = "sociological_background", "demographics"
FEW = 12  # an ordinal or numeric demographic with at most so many values is tried as dummies


@dataclass(frozen=True, eq=False)
class SpecificationCurve:
    """What :func:`specification_curve` found; see there for the columns.

    Attributes
    ----------
    table : DataFrame
        One row a universe.
    choices : dict
        Choice to its levels; a choice with one level is not varied and has no column.
    notes : tuple of str
        Choices that could not be varied here, and universes that were not possible.
    """

    table: pd.DataFrame
    choices: dict[str, list]
    outcome: str
    first: str
    second: str
    notes: tuple[str, ...] = ()

    @property
    def share(self) -> pd.DataFrame:
        """Of each measure: universes with the first block above, and apart either way.

        ``measure, first_above, first_apart, second_apart``; apart: the interval leaves out 0.
        """
        rows = []
        for measure in measures.MEASURES:
            gap, low, high = (
                self.table[f"{part}_{measure}"] for part in ("difference", "low", "high")
            )
            shares = {"first_above": gap > 0, "first_apart": low > 0, "second_apart": high < 0}
            rows.append({"measure": measure} | {k: float(v.mean()) for k, v in shares.items()})
        return pd.DataFrame(rows)

    def header(self) -> str:
        n = self.table["n"]
        size = f"n {n.min()}" if n.min() == n.max() else f"n {n.min()} to {n.max()}"
        found = [c for c in self.table if c not in self.choices]
        distinct = len(self.table[found].round(12).drop_duplicates())
        return (
            f"{self.first} against {self.second}, outcome {self.outcome}: "
            f"{len(self.table)} universes ({distinct} with results of their own), {size}"
        )

    def __repr__(self) -> str:
        body = self.share.to_string(index=False, float_format="{:.3f}".format)
        return "\n".join([self.header(), body, *(f"Note: {note}." for note in self.notes)])

    def _repr_html_(self) -> str:
        from html import escape

        body = self.share.to_html(index=False, float_format="{:.3f}".format)
        notes = "".join(f"<p>Note: {escape(note)}.</p>" for note in self.notes)
        return f"<p>{escape(self.header())}</p>{body}{notes}"


def specification_curve(
    study: Study,
    outcome: str,
    blocks=None,
    *,
    first: str,
    second: str,
    controls: Sequence[str] = (),
    confidence: float = 0.95,
) -> SpecificationCurve:
    r"""Compare two blocks in every universe of defensible scoring choices.

    Each combination of these choices is one universe; a choice that makes no sense for the study
    is not varied, and ``notes`` says why.

    - ``minimum_answered``: a scale score needs .5, .75 or all of its items answered.
    - ``scores``: mean of the items, or factor score (scales of three items or more).
    - ``careless``: respondents flagged by :func:`loyaltystudy.screening.screen` kept or left out.
    - ``weights``: with the design's weight or without.
    - ``demographics``: ordinal and numeric demographics with up to 12 values linear or dummies.
    - ``own_education``: in the block sociological_background or in demographics.
    - ``controls``: none, or all of ``controls``.

    At most 3 x 2^6 = 192 universes.

    Parameters
    ----------
    study : Study
        With answers of single respondents.
    outcome : str
    blocks : dict, list or None
        As in :func:`loyaltystudy.compare_blocks`; all blocks are in the model of every universe.
    first, second : str
        The two blocks whose difference is followed.
    controls : sequence of str
    confidence : float
        Level of the intervals of the differences.

    Returns
    -------
    SpecificationCurve
        ``.table``: the choices, ``n``, ``n_dropped``, ``r2``, and for alone, unique and dominance
        ``first_``, ``second_`` (adjusted), ``difference_``, ``low_``, ``high_``, as in
        ``compare_blocks(...).differences``. ``.share``: in what share of universes the first is
        above.

    Raises
    ------
    SurveyError
        If a block is unknown, the study has no answers of respondents, or no universe is possible.

    Notes
    -----
    Universes share respondents, so the share is no probability and its universes no
    replications: it says how far the order hangs on choices, not how sure it is.

    References
    ----------
    Steegen, Tuerlinckx, Gelman & Vanpaemel (2016), Perspectives on Psychological Science 11,
    702-712. Simonsohn, Simmons & Nelson (2020), Nature Human Behaviour 4, 1208-1214.

    Examples
    --------
    >>> import loyaltystudy as ls
    >>> from loyaltystudy.multiverse import specification_curve
    >>> study = ls.load_study("mobile-ecsi")
    >>> curve = specification_curve(study, "loyalty", first="relationship", second="trust")
    >>> len(curve.table), curve.share["first_above"].to_list()
    (12, [1.0, 1.0, 1.0])
    """
    members = _members(study, outcome, blocks, controls, (first, second), confidence)
    choices, notes = _choices(study, outcome, members, controls, (first, second))
    prepared = _prepared(study, [outcome, *controls, *_flat(members)], choices, notes)
    rows = []
    for levels in _progress(list(product(*choices.values()))):
        chosen = dict(zip(choices, levels, strict=True))
        universe = prepared[tuple(chosen[c] for c in PREPARING if c in choices)]
        universe, own, held = _rest(universe, members, controls, chosen)
        try:
            found = _compare(universe, outcome, own, held, (first, second), confidence)
        except SurveyError as error:
            notes.append(f"not possible: {_named(chosen)} ({error})")
        else:
            rows.append(chosen | found)
    if not rows:
        raise SurveyError(notes, heading="No universe is possible")
    varied = {choice: levels for choice, levels in choices.items() if len(levels) > 1}
    table = pd.DataFrame(rows).drop(columns=[c for c in choices if c not in varied])
    return SpecificationCurve(table, varied, outcome, first, second, tuple(notes))


PREPARING = ("careless", "minimum_answered", "scores")


def _members(study, outcome, blocks, controls, pair, confidence) -> dict[str, list[str]]:
    """Block to its scales and variables, as the study itself would be compared."""
    if not isinstance(study, Study):
        raise SurveyError(f"study: a Study is needed, not {type(study).__name__}.")
    if not 0 < confidence < 1:
        raise SurveyError(f"confidence={confidence}: a level between 0 and 1 is needed, e.g. 0.95.")
    frame = model_frame(study, outcome, blocks, controls)
    problems = [
        f"block {b!r} is not compared; blocks: {[*frame.blocks]}."
        for b in pair
        if b not in frame.blocks
    ]
    if pair[0] == pair[1]:
        problems.append(f"first and second are both {pair[0]!r}; name two blocks.")
    if frame.rows is None:
        problems.append(
            f"study '{study.name}' has only shared moments of {frame.blocks}; scoring choices "
            "need answers of single respondents."
        )
    if problems:
        raise SurveyError(problems, heading="specification_curve")
    return {block: sources(columns) for block, columns in frame.blocks.items()}


def _choices(
    study: Study, outcome: str, members, controls, pair
) -> tuple[dict[str, list], list[str]]:
    """Choice to its levels, the first as the codebook has it where it says; what is not varied."""
    choices, notes = {}, []
    book = study.codebook.scales
    used = [outcome, *controls, *_flat(members)]
    longest = max((len(book[name].items) for name in used if name in book), default=0)
    found = {
        "careless": _careless_levels(study),
        "minimum_answered": _longest(longest, 2, list(ANSWERED), "of two items or more"),
        "scores": _longest(longest, 3, ["mean", "factor"], "of three items or more"),
        "weights": (["weighted", "unweighted"], "") if study.codebook.design.weight
        else (["unweighted"], "the design has no weight"),
        "demographics": _coding_levels(study, members),
        "own_education": _education_levels(study, members, pair),
        "controls": (["none", ", ".join(controls)], "") if controls
        else (["none"], "none were given"),
    }  # fmt: skip
    for choice, (levels, why) in found.items():
        choices[choice] = levels
        if why:
            notes.append(f"{choice.replace('_', ' ')} not varied: {why}")
    return choices, notes


def _longest(longest: int, needed: int, levels: list, what: str) -> tuple[list, str]:
    """Levels of a choice that bears only on scales with some number of items."""
    first = "codebook" if needed == 2 else levels[0]
    return (levels, "") if longest >= needed else ([first], f"no scale {what}")


def _careless_levels(study: Study) -> tuple[list, str]:
    try:
        from loyaltystudy.screening import screen

        flagged = int(screen(study)["careless"].sum())
    except (ImportError, SurveyError) as error:
        return ["kept"], f"no screening ({error})"
    return (["kept", "left out"], "") if flagged else (["kept"], "nobody is flagged as careless")


def _coding_levels(study: Study, members) -> tuple[list, str]:
    if DEMOGRAPHICS not in members:
        return ["linear"], "no block demographics"
    if not _codable(study, members):
        return ["linear"], "no ordinal or numeric demographics with 3 to 12 values"
    return ["linear", "dummies"], ""


def _codable(study: Study, members) -> list[str]:
    known = study.codebook.variables
    return [
        name
        for name in members[DEMOGRAPHICS]
        if name in known
        and known[name].kind in ("ordinal", "numeric")
        and 3 <= study.answers[name].nunique() <= FEW
    ]


def _education_levels(study: Study, members, pair) -> tuple[list, str]:
    entry, both = study.measures("own_education"), (BACKGROUND, DEMOGRAPHICS)
    home = next((b for b in both if entry is not None and entry.name in members.get(b, ())), None)
    if home is None:
        return ["as given"], "it is in neither block"
    other = both[1 - both.index(home)]
    if other not in members:
        return [home], f"no block {other}"
    if members[home] == [entry.name] and home in pair:
        return [home], f"without it nothing is left of {home}"
    return [home, other], ""


def _flat(members) -> list[str]:
    return [name for names in members.values() for name in names]


def _prepared(study: Study, names, choices, notes: list[str]) -> dict[tuple, Study]:
    """The study under each combination of the choices that take time to make."""
    made = {}
    for careless, answered, scores in product(*(choices[c] for c in PREPARING)):
        kept = study
        if careless == "left out":
            from loyaltystudy.screening import screen

            kept = replace(study, answers=study.answers[~screen(study)["careless"]])
        if answered != "codebook":
            kept = _rule(kept, answered)
        if scores == "factor":
            kept = with_factor_scores(kept, names, notes)
        made[careless, answered, scores] = kept
    return made


def _rule(study: Study, answered: float) -> Study:
    """The study with another share of items that a score needs."""
    book = study.codebook
    scales = {n: replace(s, minimum_answered=answered) for n, s in book.scales.items()}
    return replace(study, codebook=replace(book, scales=scales))


def with_factor_scores(study: Study, names: Sequence[str], notes: list[str]) -> Study:
    """A study in which scales of three items or more are variables that hold factor scores."""
    scales, variables = dict(study.codebook.scales), dict(study.codebook.variables)
    answers = study.answers.copy()
    for name in [n for n in names if n in scales]:
        scale = scales[name]
        why = "fewer than three items"
        if len(scale.items) > 2:
            found = factor_scores(study.keyed(scale.items), scale.minimum_answered)
            why = "the one-factor model has no proper solution"
            if found is not None:
                del scales[name]
                variables[name] = Variable(kind="numeric", name=name, construct=scale.construct)
                answers[name] = found
                continue
        note = f"factor scores not made of {name}, its mean is kept: {why}"
        if note not in notes:
            notes.append(note)
    book = replace(study.codebook, scales=scales, variables=variables)
    return replace(study, codebook=book, answers=answers)


def factor_scores(items: pd.DataFrame, minimum_answered: float) -> np.ndarray | None:
    r"""Regression scores of a one-factor model, from the items that each respondent answered.

    .. math:: \hat f = \frac{\sum_o \lambda_o (x_o - \mu_o) / \theta_o}
                             {1 + \sum_o \lambda_o^2 / \theta_o}

    None where the model does not converge or has an error variance that is not positive. R:
    ``lavaan::lavPredict(fit)`` for complete answers.
    """
    complete = items.dropna()
    loading, error = one_factor(complete)
    if not (error > 0).all():  # NaN too
        return None
    away = (items - complete.mean()).to_numpy()
    given = ~np.isnan(away)
    pull = np.where(given, away * loading / error, 0.0).sum(axis=1)
    scores = pull / (1 + given @ (loading**2 / error))
    enough = given.sum(axis=1) >= minimum_answered * items.shape[1] - 1e-9
    return np.where(enough, scores, np.nan)


def _rest(study: Study, members, controls, chosen) -> tuple[Study, dict, list[str]]:
    """The quick choices: weights, coding of demographics, place of own education, controls."""
    book = study.codebook
    if chosen["weights"] == "unweighted":
        book = replace(book, design=replace(book.design, weight=None))
    if chosen["demographics"] == "dummies":
        nominal = {n: replace(book.variables[n], kind="nominal") for n in _codable(study, members)}
        book = replace(book, variables={**book.variables, **nominal})
    if chosen["own_education"] in members:
        name = study.measures("own_education").name
        own = {b: [n for n in names if n != name] for b, names in members.items()}
        own[chosen["own_education"]] = [*own[chosen["own_education"]], name]
        members = {b: names for b, names in own.items() if names}
    held = [] if chosen["controls"] == "none" else list(controls)
    return replace(study, codebook=book), members, held


def _compare(study: Study, outcome: str, members, held, pair, confidence: float) -> dict:
    frame = model_frame(study, outcome, members, held)
    estimates = subset_estimates(frame)
    adjusted = adjusted_r2(frame, estimates)
    i, j = (list(frame.blocks).index(block) for block in pair)
    r2 = float(estimates.r2[-1])
    found = {"n": frame.n, "n_dropped": frame.n_dropped, "r2": r2}
    for measure, of in measures.MEASURES.items():

        def gap(values, of=of):
            return of(values)[..., i] - of(values)[..., j]

        points, (low, high) = of(adjusted), estimates.around(gap, adjusted, confidence)
        found |= {f"first_{measure}": points[i], f"second_{measure}": points[j]}
        found |= {f"difference_{measure}": gap(adjusted), f"low_{measure}": low}
        found[f"high_{measure}"] = high
    return found


def _named(chosen: dict) -> str:
    return ", ".join(f"{choice} {level}" for choice, level in chosen.items())


def _progress(universes: list) -> list:
    from tqdm import tqdm

    return tqdm(universes, desc="universes", disable=None)
