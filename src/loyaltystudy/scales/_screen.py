"""Careless responding: flagged by many weak signs, never deleted."""

from dataclasses import replace

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError
from loyaltystudy.scales import _careless_indices as indices
from loyaltystudy.scales._mahalanobis import distances
from loyaltystudy.survey import Item, Study

ITEMS = 20  # fewest answers for signs that look at all of them: fewer agree by chance
SCALES = 5  # fewest scales these come from: within one scale steady answers are the rule
OUTLYING = 3.5  # robust standard deviations from the median
NEEDED = 2  # points that make a respondent careless
ENOUGH = f"{ITEMS} answered, of {SCALES} scales"

_CUTS = {
    "even_odd": 0.30,
    "mahalanobis_p": 0.001,
    "synonyms": 0.0,
    "antonyms": 0.0,
    "variability": -2.0,
    "seconds_per_item": 2.0,
    "alike": 0.60,
}


def screen(study: Study) -> pd.DataFrame:
    r"""Signs of careless responding, for each respondent.

    No sign is proof, so points are counted. A sign past its cut-off gives one point, and two if
    the respondent is also an outlier among the respondents of this survey, by more than 3.5 robust
    standard deviations, (x − median) / (1.4826 MAD); signs that
    careful people hardly ever show give two at once. Two points make ``careless``. So one sign
    that is common in an instrument (consistency is low where scales are poor) accuses nobody
    alone. Unanswered items are left out of each sign, never filled.

    Parameters
    ----------
    study : Study
        Items in asking order: by the codebook's ``pages``, within them as in the codebook.

    Returns
    -------
    DataFrame
        Respondent x sign (see :func:`screening_rules` for cut-offs and sources):

        - ``long_string``: longest run of equal answers as asked, in items.
        - ``variability``: standard deviation (n - 1) over one's answers, each as a share of its
          range, 0 to 1. Like ``long_string`` and ``mahalanobis`` it gives points only where 20
          items of 5 different scales were answered: a few questions on one matter are answered
          alike by careful people too.
        - ``even_odd``: correlation, over scales of two items or more, of the means of odd and
          even items, lengthened by 2r / (1 + abs(r)); needs 10 scales.
        - ``mahalanobis``: squared distance over the answered items, with the covariance by EM
          where answers are missing; ``mahalanobis_p`` its p value, by
          n D² / (n − 1)² ~ Beta(k/2, (n − k − 1)/2) with k items answered.
          NaN unless respondents outnumber items and the covariance can be inverted.
        - ``synonyms``, ``antonyms``: correlation over pairs of items that correlate at .60 or
          more (-.60 or less) in the sample, as asked; needs 10 answered pairs.
        - ``attention_failed``: attention items answered otherwise than asked.
        - ``seconds_per_item``: from numeric variables named ``time_<page>`` (or ``time_...``, over
          all items), in seconds.
        - ``duplicates``: other respondents with the very same answers and gaps, where 20 items
          or more are answered.
        - ``points``, and ``careless``: at least 2 points.

        A sign that the survey cannot give is NaN for all. ``screening_rules(study)`` says how
        many items each sign had, and for how many respondents it could give points.

    Raises
    ------
    SurveyError
        If no answers of single respondents, or fewer than two items, are at hand.

    Notes
    -----
    Each respondent is compared with those who answered, so weights, clusters and strata of the
    codebook's design do not enter; they do in what :func:`screening_sensitivity` is given.

    Flags, never deletes: see :func:`screening_sensitivity`. ``benchmarks/scripts/screening.py``
    measures how many careless are found and how many careful accused. Short instruments give few
    signs: in fewer than 10 scales little but outright copying and straight lines shows, under 20
    items or 5 scales nothing but answering times and attention items.

    R: ``psych::outlier`` for ``mahalanobis`` of complete answers; package careless for the other.

    References
    ----------
    Curran, P. G. (2016). Methods for the detection of carelessly invalid responses in survey
    data. Journal of Experimental Social Psychology, 66, 4-19.
    Meade, A. W., & Craig, S. B. (2012). Identifying careless responses in survey data.
    Psychological Methods, 17(3), 437-455.

    Examples
    --------
    >>> from loyaltystudy.survey._study import load_study
    >>> table = screen(load_study("mobile-reputation", source="shipped"))
    >>> int(table["careless"].sum()), len(table)
    (14, 344)
    """
    items = _asked(study)
    answers = _given(study, items)
    low, high = (np.array([getattr(item, end) for item in items]) for end in ("low", "high"))
    shares = (answers - low) / (high - low)
    keyed = np.where([item.reversed for item in items], 1 - shares, shares)
    squared, answered = distances(answers)
    table = {
        "long_string": indices.longest_run(answers),
        "variability": indices.variability(shares),
        "even_odd": indices.even_odd(keyed, _scales(study, items)),
        "mahalanobis": squared,
        "mahalanobis_p": _p_value(squared, answered),
        "synonyms": indices.alike(answers, at_least=_CUTS["alike"]),
        "antonyms": indices.alike(answers, at_least=_CUTS["alike"], sign=-1),
        "attention_failed": _attention(study),
        "seconds_per_item": _seconds(study, items),
        "duplicates": indices.twins(answers, fewest=ITEMS).astype(int),
    }
    frame = pd.DataFrame(table, index=study.answers.index)
    broad = _broad(study, items, answers)
    frame["points"] = _points(frame, (~np.isnan(answers)).sum(axis=1), broad)
    frame["careless"] = frame["points"] >= NEEDED
    return frame


