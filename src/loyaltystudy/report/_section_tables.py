"""The sections of an analysis that are one table each, and what a study's parts are called."""

import warnings
from collections import Counter
from dataclasses import replace

import numpy as np
import pandas as pd

from loyaltystudy.claims import Plan
from loyaltystudy.errors import SurveyError, SurveyWarning
from loyaltystudy.report._answered import mean_as_shown, weights_of
from loyaltystudy.report._disclosure import SMALLEST
from loyaltystudy.report._selection import outside_mode
from loyaltystudy.report._translations import say
from loyaltystudy.scales import (
    describe_scores as scores_described,
    reliability,
    score,
    screen,
    screening_rules,
)
from loyaltystudy.survey import Codebook, Study, constructs

SHORT = 60  # characters of a wording that serves as a label


def spoken_language(book: Codebook) -> str:
    """The first of a codebook's languages that reports are written in, else English."""
    return next((code for code in book.languages if code in ("en", "sv", "nb")), "en")


def names_in(book: Codebook, language: str, blocks=None) -> dict[str, str]:
    """What each scale and variable is called: its label, its construct, its wording or its name.

    A wording of more than ``SHORT`` characters gives way to the name. Under ``block relationship``
    stands what that block holds, of ``blocks`` or the codebook's.
    """
    words = {name: entry["label"][language] for name, entry in constructs().items()}
    labels = {}
    for name, entry in {**book.variables, **book.scales}.items():
        given = getattr(entry, "label", {})
        own = given.get(language) or next(iter(given.values()), "")
        label = own or words.get(entry.construct or name) or _short_wording(entry, language)
        labels[name] = label or name.replace("_", " ")
    often = Counter(labels.values())
    labels = {
        name: label if often[label] == 1 else f"{label} ({name.replace('_', ' ')})"
        for name, label in labels.items()
    }
    return labels | _relationship(book, blocks or book.blocks, language)


def _short_wording(entry, language: str) -> str:
    wordings = getattr(entry, "wording", {})
    wording = wordings.get(language) or next(iter(wordings.values()), "")
    return wording.strip().rstrip(":") if len(wording) <= SHORT else ""


def _relationship(book: Codebook, blocks, language: str) -> dict[str, str]:
    """The vocabulary's block of a relationship is called by satisfaction where it holds that."""
    members = blocks.get("relationship", ())
    satisfied = book.measures("satisfaction")
    if satisfied is None or satisfied.name not in members:
        return {}
    key = "satisfaction" if len(members) == 1 else "satisfaction_relationship"
    return {"block relationship": say(f"block {key}", language)}


def without_careless(study: Study, plan: Plan | None) -> tuple[Study, int]:
    """The study less those whom the plan leaves out, and how many these are."""
    if plan is None or plan.careless == "keep":
        return study, 0
    flagged = screen(study)["careless"].to_numpy()
    if (~flagged).sum() < SMALLEST:
        raise SurveyError(
            f"Study '{study.name}': without careless respondents under {SMALLEST} are left."
        )
    return replace(study, answers=study.answers[~flagged]), int(flagged.sum())


def screening_counts(study: Study) -> pd.DataFrame:
    """How many respondents all signs of careless answering flag, beside the signs.

    Returns
    -------
    DataFrame
        ``sign, careless_if, source`` and, last, all signs: ``careless``. ``flagged`` is text: a
        count under 10 is "under 10", one whose complement is, "all but under 10".
    """
    careless = int(screen(study)["careless"].sum())
    count = str(careless)
    if 0 < careless < SMALLEST:
        count = f"under {SMALLEST}"
    elif 0 < study.n - careless < SMALLEST:
        count = f"all but under {SMALLEST}"
    rows = screening_rules()[["sign", "careless_if", "source"]].assign(flagged="")
    last = {"sign": "careless", "careless_if": "2 points or more", "source": "", "flagged": count}
    return pd.concat([rows, pd.DataFrame([last])], ignore_index=True)


def describe_scores(study: Study) -> pd.DataFrame:
    """Scores in sum, weighted: ``scale, n, mean, sd``; of under ten people withheld.

    Of a scale of one question whose answers are joined where they are shown, the mean of the
    answers as shown, and no standard deviation; a warning says so.
    """
    scores = score(study)
    scores = scores.where(np.broadcast_to(weights_of(study)[:, None] > 0, scores.shape))
    table = scores_described(study)[["scale", "n", "mean", "sd"]]
    few = [not scores[name].count() or outside_mode(scores[name]) < SMALLEST for name in scores]
    table.loc[few, ["mean", "sd"]] = np.nan
    joined = []
    for place in table.index[~np.array(few, dtype=bool)]:
        name = table.loc[place, "scale"]
        shown = mean_as_shown(study, name, scores[name])
        if shown is not None:
            table.loc[place, ["mean", "sd"]] = shown, np.nan
            joined.append(name)
    if joined:
        warnings.warn(
            f"means of {joined} are of the answers as shown, in groups of {SMALLEST} people: "
            "joined answers count as the one nearest to the others.",
            SurveyWarning,
            stacklevel=2,
        )
    return table


def reliability_of_ten(study: Study) -> pd.DataFrame:
    """Reliability of every scale; the figures that rest on fewer than ten people are blank."""
    table = reliability(study)
    figures = [c for c in table if table[c].dtype.kind == "f"]
    few = table["n"] < SMALLEST
    table.loc[few, figures] = np.nan
    table.loc[few, "note"] = f"of under {SMALLEST} people: withheld"  # notes name figures too
    return table
