"""How people answered and who they are: distributions, recommendation, profile."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from loyaltystudy.report._disclosure import SMALLEST, bins_of_ten, groups_of_ten
from loyaltystudy.report._translations import number, say
from loyaltystudy.survey import Column, Scale, Study, constructs

MOST_ANSWERS = 12  # shown one by one; a wider range is cut into bands
BANDS = 6
LONGEST = 44  # letters of an answer's label
AGES = (15, 30, 45, 60, 75)  # first years of the bands of age
PROFILE = ("age", "gender", "region", "household_size", "income", "own_education")
COLUMNS = ("name", "answer", "n", "share")
_RANGE = re.compile(r"([\u2212-]?\d+)(?:\s*(?:\u2013|-|to|till|til)\s*(\d+)|\+)?")
_NPS_GROUPS = ((0, 6), (7, 8), (9, 10))  # detractors, passives, promoters
_ADDED = (0.75, 1.5, 0.75)  # answers added to the three by the adjusted Wald interval


@dataclass(frozen=True)
class Recommendation:
    """Net promoter score with its interval.

    ``promoters`` and ``detractors`` are shares; ``smallest_group`` is the smallest of promoters,
    passives and detractors.
    """

    score: float
    low: float
    high: float
    promoters: float
    detractors: float
    n: int
    smallest_group: int


def weights_of(study: Study) -> np.ndarray:
    """The weight of every respondent; one where the codebook names none."""
    name = study.codebook.design.weight
    if name is None or name not in study.answers:
        return np.ones(len(study.answers))
    return study.answers[name].fillna(0.0).to_numpy(dtype=float)


def without_weight(study: Study) -> int:
    """People whose weight is zero, less, or missing: they count for nobody."""
    return int((weights_of(study) <= 0).sum())


def _counted(study: Study, column: pd.Series) -> pd.Series:
    """Answers of those who have a weight: nobody else stands behind a share."""
    return column.where(weights_of(study) > 0)


def _people(study: Study, count: int) -> int:
    """People behind a share, with weights rounded down to tens.

    A weighted share beside a count gives away the answer of somebody whose weight stands out.
    """
    weights = weights_of(study)
    alike = np.ptp(weights[weights > 0]) == 0
    return int(count) if alike else int(count) // 10 * 10


def answers_to(study: Study, column: pd.Series) -> tuple[str, int]:
    """How many answers a column has, and the text that says so: tens where weights differ."""
    count = int(_counted(study, column).notna().sum())
    about = np.ptp((weights := weights_of(study))[weights > 0]) > 0
    return "answers of about" if about else "answers of", _people(study, count)


def distribution(study: Study, name: str, column: pd.Series, language: str) -> pd.DataFrame:
    """Shares of the answers to a scale or variable, in groups of ten people at least.

    Returns
    -------
    DataFrame
        ``name, answer, n, share``: the answers or bands in their order, people, and their
        (weighted) share. No rows where fewer than ten people differ from the others.
    """
    points, labels = _points(study, name, language)
    counts, weights = _tallied(study, column, points)
    bins = _bins(counts, _is_zero_to_ten(points))
    rows = [
        {
            "name": name,
            "answer": _joined(labels[a], labels[b]),
            "n": _people(study, counts[a : b + 1].sum()),
            "share": weights[a : b + 1].sum() / weights.sum(),
        }
        for a, b in bins
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _tallied(study: Study, column: pd.Series, points) -> tuple[np.ndarray, np.ndarray]:
    """How many people gave each answer, and their weights."""
    column = _counted(study, column)
    answered = column.notna().to_numpy()
    places = _places(column[answered].to_numpy(dtype=float), points)
    weights = np.bincount(places, weights_of(study)[answered], minlength=len(points))
    return np.bincount(places, minlength=len(points)), weights


def mean_as_shown(study: Study, name: str, column: pd.Series) -> float | None:
    """Mean of a scale of one question, of its answers as they are shown; NaN where they are not.

    Joined answers count as the one of them that lies nearest to the other groups: where answers are
    joined, most gave that one. Mean and standard deviation of the answers themselves would tell,
    with the numbers of people, how many gave each of the others. None where no answers are joined,
    and for scales of several questions.
    """
    scale = study.codebook.scales[name]
    asked = study.codebook.items[scale.items[0]]
    if len(scale.items) > 1 or not (asked.answers.codes or asked.high - asked.low < MOST_ANSWERS):
        return None
    points, _ = _points(study, name, "en")
    counts, weights = _tallied(study, column, points)
    bins = _bins(counts, _is_zero_to_ten(points))
    if not bins:
        return np.nan
    if all(a == b for a, b in bins):
        return None
    weights = np.array([weights[a : b + 1].sum() for a, b in bins])
    ends = np.array([(points[a], points[b]) for a, b in bins])
    return float(np.average(_nearest_ends(ends, weights), weights=weights))


def _nearest_ends(ends: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Of each group of answers (first, last) the end that lies nearest to the other groups.

    >>> _nearest_ends(np.array([(1, 3), (4, 4), (5, 7)]), np.array([11, 40, 12])).tolist()
    [3, 4, 5]
    """
    middles = ends.mean(axis=1)
    others = (weights @ middles - weights * middles) / (weights.sum() - weights)
    return ends[np.arange(len(ends)), np.abs(ends - others[:, None]).argmin(axis=1)]