def screening_rules(study: Study | None = None) -> pd.DataFrame:
    """The rules by which :func:`screen` flags respondents, and where they come from.

    Parameters
    ----------
    study : Study, optional
        Then also what each sign had to go by in this study.

    Returns
    -------
    DataFrame
        ``sign``, ``careless_if``, ``points`` (1-2: two for an outlier), ``source``; ``ours`` says
        that the cut-off is this package's own choice. Of a study also ``items``, those that the
        sign rests on, and ``respondents``, to whom it could give points.

    Examples
    --------
    >>> screening_rules().set_index("sign").loc["even_odd", "careless_if"]
    'below 0.30'
    """
    under = f"2 robust deviations under the median ({ENOUGH})"
    rows = [
        ("long_string", f"half of the answered items or more ({ENOUGH})", "2", "Curran 2016"),
        ("variability", under, "1-2", "ours; sign: Dunn et al. 2018"),
        ("even_odd", "below 0.30", "1-2", "Johnson 2005; Meade & Craig 2012"),
        ("mahalanobis", f"p below 0.001 ({ENOUGH})", "1-2", "ours; the sign: Meade & Craig 2012"),
        ("synonyms", "below 0 (pairs at .60)", "1-2", "ours; pairs: Meade & Craig 2012"),
        ("antonyms", "above 0 (pairs at -.60)", "1-2", "ours; pairs: Meade & Craig 2012"),
        ("attention_failed", "one failed; two failed", "1; 2", "ours"),
        ("seconds_per_item", "below 2 seconds", "2", "Huang et al. 2012"),
        ("duplicates", "one or more (20 answered)", "2", "ours"),
    ]
    table = pd.DataFrame(rows, columns=["sign", "careless_if", "points", "source"])
    return table if study is None else table.join(_basis(study), on="sign")


def screening_sensitivity(study: Study, statistic) -> pd.DataFrame:
    """What a result would be without the respondents that :func:`screen` flags.

    Parameters
    ----------
    study : Study
    statistic : callable
        Takes a study, returns a number, a Series or a DataFrame; of a frame, text columns name
        the rows.

    Returns
    -------
    DataFrame
        ``entry`` (row of the result), ``statistic`` (its column), ``all``, ``without_flagged``,
        ``difference`` (without minus all), ``n``, ``n_flagged``. Entries that one of the two
        results lacks are NaN there.

    Raises
    ------
    SurveyError
        If everyone is flagged, or the statistic gives no numbers.

    Examples
    --------
    >>> from loyaltystudy.survey._study import load_study
    >>> study = load_study("mobile-ecsi")
    >>> found = screening_sensitivity(study, lambda s: s.answers["CUSL1"].mean())
    >>> found[["statistic", "n", "n_flagged"]]
      statistic    n  n_flagged
    0     value  250         14
    """
    careless = screen(study)["careless"].to_numpy()
    if careless.all():
        raise SurveyError(f"Study '{study.name}': every respondent is flagged; none would be left.")
    rest = replace(study, answers=study.answers[~careless])
    both = [_numbers(statistic(given)) for given in (study, rest)]
    table = pd.concat(both, axis=1, keys=["all", "without_flagged"])
    table["difference"] = table["without_flagged"] - table["all"]
    table["n"], table["n_flagged"] = len(careless), int(careless.sum())
    return table.reset_index()


