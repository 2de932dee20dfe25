"""The arithmetic of scale scores: reversed items turned, and the mean of the answered ones."""

from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd

from loyaltystudy.survey._schema import Codebook, Item, Scale


def turned(item: Item, given):
    """Answers to an item as its scale counts them: low + high - x for a reversed one."""
    return item.low + item.high - given if item.reversed else given


def scale_scores(book: Codebook, answers: pd.DataFrame, scales: Iterable[Scale]) -> pd.DataFrame:
    """Respondent x scale; NaN where less than ``minimum_answered`` of the items was answered."""
    columns = {s.name: scale_mean(book, s, lambda name: answers[name].to_numpy()) for s in scales}
    return pd.DataFrame(columns, index=answers.index)


def scale_mean(book: Codebook, scale: Scale, answers: Callable[[str], np.ndarray]) -> np.ndarray:
    """Mean of the answered items, column by column: fast, and one column of memory."""
    total = answered = 0.0
    for name in scale.items:
        given = answers(name)
        missing = np.isnan(given)
        total = total + np.where(missing, 0.0, turned(book.items[name], given))
        answered = answered + ~missing
    enough = answered >= scale.minimum_answered * len(scale.items) - 1e-9
    return np.where(enough, total / np.maximum(answered, 1), np.nan)
