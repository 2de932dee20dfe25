"""Exercise 1: score a scale by hand."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from loyaltystudy.report._exercises.feedback import Feedback, right, unanswered, wrong
from loyaltystudy.scales import score
from loyaltystudy.survey import Study, load_study

SCALE = "responsibility"


def gappy_study() -> Study:
    """Exercise 1: 344 customers of mobile phones; some answers on responsibility were taken out.

    One of five answers of every ninth customer, and two of five of every fourteenth.

    Examples
    --------
    >>> study = gappy_study()
    >>> items = list(study.codebook.scales["responsibility"].items)
    >>> int((study.answers[items].isna().sum(axis=1) == 2).sum()) > 10
    True
    """
    study = load_study("mobile-reputation", source="shipped")
    row, items = np.arange(len(study.answers)), study.codebook.scales[SCALE].items
    second, fourth = study.answers[items[1]], study.answers[items[3]]
    gaps = {
        items[1]: second.mask((row % 9 == 0) | (row % 14 == 3)),
        items[3]: fourth.mask(row % 14 == 3),
    }
    return replace(study, answers=study.answers.assign(**gaps))


def check_score(scores) -> Feedback:
    """Exercise 1: the scores of the scale ``responsibility``, computed by hand.

    Parameters
    ----------
    scores : Series
        One number a respondent.

    Examples
    --------
    >>> study = gappy_study()
    >>> items = list(study.codebook.scales["responsibility"].items)
    >>> check_score(study.answers[items].sum(axis=1))
    Not yet. These are sums. A score is a mean: divide by the number of items that were answered.
    """
    study = gappy_study()
    if unanswered(scores):
        return wrong(f"Put the scores of {SCALE!r} in place of the three dots.")
    shape = _shape(scores, study)
    if shape:
        return wrong(shape)
    values = pd.to_numeric(pd.Series(np.asarray(scores)), errors="coerce").to_numpy(dtype=float)
    expected = score(study)[SCALE].to_numpy()
    if _same(values, expected):
        return right(
            "The mean of the answered items, and missing where fewer than 3 in 4 were answered."
        )
    for mistake, hint in _mistakes(study, expected):
        if _same(values, mistake):
            return wrong(hint)
    return wrong(_differences(values, expected, study))


def _shape(scores, study: Study) -> str:
    """What is wrong with the form of the answer; empty if nothing."""
    if isinstance(scores, pd.DataFrame):
        return "This is a table with several columns. Take the mean of each row: `.mean(axis=1)`."
    if np.ndim(scores) != 1:
        return "This is a single number. Every respondent has a score: `axis=1` goes along a row."
    if len(scores) == len(study.codebook.scales[SCALE].items):
        return "This has one number for each item. Each respondent needs one: `axis=1`."
    if len(scores) != len(study.answers):
        return (
            f"{len(scores)} scores for {len(study.answers)} respondents. Those without enough "
            "answers have a missing score; they are not left out."
        )
    return ""


def _mistakes(study: Study, expected: np.ndarray) -> Iterator[tuple[np.ndarray, str]]:
    """Scores that somebody may well compute, each with the hint that names the mistake."""
    items = list(study.codebook.scales[SCALE].items)
    answers = study.answers[items]
    share, mean = answers.notna().mean(axis=1), answers.mean(axis=1)
    yield (
        mean,
        "Nearly: some have a score though they answered under 3 in 4 of the items. "
        "Leave those missing: `.where(answers.notna().mean(axis=1) >= 0.75)`.",
    )
    yield (
        answers.mean(axis=1, skipna=False),
        "Nearly: whoever left out one item has no score here, though 3 in 4 answered are enough.",
    )
    sums = "These are sums. A score is a mean: divide by the number of items that were answered."
    for total in (answers.sum(axis=1), answers.sum(axis=1, skipna=False)):
        yield total, sums
        yield total.where(share >= 0.75), sums
    parted = answers.sum(axis=1) / len(items)
    by_all = (
        "You divided by all items, also by those without an answer: a gap then counts as a zero. "
        "Divide by the number of items that were answered."
    )
    yield parted, by_all
    yield parted.where(share >= 0.75), by_all
    for value, name in ((answers.mean(), "mean"), (answers.median(), "median")):
        yield (
            answers.fillna(value).mean(axis=1),
            f"You filled gaps with the {name} of the item, so that people who did not answer look "
            "average. Leave gaps as they are: `.mean(axis=1)` passes over them.",
        )
    middle = "These are medians. The score of this scale is a mean."
    yield answers.median(axis=1), middle
    yield answers.median(axis=1).where(share >= 0.75), middle
    for digits in (0, 1, 2):
        hint = "The scores are right but rounded. Keep all digits; round only what you print."
        yield np.round(expected, digits), hint
    for sd in (np.nanstd(expected, ddof=1), np.nanstd(expected)):
        hint = "These are standardised. The score keeps the answer's own range, 1 to 7."
        yield (expected - np.nanmean(expected)) / sd, hint
    for item in items:
        hint = f"The item {item} is not in these scores. The scale has five items: {items}."
        rest = answers.drop(columns=item)
        yield rest.mean(axis=1), hint
        yield rest.mean(axis=1).where(rest.notna().mean(axis=1) >= 0.75), hint


def _differences(values: np.ndarray, expected: np.ndarray, study: Study) -> str:
    items = list(study.codebook.scales[SCALE].items)
    if np.isnan(values).all():
        return "Every score is missing. Are these numbers?"
    count = int((~np.isclose(values, expected, equal_nan=True)).sum())
    return f"{count} of {len(expected)} scores differ. Are these the scale's items: {items}?"


def _same(first, second) -> bool:
    return bool(np.allclose(np.asarray(first), np.asarray(second), equal_nan=True))
