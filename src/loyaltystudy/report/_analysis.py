"""Everything that a report says of one study, as tables; a failure loses its own section only."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from loyaltystudy.claims import Plan, check_claims, deviations, read_plan, verdict_map
from loyaltystudy.display import Display, Shown
from loyaltystudy.errors import SurveyError, SurveyWarning
from loyaltystudy.explain import BlockComparison, compare_blocks
from loyaltystudy.report._answered import (
    Recommendation,
    distribution,
    is_zero_to_ten,
    profile,
    recommendation,
    stacked,
)
from loyaltystudy.report._claims_head import remaining_line
from loyaltystudy.report._disclosure import SMALLEST, judged, masked, rounded_claims, withhold
from loyaltystudy.report._section_tables import (
    describe_scores,
    names_in,
    reliability_of_ten,
    screening_counts,
    spoken_language,
    without_careless,
)
from loyaltystudy.report._selection import (
    ORDER,
    NotCompared,
    Outcome,
    choose_blocks,
    choose_outcome,
    columns_at_hand,
)
from loyaltystudy.report._translations import check_language, say
from loyaltystudy.survey import Study, check_one_wave, constructs

SECTIONS = (
    "screening",
    "reliability",
    "scores",
    "answers",
    "profile",
    "comparison",
    "claims",
    "verdict_map",
)
SHOWN_ANSWERS = ("recommend", "satisfaction")  # beside the outcome


@dataclass(frozen=True)
class Gap:
    """A section, or one scale of it, that could not be made, and why."""

    section: str
    why: str

    def __str__(self) -> str:
        return f"{self.section}: {self.why}"


@dataclass(frozen=True, eq=False, repr=False)
class Analysis(Shown):
    """Every table and figure of a report; made by :func:`analyse`.

    Attributes
    ----------
    study : Study
        Without the respondents that the plan leaves out.
    language : {"en", "sv", "nb"}
    labels : dict
        What scales and variables are called.
    plan : Plan or None
    excluded : int
        Respondents left out as careless, as planned.
    deviations : DataFrame
        Departures from the plan.
    outcome : Outcome or None
    blocks : dict
        What was compared: block name to scales and variables.
    left_out : tuple of NotCompared
        What of the codebook's blocks was not, with the reason.
    screening, reliability, scores, answers, profile : DataFrame or None
        Signs of careless answers; alpha and omega; means of scores; distributions of loyalty,
        recommendation and satisfaction; who answered. None where a gap says why.
    recommend : Recommendation or None
    comparison : BlockComparison or None
        Of the outcome by all blocks, with every digit.
    claims : DataFrame or None
        As :func:`loyaltystudy.check_claims`, figures of under ten people withheld.
    verdict_map : DataFrame or None
        As :func:`loyaltystudy.claims.verdict_map`: the verdicts over bounds from half to twice.
    gaps : tuple of Gap
        What could not be made.
    notes : tuple of Gap
        What a reader should know of what was made.

    Examples
    --------
    >>> import loyaltystudy as ls
    >>> found = ls.analyse(ls.load_study("mobile-ecsi"))
    >>> found.outcome.name, found.comparison.n, found.screening is None
    ('loyalty', 250, False)
    """

    study: Study
    language: str
    labels: dict[str, str]
    plan: Plan | None = None
    excluded: int = 0
    deviations: pd.DataFrame = field(default_factory=pd.DataFrame)
    outcome: Outcome | None = None
    blocks: dict[str, list[str]] = field(default_factory=dict)
    left_out: tuple[NotCompared, ...] = ()
    screening: pd.DataFrame | None = None
    reliability: pd.DataFrame | None = None
    scores: pd.DataFrame | None = None
    answers: pd.DataFrame | None = None
    recommend: Recommendation | None = None
    profile: pd.DataFrame | None = None
    comparison: BlockComparison | None = None
    claims: pd.DataFrame | None = None
    verdict_map: pd.DataFrame | None = None
    gaps: tuple[Gap, ...] = ()
    notes: tuple[Gap, ...] = ()

    @property
    def words(self) -> dict:
        """Language and labels, as plots take them."""
        return {"language": self.language, "labels": self.labels}

    @property
    def answer(self) -> list[str]:
        """The answer in plain sentences, made from the figures."""
        from loyaltystudy.report._sentences import answer

        return answer(self)

    @property
    def judged(self) -> pd.DataFrame | None:
        """Claims with a verdict, rounded to what their intervals support."""
        return None if self.claims is None else rounded_claims(judged(self.claims))

    def plot(self, name: str):
        """The figure ``"reliability"``, ``"comparison"``, ``"claims"`` or ``"verdict_map"``.

        None without its data.

        Returns
        -------
        Axes or None
        """
        from loyaltystudy.report._plots.claims import plot_claims
        from loyaltystudy.report._plots.comparison import plot_blocks
        from loyaltystudy.report._plots.measurement import plot_reliability
        from loyaltystudy.report._plots.shared_method import plot_verdict_map

        if name == "comparison":
            return self.comparison and plot_blocks(self.comparison, study=self.study, **self.words)
        tables = {"reliability": self.reliability, "claims": self.judged}
        table = (tables | {"verdict_map": self.verdict_map})[name]
        if table is None or table.empty:
            return None
        if name == "verdict_map":
            return plot_verdict_map(table, language=self.language)
        if name == "claims":
            return plot_claims(table, language=self.language)
        has = table["alpha"].notna().any()
        return plot_reliability(table, **self.words) if has else None

    def write(self, folder) -> Path:
        """Write tables, figures and the paper's files; see :func:`write_analysis`."""
        from loyaltystudy.report._written import write_analysis

        return write_analysis(self, Path(folder))

    def _shown(self) -> Display:
        """The answer, the blocks, the claims that are judged, and what is missing."""
        from loyaltystudy.report._sections import gap_lines

        tables, notes = [], [f"- {line}" for line in gap_lines(self)]
        if self.comparison is not None:
            tables.append((say("blocks detail", self.language), self.comparison.wide()))
        if self.judged is not None:
            if len(self.judged):
                shown = self.judged[["verdict", "claim", "n", "estimate", "low", "high"]]
                tables.append((say("verdicts", self.language), shown))
            rest = len(self.claims) - len(self.judged)
            notes.insert(0, say("not applying", self.language, rest))
            notes.insert(0, remaining_line(self.claims, self.language))
        header = "\n".join([f"{self.study.codebook.title} (n {self.study.n})", *self.answer])
        return Display(header, tables, tuple(filter(None, notes)))