def _joined(first: str, last: str) -> str:
    """A label for all answers from the first to the last.

    >>> _joined("2", "2"), _joined("15–29", "30–44"), _joined("None", "A little")
    ('2', '15–44', 'None – A little')
    >>> _joined("18 to 24", "25-34"), _joined("55–64", "65+"), _joined("55 till 64", "75 år")
    ('18–34', '55+', '55 till 64 – 75 år')
    """
    if first == last:
        return first
    start, end = (_RANGE.fullmatch(label) for label in (first, last))
    if start and end:
        return f"{start[1]}+" if last.endswith("+") else f"{start[1]}–{end[2] or end[1]}"
    return f"{first} – {last}"


def _is_zero_to_ten(points: np.ndarray) -> bool:
    return len(points) == 11 and points[0] == 0 and points[-1] == 10


def _bins(counts: np.ndarray, zero_to_ten: bool) -> list[tuple[int, int]]:
    """Groups of ten; of 0 to 10 none that straddles detractors, passives and promoters.

    Else the score beside them would tell of the few in between.
    """
    sizes = [counts[a : b + 1].sum() for a, b in _NPS_GROUPS]
    if not zero_to_ten or min(sizes) < SMALLEST:
        return bins_of_ten(counts.tolist())
    bins = []
    for a, b in _NPS_GROUPS:
        inside = bins_of_ten(counts[a : b + 1].tolist()) or [(0, b - a)]
        bins += [(a + i, a + j) for i, j in inside]
    return bins


def _points(study: Study, name: str, language: str) -> tuple[np.ndarray, list[str]]:
    """The answers that are counted one by one, or the middles of bands, with their labels."""
    book = study.codebook
    entry = book.scales.get(name) or book.variables[name]
    asked = book.items[entry.items[0]] if isinstance(entry, Scale) else entry
    single = not isinstance(entry, Scale) or len(entry.items) == 1
    if single and asked.answers.codes:
        codes = sorted(asked.answers.codes)
        return np.array(codes), [answer_label(asked, code, language) for code in codes]
    low, high = asked.low, asked.high
    if high - low < MOST_ANSWERS:
        points = np.arange(low, high + 1)
        return points, [f"{point:g}" for point in points]
    return _bands(asked, low, high, language)


def _bands(asked: Column, low: float, high: float, language: str):
    if getattr(asked, "construct", None) == "age":
        starts = np.array([low, *[year for year in AGES if low < year < high]])
    else:
        starts = low + (high - low) * np.arange(BANDS) / BANDS
        starts = np.floor(starts) if high - low >= BANDS else starts
    ends = np.append(starts[1:] - 1, high)
    labels = [
        f"{number(a, language, 0)}–{number(b, language, 0)}"
        for a, b in zip(starts, ends, strict=True)
    ]
    return starts, labels


