"""Which scales of a codebook go into one factor model, and why others do not."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError
from loyaltystudy.scales._inputs import known, need_positive_definite
from loyaltystudy.survey import Study

Chosen = dict[str, list[str]]


def chosen_scales(study: Study, scales: Iterable[str] | str | None) -> tuple[Chosen, pd.DataFrame]:
    """Items of the scales to be fitted, and why others are left out.

    Scales that are named are taken as they are. Otherwise every scale of two items or more that
    can be analysed, first come first served where items are shared; of scales that hardly anyone
    answered all of, those go whose leaving brings back most respondents.

    Raises SurveyError if a name is unknown, or no scale is left.
    """
    book = study.codebook.scales
    if scales is not None:
        return {name: list(book[name].items) for name in known(scales, book, "scale")}, _table([])
    chosen, home, why = {}, {}, []
    for name, scale in book.items():
        reason = _reason(study, list(scale.items), home)
        if reason:
            why.append((name, reason))
        else:
            chosen[name] = list(scale.items)
            home |= dict.fromkeys(scale.items, name)
    chosen, too_few = _answered_by_the_same(study, chosen)
    why += too_few
    if not chosen:
        reasons = "; ".join(f"{name}: {reason}" for name, reason in why)
        raise SurveyError(
            f"scales: none of {list(book)} has two items or more with answers ({reasons}). A "
            "factor model needs at least one scale of three items, or two of two."
        )
    return chosen, _table(why)


def _reason(study: Study, items: list[str], home: dict[str, str]) -> str:
    """Why a scale cannot be in the model; empty where it can."""
    if len(items) < 2:
        return "one item"
    absent = [item for item in items if item not in study.answers]
    if absent:
        return f"no answers to {', '.join(absent)}"
    shared = next((item for item in items if item in home), None)
    if shared is not None:
        return f"shares {shared} with {home[shared]}"
    whole = study.keyed(items).dropna()
    if len(whole) <= len(items):
        return f"{len(whole)} respondents answered all of its items"
    constant = [item for item in items if np.ptp(whole[item].to_numpy(float)) == 0]
    if constant:
        return f"everyone gave the same answer to {', '.join(constant)}"
    if need_positive_definite(np.cov(whole.to_numpy(float).T), items):
        return "its items depend on one another exactly"
    return ""


def _answered_by_the_same(study: Study, chosen: Chosen) -> tuple[Chosen, list[tuple[str, str]]]:
    """Scales that enough respondents answered all of, the most costly left out one by one."""
    chosen, why = dict(chosen), []
    given = {
        name: study.answers[items].notna().all(axis=1).to_numpy() for name, items in chosen.items()
    }

    def rows(names) -> int:
        return int(np.logical_and.reduce([given[name] for name in names]).sum())

    while len(chosen) > 1 and rows(chosen) <= sum(map(len, chosen.values())):
        without = {name: rows([n for n in chosen if n != name]) for name in chosen}
        worst = max(without, key=without.__getitem__)
        why.append((worst, f"{rows(chosen)} respondents answered it beside the other scales"))
        del chosen[worst]
    return chosen, why


def _table(rows: list[tuple[str, str]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["scale", "why"])