def analyse(
    study: Study,
    plan: Plan | str | Path | None = None,
    *,
    outcome: str | None = None,
    language: str | None = None,
    seed: int = 0,
    each: Callable[[str], object] | None = None,
) -> Analysis:
    """Work out everything that the report of a study says.

    Parameters
    ----------
    study : Study
        Of ten respondents at least.
    plan : Plan, path or None
        Its exclusions are carried out, and departures from it listed.
    outcome : str or None
        What is explained: a scale, variable or construct. None takes what measures loyalty, else
        recommend, remain or satisfaction.
    language : {"en", "sv", "nb"} or None
        None takes the codebook's first that reports are written in.
    seed : int
        Of folds and permutations.
    each : callable or None
        Called with the name of every section before it is made.

    Returns
    -------
    Analysis

    Raises
    ------
    SurveyError
        For an unknown outcome or language, a plan that cannot be read, and under ten respondents.
        A section that cannot be made raises nothing: it is a gap, with its reason.

    Examples
    --------
    >>> import loyaltystudy as ls
    >>> found = analyse(ls.load_study("mobile-ecsi"))
    >>> found.outcome.name, [*found.blocks], found.gaps
    ('loyalty', ['trust', 'calculative_bonds', 'moral_bonds', 'relationship'], ())
    """
    check_one_wave(study.codebook, "A report")
    language = check_language(language) if language else spoken_language(study.codebook)
    plan = plan if plan is None or isinstance(plan, Plan) else read_plan(plan)
    if study.n < SMALLEST:
        raise SurveyError(
            f"Study '{study.name}': {study.n} respondents; a report needs {SMALLEST} at least, so "
            "that nobody can be recognised."
        )
    if outcome is not None:
        choose_outcome(study, outcome)  # a misspelt one stops here
    study, excluded = without_careless(study, plan)
    made = _Sections(study, each or (lambda _: None))
    tables = {
        "screening": made("screening", screening_counts, study),
        "reliability": made("reliability", reliability_of_ten, study),
        "scores": made("scores", describe_scores, study),
        "profile": made("profile", profile, study, language),
    }
    tables |= _explained(study, outcome, language, seed, made)
    primary = plan.primary if plan else ()
    claims = made("claims", check_claims, study, primary=primary, seed=seed)
    claims = None if claims is None else withhold(claims)
    if claims is not None:
        asked = [*judged(claims)["claim"]]  # none that rests on fewer than ten people
        tables["verdict_map"] = made("verdict_map", verdict_map, study, asked, seed=seed)
    n = int(study.n)
    return Analysis(
        study=study,
        language=language,
        labels=names_in(study.codebook, language, tables.get("blocks")),
        plan=plan,
        excluded=excluded,
        deviations=_departures(plan, study, claims, n),
        claims=claims,
        gaps=tuple(made.gaps),
        notes=tuple(made.notes),
        **tables,
    )


