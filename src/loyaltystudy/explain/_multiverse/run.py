"""Two blocks compared in every universe of defensible choices."""

from collections.abc import Sequence
from itertools import product

import pandas as pd

from loyaltystudy.errors import SurveyError, refuse
from loyaltystudy.explain._audit.baseline import sources
from loyaltystudy.explain._estimation import subset_estimates
from loyaltystudy.explain._frame import model_frame
from loyaltystudy.explain._multiverse.choices import flat, open_choices
from loyaltystudy.explain._multiverse.result import SpecificationCurve
from loyaltystudy.explain._multiverse.universes import PREPARING, prepared, with_choices
from loyaltystudy.explain._tables import adjusted_r2
from loyaltystudy.rsquared import MEASURES, wrong_confidence
from loyaltystudy.survey import Study


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
    r"""Compare two blocks under every defensible way of scoring the answers.

    Each combination of these choices is one universe; a choice that makes no sense for the study
    is not varied, and ``notes`` says why.

    - ``minimum_answered``: a scale score needs .5, .75 or all of its items answered.
    - ``scores``: mean of the items, or factor score (scales of three items or more).
    - ``careless``: respondents flagged by :func:`loyaltystudy.scales._screen.screen` kept or left
      out.
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
    >>> from loyaltystudy.explain import specification_curve
    >>> study = ls.load_study("mobile-ecsi")
    >>> curve = specification_curve(study, "loyalty", first="relationship", second="trust")
    >>> len(curve.table), curve.share["first_above"].to_list()
    (12, [1.0, 1.0, 1.0])
    """
    members = _members(study, outcome, blocks, controls, (first, second), confidence)
    choices, notes = open_choices(study, outcome, members, controls, (first, second))
    studies = prepared(study, [outcome, *controls, *flat(members)], choices, notes)
    rows = []
    for levels in _progress(list(product(*choices.values()))):
        chosen = dict(zip(choices, levels, strict=True))
        universe = studies[tuple(chosen[c] for c in PREPARING if c in choices)]
        universe, own, held = with_choices(universe, members, controls, chosen)
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


def _members(study, outcome, blocks, controls, pair, confidence) -> dict[str, list[str]]:
    """Block to its scales and variables, as the study itself would be compared."""
    if not isinstance(study, Study):
        raise SurveyError(f"study: a Study is needed, not {type(study).__name__}.")
    refuse(wrong_confidence(confidence))
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
    refuse(problems, heading="specification_curve")
    return {block: sources(columns) for block, columns in frame.blocks.items()}


def _compare(study: Study, outcome: str, members, held, pair, confidence: float) -> dict:
    frame = model_frame(study, outcome, members, held)
    estimates = subset_estimates(frame)
    adjusted = adjusted_r2(frame, estimates)
    i, j = (list(frame.blocks).index(block) for block in pair)
    r2 = float(estimates.r2[-1])
    found = {"n": frame.n, "n_dropped": frame.n_dropped, "r2": r2}
    for measure, of in MEASURES.items():

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
