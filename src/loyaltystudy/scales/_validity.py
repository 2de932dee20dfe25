"""One call that says whether a study's scales hold."""

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from loyaltystudy.display import ShownTables
from loyaltystudy.scales._cfa import cfa
from loyaltystudy.scales._choose import chosen_scales
from loyaltystudy.scales._discriminant import (
    correlation_draws,
    fornell_larcker,
    htmt_table,
    reliability_table,
)
from loyaltystudy.scales._factor_result import Cfa
from loyaltystudy.scales._inputs import Items, check_confidence, complete_items
from loyaltystudy.scales._ordinal import MOST_CATEGORIES, categories_of, edge_problems
from loyaltystudy.survey import Study

FEW_CATEGORIES = 5


@dataclass(frozen=True, eq=False, repr=False)
class Validity(ShownTables):
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


def validity(
    study: Study,
    scales: Iterable[str] | str | None = None,
    *,
    ordinal: bool | None = None,
    missing: str = "complete",
    resamples: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
) -> Validity:
    """Fit the codebook's scales as one factor model and say how well they hold.

    Weights, clusters and strata that the codebook declares enter everything: estimates are
    weighted, standard errors, chi-square and bootstrap draws those of the design, and the first
    line says so.

    Parameters
    ----------
    study : Study
        Answers and codebook.
    scales : str or iterable of str, optional
        Names of scales, two items or more each. Default: every such scale whose items no earlier
        scale has and that can be fitted; ``left_out`` names the others and the reason.
    ordinal : bool, optional
        Polychoric correlations and weighted least squares (WLSMV). Default: where most items have
        five answers or fewer; a note says which model was taken where items differ.
    missing : {"complete", "ml"}
        For the factor model of numbers: respondents who answered every item, or every answer given
        (full-information maximum likelihood). Alpha and HTMT rest on complete rows either way.
    resamples : int
        Bootstrap draws for the intervals of HTMT and alpha; 0 for none.
    confidence : float
        Level of the intervals, between 0 and 1.
    seed : int

    Returns
    -------
    Validity

    Raises
    ------
    SurveyError
        For unknown scales, and for named scales: a single item, shared items, constant or linearly
        dependent items; too few rows, a model that is not identified or does not converge.

    Notes
    -----
    HTMT and alpha rest on Pearson correlations, also where the factor model is ordinal.

    In R (semTools 0.5-6), of standardised answers: ``semTools::AVE(fit, obs.var = FALSE)``,
    ``semTools::compRelSEM(fit, obs.var = FALSE)`` with ``fit <- lavaan::cfa(model, scale(data),
    std.lv = TRUE)``. Their defaults are other figures: of unstandardised loadings, and over the
    observed variance. HTMT: see `htmt`.

    Examples
    --------
    >>> from loyaltystudy.survey import load_study
    >>> study = load_study("mobile-reputation", source="shipped")
    >>> result = validity(study, ["trust", "affective_commitment"], resamples=0)
    >>> result.reliability[["scale", "rho_c", "ave"]].round(2)
                      scale  rho_c   ave
    0                 trust   0.78  0.55
    1  affective_commitment   0.83  0.62
    """
    check_confidence(confidence)
    chosen, left_out = chosen_scales(study, scales)
    items = complete_items(study, chosen, least=2)
    which, taken = _which_model(study, items, ordinal)
    model = cfa(study, chosen, ordinal=which, missing=missing, confidence=confidence)
    draws = correlation_draws(items, resamples, seed)
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
        notes=(*taken, *_fewer_rows(model, items), *model.notes),
    )


def _which_model(study: Study, items: Items, ordinal: bool | None) -> tuple[bool, tuple[str, ...]]:
    """Whether items are taken as ordered categories, and why where that is not plain to see."""
    if ordinal is not None:
        return ordinal, ()
    few = sum(_categories(study.codebook.items[name]) <= FEW_CATEGORIES for name in items.names)
    whole = len(items.names)
    found = f"{few} of {whole} items have {FEW_CATEGORIES} answers or fewer"
    if few == 0:
        return False, ()
    if 2 * few <= whole:
        return False, (f"Taken as numbers: {found}. For ordered categories: ordinal=True.",)
    wide = max(categories_of(items.answers))
    if wide > MOST_CATEGORIES:
        return False, (f"Taken as numbers: {found}, but one has {wide} different answers.",)
    edge = edge_problems(items)
    if edge:
        return False, (f"Taken as numbers, though {found}. {edge[0]}",)
    return True, () if few == whole else (f"Taken as ordered categories: {found}.",)


def _fewer_rows(model: Cfa, items: Items) -> tuple[str, ...]:
    if model.n == items.n:
        return ()
    return (f"Alpha and HTMT rest on the {items.n} respondents who answered every item.",)


def _categories(item) -> float:
    """Answers that the codebook declares; endless for a range of any numbers."""
    answers = getattr(item, "answers", None)
    if answers is not None and answers.codes:
        return len(answers.codes)
    if answers is not None and not answers.whole:
        return float("inf")
    return item.high - item.low + 1
