"""Does a scale mean the same in every group? Configural, metric and scalar invariance."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from loyaltystudy.display import ShownTables
from loyaltystudy.errors import SurveyError, refuse
from loyaltystudy.scales._design import RowDesign
from loyaltystudy.scales._estimator import Fitted, GroupMoments, evaluate, fit_model
from loyaltystudy.scales._factor_result import JUST_IDENTIFIED, improper
from loyaltystudy.scales._fit_indices import fit_indices
from loyaltystudy.scales._inputs import (
    Scales,
    items_of,
    need_more_rows_than_items,
    need_positive_definite,
    source_of,
)
from loyaltystudy.scales._layout import build_layout
from loyaltystudy.survey import Study

LEVELS: Mapping[str, tuple[str, ...]] = {
    "configural": (),
    "metric": ("loadings",),
    "scalar": ("loadings", "intercepts"),
}
LEAST_CFI = 0.90
LARGEST_FALL = 0.010
SMALLEST_GROUP = 10  # fewer people could be recognised, and tell nothing


def label(group: object) -> str:
    """A group's code as people write it: 2, not 2.0."""
    return f"{group:g}" if isinstance(group, float) else str(group)


@dataclass(frozen=True, eq=False, repr=False)
class Invariance(ShownTables):
    """Fit of the three levels, and the items that break them.

    Attributes
    ----------
    table : DataFrame
        level, n, chi_square, df, p, cfi, tli, rmsea, srmr, the change from the level above
        (delta_chi_square, delta_df, delta_p, delta_cfi), and ``holds``.
    items : DataFrame
        level, part (loadings, intercepts), scale, item, chi_square, df, p: what freeing that item
        alone would gain (score test), largest first; and ``breaks``.
    groups : DataFrame
        group, n, n_dropped.
    level : str
        The strictest level that holds: none, configural, metric or scalar.
    """

    table: pd.DataFrame
    items: pd.DataFrame
    groups: pd.DataFrame
    n_ungrouped: int
    by: str
    level: str
    notes: tuple[str, ...]
    design: str = ""

    @property
    def header(self) -> str:
        pairs = zip(self.groups.group, self.groups.n, strict=True)
        sizes = ", ".join(f"{label(group)} ({n})" for group, n in pairs)
        first = (
            f"Invariance by '{self.by}': groups {sizes}; {int(self.groups.n_dropped.sum())} rows "
            f"dropped, {self.n_ungrouped} more without a group. "
        )
        if self.design:
            first = (
                f"{self.design[0].upper()}{self.design[1:]}: estimates and CFI are weighted; p "
                f"values suppose a simple random sample. {first}"
            )
        lines = [first + f"Strictest level that holds: {self.level}."]
        return "\n".join([*lines, *(f"Note: {note}" for note in self.notes)])

    def _tables(self) -> dict[str, pd.DataFrame]:
        return {"levels": self.table, "items that break a level": self.items[self.items.breaks]}