def _places(values: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Which answer each value is, or is nearest to; of bands, in which it lies."""
    steps = np.diff(points)
    if len(points) > 1 and np.allclose(steps, 1):
        return np.clip(np.floor(values - points[0] + 0.5), 0, len(points) - 1).astype(int)
    return np.clip(np.searchsorted(points, values, side="right") - 1, 0, len(points) - 1)


def answer_label(asked: Column, code: float, language: str) -> str:
    """What an answer is called: in the language, else as the codebook has it, else its code."""
    words = asked.answers.codes.get(code, {})
    label = words.get(language) or next(iter(words.values()), "") or f"{code:g}"
    return label if len(label) <= LONGEST else label[: LONGEST - 1].rstrip(" ,;(") + "…"


def is_zero_to_ten(study: Study, entry) -> bool:
    """Whether what measures a construct is one question with answers from 0 to 10."""
    items = getattr(entry, "items", (entry.name,))
    asked = study.codebook.columns[items[0]]
    return len(items) == 1 and (asked.low, asked.high) == (0, 10)


def recommendation(study: Study, column: pd.Series) -> Recommendation | None:
    r"""Net promoter score: 100 (promoters - detractors), answers from 0 to 10.

    The interval is the adjusted Wald interval: 3/4, 3/2 and 3/4 answers are added to detractors,
    passives and promoters, and the normal limits are those of the score of these. With weights or
    clusters the number of answers is the effective one, of the linearised variance (of raked
    weights, of what the margins leave); with clusters limits are Student's. Coverage:
    ``benchmarks/results/recommendation.md``.

    Returns
    -------
    Recommendation or None
        None where one of the three groups has fewer than ten people.

    Rocks (2016), The American Statistician 70, 365-372.
    """
    from scipy.stats import norm, t

    answered = column.notna().to_numpy()
    values, weights = column[answered].to_numpy(dtype=float), weights_of(study)[answered]
    values, weights = values[weights > 0], weights[weights > 0]
    masks = [(values >= low) & (values <= high) for low, high in _NPS_GROUPS]
    smallest = min(int(mask.sum()) for mask in masks)
    if smallest < SMALLEST:
        return None
    shares = np.array([weights[mask].sum() for mask in masks]) / weights.sum()
    clusters = _clusters(study, answered)
    raking = study.raking_of(column.index[answered & (weights_of(study) > 0)])
    n = _effective(masks[2] * 1.0 - masks[0], weights, clusters, raking)
    z = norm.ppf(0.975) if clusters is None else t.ppf(0.975, max(len(np.unique(clusters)) - 1, 1))
    added = (shares * n + _ADDED) / (n + sum(_ADDED))
    middle = added[2] - added[0]
    reach = z * np.sqrt((added[2] + added[0] - middle**2) / (n + sum(_ADDED)))
    nps = 100 * (shares[2] - shares[0])
    limits = (100 * max(middle - reach, -1), 100 * min(middle + reach, 1))
    return Recommendation(nps, *limits, shares[2], shares[0], len(values), smallest)


def _clusters(study: Study, answered: np.ndarray) -> np.ndarray | None:
    name = study.codebook.design.cluster
    if name is None or name not in study.answers:
        return None
    codes = pd.factorize(study.answers[name])[0][answered]
    weights = weights_of(study)[answered]
    return codes[weights > 0]


def _effective(values, weights: np.ndarray, clusters: np.ndarray | None, raking=None) -> float:
    """Answers of a simple random sample that give the mean the same linearised variance."""
    mean = np.average(values, weights=weights)
    parts = weights * (values - mean) / weights.sum()
    if raking is not None:
        parts = raking.unit_sums(parts[:, None])[:, 0]
    elif clusters is not None:
        parts = np.bincount(clusters - clusters.min(), parts)
    k = len(parts)
    variance = k / (k - 1) * ((parts - parts.mean()) ** 2).sum() if k > 1 else np.inf
    n = len(values)
    simple = np.average((values - mean) ** 2, weights=weights) * n / (n - 1)
    return float(min(simple / variance, 10 * n)) if variance > 0 else float(n)


def profile(study: Study, language: str) -> pd.DataFrame:
    """Who answered: shares of each group of the demographic variables that the study has.

    Returns
    -------
    DataFrame
        ``name, answer, n, share``, as :func:`distribution`; rare categories are joined as
        "other" until they are ten people.
    """
    tables = []
    for name in profile_variables(study):
        variable = study.codebook.variables[name]
        column = study.answers[name]
        if variable.kind == "nominal":
            tables.append(_nominal(study, variable, column, language))
        else:
            tables.append(distribution(study, name, column, language))
    return stacked(tables)


def stacked(tables: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Tables of shares below one another, those without rows left out."""
    some = [table for table in tables if len(table)]
    return pd.concat(some, ignore_index=True) if some else pd.DataFrame(columns=COLUMNS)


def profile_variables(study: Study) -> list[str]:
    """Variables on who people are: by their constructs, else of few answers in any block."""
    book = study.codebook
    here = {name: v for name, v in book.variables.items() if name in study.answers}
    drawn = {*book.design.columns}
    known = [
        n for c in PROFILE for n, v in here.items() if v.construct == c or c in v.stands_in_for
    ]
    if known:
        return list(dict.fromkeys(known))
    if any(v.construct in constructs() for v in here.values()):
        return []
    few = [
        n for n, v in here.items() if v.kind in ("nominal", "ordinal") and len(v.answers.codes) > 1
    ]
    return [n for n in few if n not in drawn and len(here[n].answers.codes) <= MOST_ANSWERS][:6]


def _nominal(study: Study, variable: Column, column: pd.Series, language: str) -> pd.DataFrame:
    column = _counted(study, column)
    counts = column.value_counts()
    weights = pd.Series(weights_of(study), index=column.index).groupby(column).sum()
    groups = groups_of_ten(counts)
    place = {code: i for i, code in enumerate(sorted(counts.index))}
    groups.sort(key=lambda codes: (len(codes) > 1, place[codes[0]]))
    rows = []
    for codes in groups:
        alone, people = len(codes) == 1, _people(study, counts[codes].sum())
        label = answer_label(variable, codes[0], language) if alone else say("other", language)
        rows.append((variable.name, label, people, weights[codes].sum() / weights.sum()))
    return pd.DataFrame(rows, columns=COLUMNS)
