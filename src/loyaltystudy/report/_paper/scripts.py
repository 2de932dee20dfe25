"""The same comparison as a script for R and for Stata, on the rows in ``private/``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING

import pandas as pd

from loyaltystudy.report._selection import columns_at_hand, complete_rows
from loyaltystudy.report._templates import rendered
from loyaltystudy.report._translations import called
from loyaltystudy.survey import Study

if TYPE_CHECKING:
    from loyaltystudy.report._analysis import Analysis

ROWS, ITEMS, SAMPLE = "comparison.csv", "items.csv", "weights.csv"


# of R and of Stata, in small letters
_R = """if else repeat while function for next break true false null inf nan na in
na_integer_ na_real_ na_character_ na_complex_"""
_STATA = "byte double float int long strl using with"
RESERVED = {*_R.split(), *_STATA.split()}
LONGEST = 24  # Stata has 32: room for a number and for that of a dummy


def plain_names(names: Iterable[str]) -> dict[str, str]:
    """Names that R and Stata read: ASCII letters, digits and underscores, a letter first.

    No two alike, none that is a word of either language, 28 letters at most.

    >>> plain_names(["ålder", "ålder!", "1st", "if", "_cons", "str5", "Øl"])
    {'ålder': 'alder', 'ålder!': 'alder_', '1st': 'x1st', 'if': 'x_if', '_cons': 'x_cons', \
'str5': 'x_str5', 'Øl': 'Ol'}
    """
    short: dict[str, str] = {}
    for name in names:
        text = _in_ascii(name)[:LONGEST]
        taken = {*short.values()}
        numbered = (f"{text}_{i}" for i in range(2, len(taken) + 3))
        short[name] = text if text not in taken else next(n for n in numbered if n not in taken)
    return short


def _in_ascii(name: str) -> str:
    letters = name.translate({ord("ø"): "o", ord("Ø"): "O", ord("æ"): "ae", ord("Æ"): "Ae"})
    bare = re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFKD", letters))
    text = re.sub(r"[^A-Za-z0-9_]", "_", bare)
    if text.casefold() in RESERVED or re.fullmatch(r"str\d+", text):
        return f"x_{text}"
    return text if text[:1].isalpha() else f"x{text}"


def comparison_rows(analysis: Analysis) -> tuple[pd.DataFrame, dict[str, str]]:
    """The complete rows of the comparison under plain names, and these names; single people."""
    study, names = analysis.study, [m for ms in analysis.blocks.values() for m in ms]
    names = [analysis.outcome.name, *names]
    design = study.codebook.design
    drawn = [c for c in (design.weight, design.cluster, design.strata) if c and c not in names]
    short = plain_names([*names, *drawn])
    rows = complete_rows(study, names, columns_at_hand(study))
    rows = rows.assign(**{c: study.answers.loc[rows.index, c] for c in drawn})
    return rows.rename(columns=short), short


def sample_rows(study: Study) -> pd.DataFrame:
    """Everyone whose weight is raked: group of each margin (by number), base and raked weight."""
    raking = study.raking
    names = plain_names(raking.variables).values()
    groups = dict(zip(names, (raking.groups + 1).T, strict=True))
    return pd.DataFrame({**groups, "base": raking.base, "raked": raking.weights})


def item_rows(study: Study) -> tuple[pd.DataFrame, dict[str, str], dict[str, tuple[str, ...]]]:
    """Keyed items of scales of three items and more, their plain names, and these scales."""
    scales = {
        name: scale.items
        for name, scale in study.codebook.scales.items()
        if len(scale.items) > 2 and all(item in study.answers for item in scale.items)
    }
    items = list(dict.fromkeys(item for names in scales.values() for item in names))
    short = plain_names(items)
    return study.keyed(items).rename(columns=short), short, scales


def r_script(analysis: Analysis) -> str:
    """An R script that stops where it finds other figures than ours."""
    rows, short = comparison_rows(analysis)
    found, design = analysis.comparison, analysis.study.codebook.design
    labels = plain_names([*analysis.blocks])
    part = found.table[found.table["measure"] == "dominance"].set_index("block")["estimate"]
    return rendered(
        "comparison.R",
        "en",
        title=_comment(analysis.study.codebook.title),
        outcome=short[analysis.outcome.name],
        blocks=[(labels[b], [short[n] for n in names]) for b, names in analysis.blocks.items()],
        nominal=_nominal(rows),
        weights=f'rows[["{short[design.weight]}"]]' if design.weight else "rep(1, nrow(rows))",
        r2=f"{found.r2:.4f}",
        dominance=[f"{part[block]:.4f}" for block in analysis.blocks],
        margins=_margins(analysis.study),
        scales=_models(analysis.study),
    )


def _nominal(rows: pd.DataFrame) -> list[str]:
    return [column for column in rows if rows[column].dtype == "category"]


def _margins(study: Study) -> list[tuple[str, list[str]]]:
    """The weights' margins; the last group of a margin is of people without an answer."""
    raking = study.raking
    if raking is None:
        return []
    targets = [[f"{total:.10g}" for total in sums] for sums in raking.targets]
    return list(zip(plain_names(raking.variables).values(), targets, strict=True))


def _models(study: Study) -> list[tuple[str, list[str]]]:
    _, short, scales = item_rows(study)
    names = plain_names(scales)
    return [(f"f_{names[scale]}", [short[i] for i in items]) for scale, items in scales.items()]


def stata_script(analysis: Analysis) -> str:
    """A Stata do-file; nominal variables become dummies against their first category."""
    rows, short = comparison_rows(analysis)
    design, nominal = analysis.study.codebook.design, _nominal(rows)
    made = {column: [column] for column in rows}
    made |= {c: [f"{c}_d{i}" for i in range(2, rows[c].nunique() + 1)] for c in nominal}
    sets = [
        " ".join(d for name in names for d in made[short[name]])
        for names in analysis.blocks.values()
    ]
    return rendered(
        "comparison.do",
        "en",
        title=re.sub(r"[/*`$]", " ", _comment(analysis.study.codebook.title)),
        nominal=nominal,
        labels=[(own, _label(analysis, name)) for name, own in short.items()],
        outcome=short[analysis.outcome.name],
        predictors=sets,
        weights=f" [aweight = {short[design.weight]}]" if design.weight else "",
        svyset=_svyset(design, short),
        r2=f"{analysis.comparison.r2:.4f}",
        sets=[f"({names})" for names in sets],
    )


def _svyset(design, short: dict[str, str]) -> str:
    """Stata's declaration of the design; nothing where rows were drawn alike."""
    if not (design.weight or design.cluster or design.strata):
        return ""
    weight = f" [pweight = {short[design.weight]}]" if design.weight else ""
    strata = f", strata({short[design.strata]})" if design.strata else ""
    return f"svyset {short[design.cluster] if design.cluster else '_n'}{weight}{strata}"


def _label(analysis: Analysis, name: str) -> str:
    """What a variable is called, as Stata can hold it: 80 characters, no quotes, no macros."""
    text = called(name, analysis.language, analysis.labels)
    return " ".join(re.sub(r"[\"`'$]", " ", text).split())[:80]


def _comment(text: str) -> str:
    """Text of others on one line of comment."""
    return " ".join(text.split())