def _numbers(result) -> pd.Series:
    """A result as one Series over entry and statistic."""
    if isinstance(result, pd.DataFrame):
        text = [c for c in result if result[c].dtype.kind not in "iufb"]
        frame = result.set_index(text) if text else result
        cells = {
            (", ".join(map(str, row if isinstance(row, tuple) else (row,))), column): value
            for column in frame
            for row, value in zip(frame.index, frame[column], strict=True)
        }
    elif isinstance(result, pd.Series):
        cells = {(str(entry), str(result.name or "value")): v for entry, v in result.items()}
    else:
        cells = {("", "value"): result}
    try:
        series = pd.Series(cells, dtype=float)
    except (TypeError, ValueError):
        raise SurveyError("statistic: it must return numbers, a Series or a DataFrame.") from None
    series.index = pd.MultiIndex.from_tuples(series.index, names=["entry", "statistic"])
    return series


def _asked(study: Study) -> list[Item]:
    """Items at hand in asking order, attention items left out."""
    if len(study.answers) == 0:
        raise SurveyError(f"Study '{study.name}' has no answers of single respondents to screen.")
    items = [
        item
        for item in study.codebook.items.values()
        if item.name in study.answers and item.attention is None
    ]
    if len(items) < 2:
        raise SurveyError(f"Study '{study.name}': {len(items)} items at hand; screening needs two.")
    page = {name: place for place, name in enumerate(study.codebook.pages)}
    if all(item.page in page for item in items):
        items.sort(key=lambda item: page[item.page])
    return items


def _scales(study: Study, items: list[Item]) -> list[list[int]]:
    """Columns of each scale with two items at hand, in asking order; no item counts twice."""
    place, used, scales = {item.name: n for n, item in enumerate(items)}, set(), []
    for scale in sorted(study.codebook.scales.values(), key=lambda s: -len(s.items)):
        columns = sorted(place[i] for i in scale.items if i in place and place[i] not in used)
        if len(columns) >= 2:
            scales.append(columns)
            used.update(columns)
    return scales


def _p_value(squared: np.ndarray, answered: np.ndarray) -> np.ndarray:
    from scipy.special import betainc

    n = len(squared)
    if n < 3:
        return np.full(n, np.nan)
    share = np.clip(n * squared / (n - 1) ** 2, 0, 1)
    usable = np.isfinite(squared) & (answered > 0) & (answered < n - 1)
    freedom = np.where(usable, answered, 1)
    p = 1 - betainc(freedom / 2, (n - freedom - 1) / 2, np.where(usable, share, 0))
    return np.where(usable, p, np.nan)


def _attention(study: Study) -> np.ndarray:
    """Wrong answers to attention items; an unanswered one is not wrong."""
    right = {
        item.name: item.attention
        for item in study.codebook.items.values()
        if item.attention is not None and item.name in study.answers
    }
    if not right:
        return np.full(len(study.answers), np.nan)
    given = study.answers[list(right)]
    return (given.notna() & (given != pd.Series(right))).sum(axis=1).to_numpy(dtype=float)


def _seconds(study: Study, items: list[Item]) -> np.ndarray:
    """Seconds an item, over the pages that were timed."""
    count = {
        page: sum(item.page == page for item in items) for page in {item.page for item in items}
    }
    timed = [
        name
        for name, variable in study.codebook.variables.items()
        if name.startswith("time_") and variable.kind == "numeric" and name in study.answers
    ]
    paged = {name: count[name[5:]] for name in timed if count.get(name[5:])}
    if not paged:  # no page is known: all times together over all items
        paged = {name: len(items) / len(timed) for name in timed}
    if not paged:
        return np.full(len(study.answers), np.nan)
    times = study.answers[list(paged)].to_numpy(dtype=float)
    known = ~np.isnan(times)
    asked = (known * np.array(list(paged.values()), dtype=float)).sum(axis=1)
    return np.where(asked > 0, np.nansum(times, axis=1) / np.where(asked > 0, asked, 1), np.nan)


