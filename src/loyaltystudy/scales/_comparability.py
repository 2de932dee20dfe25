"""A warning before any group comparison that rests on a scale without invariance."""

from collections.abc import Iterable

import pandas as pd

from loyaltystudy.errors import SurveyError
from loyaltystudy.scales._inputs import known
from loyaltystudy.scales._invariance import LARGEST_FALL, Invariance, invariance
from loyaltystudy.survey import Study


def comparable(study: Study, scales: Iterable[str] | str, by: str) -> pd.DataFrame:
    """Say, for each scale, what may be compared between the groups of ``by``.

    Each scale is tested alone (`invariance`). Group means and slopes may be compared where the
    scalar level holds, slopes alone where only the metric level does, and nothing else.

    Parameters
    ----------
    study : Study
        Answers and codebook.
    scales : str or iterable of str
        Names of scales in the codebook.
    by : str
        A column of the study's answers.

    Returns
    -------
    DataFrame
        scale, by, level (scalar, metric, configural, none, or untested), means, slopes (whether
        they may be compared), warning (plain words; empty where means may be compared).

    Raises
    ------
    SurveyError
        If a scale or ``by`` is unknown, or groups are too few or too small.

    Notes
    -----
    A scale of one or two items cannot be tested: it is ``untested`` and carries a warning.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from loyaltystudy.survey import make_codebook, read_study
    >>> rng = np.random.default_rng(5)
    >>> f = rng.normal(size=600)
    >>> data = pd.DataFrame({f"t{i}": 0.8 * f + 0.6 * rng.normal(size=600) for i in range(4)})
    >>> data["language"] = np.repeat([1.0, 2.0], 300)
    >>> free = {"answers": {"range": [-9, 9], "whole": False}}
    >>> book = make_codebook({
    ...     "study": "s", "title": "S", "population": "customers",
    ...     "items": {f"t{i}": free for i in range(4)},
    ...     "scales": {"trust": {"items": list(data)[:4]}},
    ...     "variables": {
    ...         "language": {"kind": "nominal", "answers": {"codes": {1: "sv", 2: "nb"}}}}})
    >>> comparable(read_study(data, book), "trust", "language")[["scale", "level", "means"]]
       scale   level  means
    0  trust  scalar   True
    """
    if by not in study.answers.columns:
        raise SurveyError(f"by: no column '{by}'. There are: {list(study.answers.columns)}.")
    rows = []
    for scale in known(scales, study.codebook.scales, "scale"):
        items = list(study.codebook.scales[scale].items)
        if len(items) < 3:
            warning = (
                f"Scale '{scale}' has {len(items)} item{'s' * (len(items) != 1)}: whether it means "
                f"the same in every group of '{by}' cannot be tested. Differences between groups "
                "may be differences in how the question is understood."
            )
            rows.append((scale, by, "untested", False, False, warning))
            continue
        result = invariance(study, scale, by)
        slopes = result.level in ("metric", "scalar")
        rows.append(
            (scale, by, result.level, result.level == "scalar", slopes, _words(scale, result))
        )
    return pd.DataFrame(rows, columns=["scale", "by", "level", "means", "slopes", "warning"])


def _words(scale: str, result: Invariance) -> str:
    if result.level == "scalar":
        return ""
    failed = result.table[~result.table.holds].iloc[0]
    start = f"Scale '{scale}' does not mean the same in every group of '{result.by}': "
    if failed.level == "configural":
        return start + (
            f"one factor does not fit (CFI {failed.cfi:.3f}). Compare neither means nor slopes."
        )
    start += (
        f"{failed.level} invariance fails (CFI falls by {-failed.delta_cfi:.4f}, the limit is "
        f"{LARGEST_FALL:.3f}; chi-square difference p = {failed.delta_p:.3f}"
        f"{', supposing a simple random sample' if result.design else ''})"
    )
    at = result.items[result.items.level == failed.level]
    broken = list(at.item[at.breaks])
    start += f"; it breaks at {broken}. " if broken else "; no single item stands out. "
    if failed.level == "scalar":
        return start + "Slopes may be compared, group means may not."
    return start + "Compare neither means nor slopes."