class _Sections:
    """Makes one section after the other; keeps why one could not be made, and warnings."""

    def __init__(self, study: Study, each: Callable[[str], object]) -> None:
        self.known = known_words(study)
        self.each, self.gaps, self.notes = each, [], []

    def __call__(self, section: str, function: Callable, *args, **options):
        self.each(section)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                result = function(*args, **options)
            except Exception as error:  # a gap in the report, not the end of it
                result = None
                self.gaps.append(Gap(section, self._reason(error)))
        for warning in caught:
            if issubclass(warning.category, SurveyWarning):
                self.notes.append(Gap(section, masked(str(warning.message), self.known)))
        return result

    def _reason(self, error: Exception) -> str:
        """Of an error that we did not foresee its kind alone, lest it quote somebody."""
        foreseen = isinstance(error, SurveyError)
        return masked(str(error), self.known) if foreseen else type(error).__name__


def known_words(study: Study) -> set[str]:
    """Words that are of the codebook and not of a respondent."""
    book = study.codebook
    labels = {
        w for c in book.columns.values() for ws in c.answers.codes.values() for w in ws.values()
    }
    names = {*book.columns, *book.scales, *book.blocks, *constructs(), book.study, *labels}
    return names | {entry.column for entry in book.columns.values()} | {*book.design.columns}


def _explained(study: Study, asked, language: str, seed: int, made: _Sections) -> dict:
    """Outcome, distributions and the comparison of blocks."""
    found: dict = {}
    outcome = None
    if asked or any(study.measures(construct) for construct in ORDER):
        outcome = made("outcome", choose_outcome, study, asked)
    else:
        made.gaps.append(Gap("outcome", say("gap outcome", language)))
    found["outcome"] = outcome
    shown = made("answers", _answers, study, outcome, language)
    found["answers"], found["recommend"] = shown or (None, None)
    if outcome is None:
        return found
    if not study.codebook.blocks:
        made.gaps.append(Gap("comparison", say("gap blocks", language)))
        return found
    chosen = made("comparison", choose_blocks, study, outcome.name)
    if chosen is None:
        return found
    found["blocks"], left = chosen
    found["left_out"] = tuple(left)
    if found["blocks"]:
        compared = (study, outcome.name, found["blocks"])
        found["comparison"] = made("comparison", compare_blocks, *compared, seed=seed)
    else:
        made.gaps.append(Gap("comparison", say("no block", language)))
    return found


def _answers(study: Study, outcome: Outcome | None, language: str):
    """Distributions of the outcome, recommendation and satisfaction, and the promoter score."""
    columns = columns_at_hand(study)
    entries = [study.measures(construct) for construct in SHOWN_ANSWERS]
    names = [outcome.name] if outcome else []
    names += [entry.name for entry in entries if entry is not None]
    tables = [
        distribution(study, name, columns[name], language)
        for name in dict.fromkeys(names)
        if name in columns and columns[name].dtype != "category"
    ]
    entry = entries[0]
    scored = entry is not None and entry.name in columns and is_zero_to_ten(study, entry)
    return stacked(tables), recommendation(study, columns[entry.name]) if scored else None


def _departures(plan: Plan | None, study: Study, claims, n: int) -> pd.DataFrame:
    if plan is None:
        return pd.DataFrame(columns=["deviation", "what", "planned", "found"])
    return deviations(plan, study.codebook, claims=claims, n=n)