def _given(study: Study, items: list[Item]) -> np.ndarray:
    return study.answers[[item.name for item in items]].to_numpy(dtype=float)


def _broad(study: Study, items: list[Item], answers: np.ndarray) -> np.ndarray:
    """Who answered enough items of enough different scales."""
    given, place = ~np.isnan(answers), {item.name: n for n, item in enumerate(items)}
    used, scales = set(), np.zeros(len(answers))
    for scale in sorted(study.codebook.scales.values(), key=lambda s: -len(s.items)):
        own = [place[i] for i in scale.items if i in place and place[i] not in used]
        used.update(own)
        scales += given[:, own].any(axis=1) if own else 0
    return (given.sum(axis=1) >= ITEMS) & (scales >= SCALES)


def _basis(study: Study) -> pd.DataFrame:
    """Items that each sign rests on, and respondents to whom it could give points."""
    items, frame = _asked(study), screen(study)
    answers = _given(study, items)
    broad, many = _broad(study, items, answers), (~np.isnan(answers)).sum(axis=1) >= ITEMS
    halves = sum(len(scale) for scale in _scales(study, items))
    attention = [i for i in study.codebook.items.values() if i.attention is not None]
    attention = sum(item.name in study.answers for item in attention)
    pairs = {
        name: indices.items_alike(answers, at_least=_CUTS["alike"], sign=sign)
        for name, sign in (("synonyms", 1), ("antonyms", -1))
    }
    known = {name: int(frame[name].notna().sum()) for name in (*pairs, "even_odd")}
    timed = frame["seconds_per_item"].notna().sum()
    distance = (broad & frame["mahalanobis"].notna()).sum()
    rows = {
        "long_string": (len(items), broad.sum()),
        "variability": (len(items), broad.sum()),
        "even_odd": (halves, known["even_odd"]),
        "mahalanobis": (len(items), distance),
        **{name: (count, known[name]) for name, count in pairs.items()},
        "attention_failed": (attention, len(frame) * (attention > 0)),
        "seconds_per_item": (len(items) * (timed > 0), timed),
        "duplicates": (len(items), many.sum()),
    }
    basis = pd.DataFrame.from_dict(rows, orient="index", columns=["items", "respondents"])
    return basis.astype(int)


def _points(frame: pd.DataFrame, answered: np.ndarray, broad: np.ndarray) -> np.ndarray:
    distant = broad & (frame["mahalanobis_p"] < _CUTS["mahalanobis_p"])
    steady = broad & (_deviation(frame["variability"]) < _CUTS["variability"])
    graded = (  # past the cut-off, and how far out on the careless side
        (steady, -frame["variability"]),
        (frame["even_odd"] < _CUTS["even_odd"], -frame["even_odd"]),
        (distant, frame["mahalanobis"]),
        (frame["synonyms"] < _CUTS["synonyms"], -frame["synonyms"]),
        (frame["antonyms"] > _CUTS["antonyms"], frame["antonyms"]),
    )
    points = sum(past * (1 + (_deviation(values) > OUTLYING)) for past, values in graded)
    points += frame["attention_failed"].clip(upper=2).fillna(0)
    plain = (
        (frame["long_string"] >= answered / 2) & broad,
        frame["seconds_per_item"] < _CUTS["seconds_per_item"],
        frame["duplicates"] > 0,
    )
    return (points + sum(2 * sign for sign in plain)).astype(int).to_numpy()


def _deviation(values: pd.Series) -> pd.Series:
    """Robust standard deviations from the median; NaN where half of the values are equal."""
    centred = values - values.median()
    spread = 1.4826 * centred.abs().median()
    return centred / spread if spread > 0 else centred * np.nan