def invariance(data: Study | pd.DataFrame, scales: Scales, by: str | pd.Series) -> Invariance:
    r"""Compare factor models with more and more held equal across groups.

    Configural: the same items on the same factors. Metric: equal loadings too. Scalar: equal
    intercepts too; only then can group means be compared. Maximum likelihood with means,

    .. math::
        F = \sum_g \frac{n_g}{N} \left[\log|\Sigma_g| + tr(S_g \Sigma_g^{-1}) - \log|S_g| - p
            + (\bar x_g - \mu_g)' \Sigma_g^{-1} (\bar x_g - \mu_g)\right].

    The rule: configural holds with a CFI of .90 or more; each further level holds where the one
    before holds and CFI falls by no more than .010 (Cheung & Rensvold 2002). The chi-square
    difference is shown beside it and decides nothing, as it grows with n. Where a level fails,
    the item whose freeing gains most is freed, and so on until the level would hold or no item
    gains at p < .05 divided by the number of items; the items so freed are those that break it.

    Parameters
    ----------
    data : Study or DataFrame
        Respondent by item, reversed items already turned. Of a study, weights of its codebook
        enter the estimates and CFI; chi-square and score tests suppose a simple random sample,
        and the first line says so.
    scales : mapping of str to sequence of str, or names of scales in the study's codebook
        At least two items a scale; one scale alone needs three.
    by : str or Series
        The groups: a column of the answers, or a Series with its index. Rows without a group are
        left out.

    Returns
    -------
    Invariance

    Raises
    ------
    SurveyError
        If there are fewer than two groups, a group has too few rows for the items or an item that
        is constant in it, or a model does not converge.

    Notes
    -----
    In R: ``lavaan::cfa(model, data, group = "by", std.lv = TRUE, group.equal = c("loadings",
    "intercepts"))``, and ``lavaan::lavTestScore`` for the items.

    References
    ----------
    Cheung, G. W. & Rensvold, R. B. (2002). Evaluating goodness-of-fit indexes for testing
    measurement invariance. Structural Equation Modeling 9, 233-255.
    Meredith, W. (1993). Measurement invariance, factor analysis and factorial invariance.
    Psychometrika 58, 525-543.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> rng = np.random.default_rng(5)
    >>> f, group = rng.normal(size=600), np.repeat(["a", "b"], 300)
    >>> data = pd.DataFrame({f"t{i}": 0.8 * f + 0.6 * rng.normal(size=600) for i in range(4)})
    >>> data["t3"] += 0.5 * (group == "b")
    >>> result = invariance(data, {"trust": list(data)}, pd.Series(group, name="group"))
    >>> result.level, list(result.items[result.items.breaks].item)
    ('metric', ['t3'])
    """
    name, moments, groups, source, ungrouped = _by_group(data, scales, by)
    scales = source.scales
    fits, rows = {}, []
    for level, equal in LEVELS.items():
        layout = build_layout(scales, len(moments), means=True, equal=equal)
        fits[level] = fit_model(layout, moments)
        rows.append({"level": level, **fit_indices(fits[level])})
    table, level = _levels(pd.DataFrame(rows))
    items = [_score_tests(fits[level], scales, level) for level in ("metric", "scalar")]
    for tests, before in zip(items, ("configural", "metric"), strict=True):
        broken = _breaking(tests, table.set_index("level"), before, fits, scales)
        tests["breaks"] = tests["item"].isin(broken)
    notes = [
        note
        for number, group in enumerate(groups.group)
        for note in improper(fits["configural"], number, f" in group '{label(group)}'")
    ]
    if table.df[0] == 0:
        notes.append(f"Configural level. {JUST_IDENTIFIED}")
    items = pd.concat(items, ignore_index=True)
    design = source.design.description()
    return Invariance(table, items, groups, ungrouped, name, level, tuple(notes), design)


def _by_group(data: Study | pd.DataFrame, scales: Scales, by: str | pd.Series):
    answers = data if isinstance(data, pd.DataFrame) else data.answers
    source = source_of(data, scales)
    if isinstance(by, str):
        if by not in answers.columns:
            raise SurveyError(f"by: no column '{by}'. There are: {list(answers.columns)}.")
        by = answers[by]
    if not by.index.equals(answers.index):
        raise SurveyError("by: its index is not that of the answers. Take it from the same rows.")
    name = str(by.name) if by.name is not None else "group"
    by = by.loc[source.frame.index]
    known = sorted(by.dropna().unique())
    if not 2 <= len(known) <= 20:
        raise SurveyError(
            f"by: '{name}' makes {len(known)} groups; give 2 to 20, joining small ones first."
        )
    problems, moments, sizes, items = [], [], [], None
    for group in known:
        try:
            own = (by == group).to_numpy()
            w = source.design.weights[own]
            design = RowDesign(w / w.mean(), weighted=source.design.weighted)
            items = items_of(replace(source, frame=source.frame[own], design=design), least=2)
        except SurveyError as error:
            problems += [f"Group '{label(group)}': {problem}" for problem in error.problems]
            continue
        where = f"Group '{label(group)}': "
        short = need_more_rows_than_items(items.n, items.names, where)
        if not short and items.n < SMALLEST_GROUP:
            short = [f"{where}{items.n} complete rows; groups need at least {SMALLEST_GROUP}."]
        cov, mean = items.moments()
        problems += short or need_positive_definite(cov, items.names, where)
        moments.append(GroupMoments(cov, mean, items.n))
        sizes.append((group, items.n, items.n_dropped))
    refuse(problems, heading=f"invariance by '{name}'")
    groups = pd.DataFrame(sizes, columns=["group", "n", "n_dropped"])
    return name, moments, groups, source, int(by.isna().sum())


