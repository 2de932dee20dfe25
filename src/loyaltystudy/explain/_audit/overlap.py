"""The overlap alarm: which predictors restate the outcome, or one another?"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError
from loyaltystudy.explain._audit.baseline import (
    Audited,
    dominances,
    measure_rows,
    not_given,
    order_row,
    row,
    sources,
)
from loyaltystudy.explain._audit.result import FLAG, OVERLAPS
from loyaltystudy.explain._estimation import subset_estimates
from loyaltystudy.explain._frame import model_frame
from loyaltystudy.scales import cfa, cronbach, htmt, one_factor
from loyaltystudy.survey import Study

CHECK = "overlap"
RESAMPLES = 500  # bootstrap draws of an HTMT interval
JUDGED = (*OVERLAPS, "shared_items")


def overlap(audited: Audited) -> list[dict]:
    """Overlap of every predictor with the outcome and with predictors of other blocks.

    Two scales of two items or more: HTMT (2015) and the correlation of the factors of a
    two-factor model. A single question: its correlation divided by the root of the other scale's
    reliability, a lower bound. Item by item: the item of a predictor that lies closest to the
    outcome, corrected for the outcome's unreliability. Each pair takes the respondents who
    answered all its items.
    """
    study = audited.study
    if study is None:
        return not_given(CHECK, "Needs a Study: overlap is judged item by item.")
    at_hand = {n: i for n, i in audited.scales.items() if all(c in study.answers for c in i)}
    if not len(study.answers) or len(at_hand) < 2:
        return not_given(CHECK, "Fewer than two scales with items at hand in this comparison.")
    rows, outcome = [], audited.frame.outcome
    for first, second in _pairs(audited, at_hand):
        rows += _pair_rows(audited, first, second, to_outcome=second == outcome)
    rows = [r | {"note": _read(r, outcome)} for r in rows]
    return [*rows, *_again(audited, rows), _among(audited, rows)]


def _pairs(audited: Audited, at_hand) -> Iterator[tuple[str, str]]:
    home = {n: block for block, names in audited.members.items() for n in names if n in at_hand}
    if audited.frame.outcome in at_hand:
        yield from ((name, audited.frame.outcome) for name in home)
    yield from ((a, b) for a, b in combinations(home, 2) if home[a] != home[b])


def _pair_rows(audited: Audited, first: str, second: str, *, to_outcome: bool) -> list[dict]:
    scales = {n: list(audited.scales[n]) for n in (first, second)}
    name, shared = f"{first}, {second}", [i for i in scales[first] if i in scales[second]]
    if shared:
        return [row(CHECK, name, "shared_items", float(len(shared)), ", ".join(shared))]
    answers = audited.study.keyed([*scales[first], *scales[second]])
    complete = answers.dropna()
    if len(complete) < 10 or (complete.nunique() < 2).any():
        why = f"{len(complete)} respondents answered all items, or an item is constant."
        return [row(CHECK, name, "not_given", note=why)]
    rows = []
    if min(map(len, scales.values())) > 1:
        rows = _htmt_rows(audited, name, answers, scales)
    rows.append(_latent_row(audited, name, complete, scales))
    if to_outcome and len(scales[first]) > 1:
        rows.append(_item_row(audited, name, complete, scales))
    return rows


def _htmt_rows(audited: Audited, name: str, answers: pd.DataFrame, scales) -> list[dict]:
    found = htmt(
        answers, scales, resamples=RESAMPLES, confidence=audited.confidence, seed=audited.seed
    )
    one = found[found["variant"] == "htmt"].iloc[0]
    rows = [row(CHECK, name, "htmt", one["estimate"], low=one["low"], high=one["high"])]
    if answers.isna().to_numpy().any():
        # PLS software replaces missing answers by means; said, so that published values compare
        filled = htmt(answers.fillna(answers.mean()), scales, resamples=0)["estimate"].iloc[0]
        rows.append(row(CHECK, name, "htmt_mean_replaced", filled))
    return rows


def _latent_row(audited: Audited, name: str, complete: pd.DataFrame, scales) -> dict:
    if min(map(len, scales.values())) > 1:
        try:
            model = cfa(complete, scales, confidence=audited.confidence)
            one, why = model.correlations.iloc[0], " ".join(model.notes)
            note = f"Two-factor model. {why}".strip()
            return row(
                CHECK, name, "latent_correlation", one["estimate"], note, one["low"], one["high"]
            )
        except SurveyError:
            note = "The two-factor model failed; the scales' correlation, disattenuated."
    else:
        single = [n for n, items in scales.items() if len(items) == 1]
        note = f"{' and '.join(single)}: a single question, its own error not corrected."
    (a, b), rho = scales, {n: _rho(complete[items]) for n, items in scales.items()}
    means = [complete[scales[n]].mean(axis=1) for n in (a, b)]
    return _corrected_row(audited, name, "latent_correlation", means, rho[a] * rho[b], note)


def _item_row(audited: Audited, name: str, complete: pd.DataFrame, scales) -> dict:
    """The item of the first scale that lies closest to the second, the outcome."""
    first, outcome = scales.values()
    target = complete[outcome].mean(axis=1)
    item = max(first, key=lambda i: abs(complete[i].corr(target)))
    note = f"{item}, the closest item."
    means, rho = [complete[item], target], _rho(complete[outcome])
    return _corrected_row(audited, name, "item_latent_correlation", means, rho, note)


def _corrected_row(audited: Audited, name, measure, means, rho: float, note: str) -> dict:
    """|r| / sqrt(reliability), interval by Fisher z with the reliability taken as known."""
    from scipy.stats import norm

    r, n = abs(means[0].corr(means[1])), len(means[0])
    half = norm.isf((1 - audited.confidence) / 2) / np.sqrt(n - 3)
    low, high = (np.tanh(np.arctanh(r) + half * sign) / np.sqrt(rho) for sign in (-1, 1))
    return row(CHECK, name, measure, r / np.sqrt(rho), note, low, high)


def _rho(items: pd.DataFrame) -> float:
    """Omega, else alpha, else 1 (nothing is corrected)."""
    k = items.shape[1]
    if k > 2:
        loading, error = one_factor(items)
        omega = loading.sum() ** 2 / (loading.sum() ** 2 + error.sum())
        if 0 < omega <= 1:
            return float(omega)
    alpha = cronbach(items) if k > 1 else 1.0
    return alpha if 0 < alpha <= 1 else 1.0


def flagged(r: dict) -> bool:
    """At .85 and over, or with items in common."""
    over = r["measure"] in OVERLAPS and abs(r["estimate"]) >= FLAG
    return over or r["measure"] == "shared_items"


def _read(r: dict, outcome: str) -> str:
    first, second = r["block"].split(", ")
    if r["measure"] == "not_given":
        return r["note"]
    if r["measure"] == "shared_items":
        kind = "the outcome" if second == outcome else second
        return f"Flagged: {first} shares {r['note']} with {kind}."
    if r["measure"] == "htmt_mean_replaced":
        return "As PLS software has it, missing answers replaced by item means."
    if not flagged(r):
        return f"Below {FLAG}: not flagged. {r['note']}".strip()
    means = (
        "restates the outcome"
        if second == outcome
        else f"can hardly be distinguished from {second}"
    )
    return f"Flagged: at {FLAG} or over {first} {means}. {r['note']}".strip()


def _again(audited: Audited, rows: list[dict]) -> list[dict]:
    """The comparison without scales and items that restate the outcome."""
    outcome = audited.frame.outcome
    lines = [r for r in rows if r["block"].endswith(f", {outcome}") and r["measure"] in JUDGED]
    over = [r for r in lines if flagged(r)]
    if not over:
        return [_nothing_restates(lines, outcome)]
    study, members, left = _reduced(audited, over)
    if len(members) < 2:
        note = f"Without {', '.join(left)}, fewer than two blocks remain: no comparison."
        return [row(CHECK, "(all)", "pairs_turned", note=note)]
    held = sources(audited.frame.controls)
    try:
        frame = model_frame(study, outcome, members, held)
        found = subset_estimates(frame)
    except SurveyError as error:
        return not_given(CHECK, f"Without {', '.join(left)} no comparison is possible: {error}")
    rows = measure_rows(CHECK, frame, found, confidence=audited.confidence)
    said = f"Without what restates the outcome ({', '.join(left)}), n {frame.n}"
    return [*rows, order_row(CHECK, said, dominances(rows), audited)]


def _nothing_restates(lines: list[dict], outcome: str) -> dict:
    if not lines:
        note = f"{outcome} is no scale of items, or no predictor is: not judged against it."
        return row(CHECK, "(all)", "pairs_turned", note=note)
    most = max(lines, key=lambda r: abs(r["estimate"]))
    note = (
        f"No predictor restates the outcome; the closest, {most['block'].split(', ')[0]}, has "
        f"{most['measure'].replace('_', ' ')} {most['estimate']:.3f}, below {FLAG}."
    )
    return row(CHECK, "(all)", "pairs_turned", 0.0, note)


def _reduced(audited: Audited, over: list[dict]) -> tuple[Study, dict, list[str]]:
    """The study without flagged items, and without scales whose other items are flagged too."""
    scales, left = dict(audited.study.codebook.scales), []
    gone: list[str] = []
    for name in dict.fromkeys(r["block"].split(", ")[0] for r in over):
        drop = _restating_items(audited, name)
        rest = [i for i in audited.scales[name] if i not in drop]
        if not drop or not rest or _corrected(audited, rest) >= FLAG:
            gone.append(name)
        else:
            scales[name] = replace(scales[name], items=tuple(rest))
            left += [f"{i} of {name}" for i in drop]
    members = {b: [n for n in names if n not in gone] for b, names in audited.members.items()}
    study = replace(audited.study, codebook=replace(audited.study.codebook, scales=scales))
    return study, {b: names for b, names in members.items() if names}, [*gone, *left]


def _restating_items(audited: Audited, scale: str) -> list[str]:
    """Items of a scale that the outcome has too, or that lie at .85 and over to its true score."""
    items, outcome = audited.scales[scale], audited.scales[audited.frame.outcome]
    shared = [i for i in items if i in outcome]
    return shared or [i for i in items if _corrected(audited, [i]) >= FLAG]


def _corrected(audited: Audited, items: list[str]) -> float:
    """Correlation of the mean of some items with the outcome, both corrected for unreliability."""
    outcome = list(audited.scales[audited.frame.outcome])
    complete = audited.study.keyed([*items, *outcome]).dropna()
    r = complete[items].mean(axis=1).corr(complete[outcome].mean(axis=1))
    return abs(r) / np.sqrt(_rho(complete[items]) * _rho(complete[outcome]))


def _among(audited: Audited, rows: list[dict]) -> dict:
    """What overlap between blocks does to the split of explained variance."""
    home = {n: block for block, names in audited.members.items() for n in names}
    over = [r for r in rows if flagged(r) and not r["block"].endswith(f", {audited.frame.outcome}")]
    if not over:
        note = "No two predictors of different blocks overlap at .85 or over."
        return row(CHECK, "(all)", "flagged_pairs", 0.0, note)
    names = dict.fromkeys(r["block"] for r in over)
    blocks = dict.fromkeys(" and ".join(home[n] for n in name.split(", ")) for name in names)
    values = ", ".join(f"{r['measure'].replace('_', ' ')} {r['estimate']:.3f}" for r in over)
    note = (
        f"Flagged: {'; '.join(n.replace(', ', ' with ') for n in names)} ({values}). How explained "
        f"variance is split between the blocks {', '.join(blocks)} is a convention."
    )
    return row(CHECK, "(all)", "flagged_pairs", float(len(names)), note)
