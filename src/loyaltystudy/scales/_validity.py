"""One call that says whether a study's scales hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from loyaltystudy.display import as_html, as_text
from loyaltystudy.errors import SurveyError
from loyaltystudy.scales._cfa import cfa
from loyaltystudy.scales._discriminant import (
    correlation_draws,
    fornell_larcker,
    htmt_table,
    reliability_table,
)
from loyaltystudy.scales._inputs import check_confidence, complete_items, known

if TYPE_CHECKING:
    from loyaltystudy.survey import Study

FEW_CATEGORIES = 5


@dataclass(frozen=True, eq=False)
class Validity:
    """Fit, loadings, reliability and discriminant validity of a study's scales.

    Attributes
    ----------
    fit, loadings, correlations : DataFrame
        Of the factor model: see `Cfa`.
    reliability : DataFrame
        scale, items, n, then standardised alpha, composite reliability (rho_c) and average
        variance extracted (ave), each with its interval.
    htmt : DataFrame
        first, second, variant (htmt, htmt2), estimate, low, high.
    fornell_larcker : DataFrame
        first, second, correlation, squared, ave_first, ave_second, holds.
    left_out : DataFrame
        scale, why: scales of the codebook that are not in the model.
    """

    fit: pd.DataFrame
    loadings: pd.DataFrame
    correlations: pd.DataFrame
    reliability: pd.DataFrame
    htmt: pd.DataFrame
    fornell_larcker: pd.DataFrame
    left_out: pd.DataFrame
    n: int
    n_dropped: int
    method: str
    notes: tuple[str, ...]

    @property
    def table(self) -> pd.DataFrame:
        """The headline: reliability."""
        return self.reliability

    @property
    def header(self) -> str:
        lines = [f"Validity, {self.method}: n = {self.n}, {self.n_dropped} rows dropped."]
        lines += [f"Note: {note}" for note in self.notes]
        if len(self.left_out):
            why = [f"{row.scale} ({row.why})" for row in self.left_out.itertuples()]
            lines.append(f"Left out: {', '.join(why)}.")
        return "\n".join(lines)

    def _tables(self) -> dict[str, pd.DataFrame]:
        names = ("fit", "reliability", "loadings", "htmt", "fornell_larcker")
        tables = {name: getattr(self, name) for name in names}
        return {name: table for name, table in tables.items() if len(table)}

    def __repr__(self) -> str:
        return as_text(self.header, self._tables())

    def _repr_html_(self) -> str:
        return as_html(self.header, self._tables())


def validity(
    study: Study,
    scales: Iterable[str] | str | None = None,
    *,
    ordinal: bool | None = None,
    resamples: int = 1000,
    ordinal_resamples: int = 200,
    confidence: float = 0.95,
    seed: int = 0,
) -> Validity:
    """Fit the codebook's scales as one factor model and say how well they hold.

    Parameters
    ----------
    study : Study
        Answers and codebook.
    scales : str or iterable of str, optional
        Names of scales, two items or more each. Default: every such scale whose items no earlier
        scale has; ``left_out`` names the others.
    ordinal : bool, optional
        Polychoric correlations and least squares. Default: where an item has five or fewer
        categories.
    resamples, ordinal_resamples : int
        Bootstrap draws for HTMT and alpha, and for the loadings of an ordinal model.
    confidence : float
        Level of the intervals, between 0 and 1.
    seed : int

    Returns
    -------
    Validity

    Raises
    ------
    SurveyError
        For unknown scales, a named scale of one item, items shared by named scales, constant or
        linearly dependent items, too few rows, a model that is not identified or does not converge.

    Notes
    -----
    HTMT and alpha rest on Pearson correlations, also where the factor model is ordinal.

    In R: ``lavaan::cfa``, ``semTools::AVE``, ``semTools::compRelSEM``, ``semTools::htmt``.

    Examples
    --------
    >>> from loyaltystudy.survey._study import load_study
    >>> study = load_study("mobile-reputation", source="shipped")
    >>> result = validity(study, ["trust", "affective_commitment"], resamples=0)
    >>> result.reliability[["scale", "rho_c", "ave"]].round(2)
                      scale  rho_c   ave
    0                 trust   0.78  0.55
    1  affective_commitment   0.83  0.62
    """
    check_confidence(confidence)
    chosen, left_out = _chosen(study, scales)
    names = [item for items in chosen.values() for item in items]
    keyed = study.keyed(names)
    if ordinal is None:
        ordinal = any(_categories(study.codebook.items[name]) <= FEW_CATEGORIES for name in names)
    options = {"resamples": ordinal_resamples, "confidence": confidence, "seed": seed}
    model = cfa(keyed, chosen, ordinal=ordinal, **options)
    items = complete_items(keyed, chosen)
    draws = correlation_draws(items.answers, resamples, seed)
    return Validity(
        fit=model.fit,
        loadings=model.loadings,
        correlations=model.correlations,
        reliability=reliability_table(model, items, draws),
        htmt=htmt_table(items, draws, confidence),
        fornell_larcker=fornell_larcker(model),
        left_out=left_out,
        n=model.n,
        n_dropped=model.n_dropped,
        method=model.method,
        notes=model.notes,
    )


def _categories(item) -> float:
    """Answers that the codebook declares; endless for a range of any numbers."""
    answers = getattr(item, "answers", None)
    if answers is not None and answers.codes:
        return len(answers.codes)
    if answers is not None and not answers.whole:
        return float("inf")
    return item.high - item.low + 1


def _chosen(study: Study, scales) -> tuple[dict[str, list[str]], pd.DataFrame]:
    """Items of the scales to be fitted, and why others are left out."""
    book = study.codebook.scales
    if scales is not None:
        names = known(scales, book, "scale")
        return {name: list(book[name].items) for name in names}, _left_out([])
    chosen, home, why = {}, {}, []
    for name, scale in book.items():
        shared = next((item for item in scale.items if item in home), None)
        absent = [item for item in scale.items if item not in study.answers.columns]
        if len(scale.items) < 2:
            why.append((name, "one item"))
        elif absent:
            why.append((name, f"no answers to {', '.join(absent)}"))
        elif shared is not None:
            why.append((name, f"shares {shared} with {home[shared]}"))
        else:
            chosen[name] = list(scale.items)
            home |= dict.fromkeys(scale.items, name)
    if not chosen:
        raise SurveyError(
            f"scales: none of {list(book)} has two items or more with answers. A factor model "
            "needs at least one scale of three items, or two of two."
        )
    return chosen, _left_out(why)


def _left_out(rows: list[tuple[str, str]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["scale", "why"])
