"""The answer in plain sentences, made from the figures of a comparison."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from loyaltystudy.explain import BlockComparison
from loyaltystudy.report._translations import called, called_block, capital, number, say

if TYPE_CHECKING:
    from loyaltystudy.report._analysis import Analysis

NEXT_TO_NOTHING = (0.01, 0.05)  # shares of variance that the point and the limit lie below
GAP = 0.05  # between adjusted and cross-validated R² that is said in words


def answer(analysis: Analysis) -> list[str]:
    """Two or three sentences: how much, which block most, which next to nothing, and doubts."""
    found, language = analysis.comparison, analysis.language
    if found is None:
        reasons = [g.why for g in analysis.gaps if g.section in ("outcome", "comparison")]
        return [say("no answer", language, "; ".join(reasons).rstrip("."))]
    outcome = outcome_words(analysis)
    whole = percent(found.r2_adjusted, language)
    if found.r2_adjusted <= 0 or (np.isfinite(found.r2_cv) and found.r2_cv <= 0):
        return [say("answer nothing", language, outcome, found.n), *_unseen(found, language)]
    if len(found.blocks) == 1:
        return [_one(analysis, outcome), *_unseen(found, language)]
    sentences = [say("answer all", language, outcome, whole, found.n)]
    sentences.append(_most(analysis, whole))
    return [*sentences, *_rest(analysis), *_unseen(found, language)]


def _block(analysis: Analysis, name: str) -> str:
    return called_block(name, analysis.language, analysis.labels)


def outcome_words(analysis: Analysis) -> str:
    """What the outcome is called inside a sentence."""
    outcome = analysis.outcome
    if outcome.construct in ("loyalty", "recommend", "remain", "satisfaction"):
        return say(f"outcome {outcome.construct}", analysis.language)
    label = called(outcome.name, analysis.language, analysis.labels)
    return say("outcome named", analysis.language, label)


def percent(value: float, language: str) -> str:
    """A share as whole per cent, never below zero.

    >>> percent(0.237, "en"), percent(-0.02, "en")
    ('24', '0')
    """
    return number(100 * max(value, 0.0), language, 0)


def _one(analysis: Analysis, outcome: str) -> str:
    found, language = analysis.comparison, analysis.language
    (block, row), *_ = _dominance(found).iterrows()
    said = [percent(row[c], language) for c in ("adjusted", "low", "high")]
    return say("answer one", language, outcome, _block(analysis, block), *said, found.n)


def _most(analysis: Analysis, whole: str) -> str:
    """Which block goes with most, and whether the next one certainly with less."""
    found, language = analysis.comparison, analysis.language
    part = _dominance(found)
    first, second = part.index[:2]
    point, low, high = (percent(part.loc[first, c], language) for c in ("adjusted", "low", "high"))
    said = [_block(analysis, first), point, whole, low, high]
    if _settled(found, first, second):
        return say("answer most", language, *said)
    other = percent(part.loc[second, "adjusted"], language)
    return say("answer open", language, *said, _block(analysis, second), other)


def _rest(analysis: Analysis) -> list[str]:
    """Blocks that account for next to nothing, by point and limit."""
    language = analysis.language
    part = _dominance(analysis.comparison).iloc[1:]
    small = part[(part["adjusted"] < NEXT_TO_NOTHING[0]) & (part["high"] < NEXT_TO_NOTHING[1])]
    names = listed([_block(analysis, block) for block in small.index], language)
    return [say("answer little", language, names)] if len(small) else []


def _unseen(found: BlockComparison, language: str) -> list[str]:
    """The distance between R² and what new people would give, in words."""
    if not np.isfinite(found.r2_cv):
        return []
    if found.r2_cv <= 0:
        if found.r2 < GAP:  # nothing that chance could have made
            return []
        width = sum(len(columns) for columns in found.blocks.values())
        return [say("unseen nothing", language, found.n, width)]
    if found.r2_adjusted - found.r2_cv <= max(GAP, 0.1 * found.r2_adjusted):
        return []
    shares = [percent(r2, language) for r2 in (found.r2_cv, found.r2_adjusted)]
    return [say("unseen less", language, *shares)]


def _dominance(found: BlockComparison) -> pd.DataFrame:
    part = found.table[found.table["measure"] == "dominance"].set_index("block")
    return part.sort_values("adjusted", ascending=False, kind="stable")


def _settled(found: BlockComparison, first: str, second: str) -> bool:
    """Whether the interval of the two blocks' difference leaves zero out."""
    pairs = found.differences[found.differences["measure"] == "dominance"]
    both = pairs["first"].isin([first, second]) & pairs["second"].isin([first, second])
    row = pairs[both].iloc[0]
    return bool(row["low"] > 0 or row["high"] < 0)


def listed(names: list[str], language: str) -> str:
    """Names in a row: a, b and c.

    >>> listed(["a", "b", "c"], "sv")
    'a, b och c'
    """
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {say('and', language)} {names[-1]}"


def apa(analysis: Analysis, *, scales: int | None = None) -> list[str]:
    """A sentence in the manner of the APA for each headline figure, to paste into a paper.

    With more than ``scales`` scales one sentence for all of them.
    """
    found, language = analysis.comparison, analysis.language
    lines = []
    if found is not None:
        r2 = [stat(v, language) for v in (found.r2, found.r2_adjusted, found.r2_cv)]
        lines.append(say("apa all", language, outcome_words(analysis), *r2, found.n))
        for block, row in _dominance(found).iterrows():
            level = number(100 * found.confidence, language, 0)
            name, point = capital(_block(analysis, block)), max(row["adjusted"], 0.0)
            point, low, high = (stat(v, language) for v in (point, row["low"], row["high"]))
            lines.append(say("apa block", language, name, point, level, low, high))
    if analysis.recommend is not None:
        nps = analysis.recommend
        figures = [number(v, language, 0) for v in (nps.score, nps.low, nps.high)]
        lines.append(say("apa nps", language, *figures, nps.n))
    each = _apa_reliability(analysis)
    return lines + (each if scales is None or len(each) <= scales else _apa_scales(analysis))


def _apa_scales(analysis: Analysis) -> list[str]:
    """The reliability of many scales in one sentence."""
    table, language = analysis.reliability, analysis.language
    alpha = table.loc[table["items"] > 1, "alpha"].dropna()
    figures = [stat(v, language, 2) for v in (alpha.min(), alpha.max(), alpha.median())]
    return [say("apa scales", language, len(alpha), *figures)]


def _apa_reliability(analysis: Analysis) -> list[str]:
    table, language = analysis.reliability, analysis.language
    if table is None:
        return []
    lines = []
    for row in table[(table["items"] > 1) & table["alpha"].notna()].itertuples():
        label = called(row.scale, language, analysis.labels)
        alpha = [stat(v, language, 2) for v in (row.alpha, row.alpha_low, row.alpha_high)]
        omega = [stat(v, language, 2) for v in (row.omega, row.omega_low, row.omega_high)]
        key = "apa alpha" if pd.isna(row.omega) else "apa omega"
        figures = alpha if pd.isna(row.omega) else [*alpha, *omega]
        lines.append(say(key, language, capital(label), row.items, *figures, row.n))
    return lines


def stat(value: float, language: str, decimals: int = 2) -> str:
    """A figure that cannot pass one, without its leading zero in English, as the APA writes it.

    >>> stat(0.25, "en"), stat(0.25, "sv"), stat(-0.05, "en")
    ('.25', '0,25', '−.05')
    """
    if not np.isfinite(value):
        return "–"
    text = number(value, language, decimals)
    return text.replace("0.", ".", 1) if language == "en" and abs(value) < 1 else text