def _levels(table: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Changes from level to level, whether each holds, and the strictest that does."""
    from scipy.stats import chi2

    columns = ["level", "n", "chi_square", "df", "p", "cfi", "tli", "rmsea", "srmr"]
    out = table[columns].copy()
    out["delta_chi_square"] = out.chi_square.diff()
    out["delta_df"] = out.df.diff()
    out["delta_p"] = chi2.sf(out.delta_chi_square.clip(lower=0), out.delta_df)
    out["delta_cfi"] = out.cfi.diff()
    passes = (out.delta_cfi >= -LARGEST_FALL).where(out.delta_cfi.notna(), out.cfi >= LEAST_CFI)
    out["holds"] = passes.astype(bool).cummin()
    holding = out.level[out.holds]
    return out, "none" if holding.empty else str(holding.iloc[-1])


def _score_tests(
    fitted: Fitted, scales: Scales, level: str, freed: frozenset[tuple[str, str]] = frozenset()
) -> pd.DataFrame:
    """Score test of freeing, in every group, the part of one item that ``level`` holds equal.

    ``N/2 g' H^-1 g`` with gradient g and Hessian H of the freed model at the restricted estimates.
    """
    from scipy.stats import chi2

    equal, groups, rows = LEVELS[level], len(fitted.moments), []
    part = equal[-1]
    for scale, members in scales.items():
        for item in members:
            if (part, item) in freed:
                continue
            layout = build_layout(
                scales, groups, means=True, equal=equal, free={*freed, (part, item)}
            )
            x = np.zeros(layout.n_params)
            for new, old in zip(layout.cells, fitted.layout.cells, strict=True):
                x[new.param] = fitted.x[old.param]
            _, gradient, hessian = evaluate(layout, x, fitted.moments)
            unit = 1 / np.sqrt(np.diag(hessian))  # so that units of the answers leave it alone
            scaled = hessian * np.outer(unit, unit)
            gain = fitted.n / 2 * (gradient * unit) @ np.linalg.solve(scaled, gradient * unit)
            rows.append((level, part, scale, item, gain, groups - 1, chi2.sf(gain, groups - 1)))
    columns = ["level", "part", "scale", "item", "chi_square", "df", "p"]
    out = pd.DataFrame(rows, columns=columns)
    return out.sort_values("chi_square", ascending=False, ignore_index=True)


def _breaking(
    tests: pd.DataFrame, table: pd.DataFrame, before: str, fits: dict[str, Fitted], scales: Scales
) -> list[str]:
    """Free the item that gains most, and again, until the level would hold."""
    level, part, count = tests.level[0], tests.part[0], len(tests)
    cfi, broken, now = table.cfi[level], [], tests
    while cfi - table.cfi[before] < -LARGEST_FALL and now.p[0] < 0.05 / count:
        broken.append(str(now["item"][0]))
        freed = frozenset((part, item) for item in broken)
        if any(set(members) <= set(broken) for members in scales.values()):
            break  # nothing ties this scale's groups together any more
        groups = len(fits[level].moments)
        layout = build_layout(scales, groups, means=True, equal=LEVELS[level], free=freed)
        fitted = fit_model(layout, fits[level].moments)
        cfi, now = fit_indices(fitted)["cfi"], _score_tests(fitted, scales, level, freed)
        # The last item that ties a scale's groups together cannot be freed too.
        tied = {s: [i for i in members if i not in broken] for s, members in scales.items()}
        last = [members[0] for members in tied.values() if len(members) == 1]
        now = now[~now["item"].isin(last)].reset_index(drop=True)
        if now.empty:
            break
    return broken
