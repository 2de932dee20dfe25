"""What would have to be asked, and of how many, to put a claim to the test."""

from collections.abc import Sequence
from functools import cache

import pandas as pd

from loyaltystudy.claims._register import list_claims, register
from loyaltystudy.errors import SurveyError
from loyaltystudy.survey import Codebook, Scale, constructs, data_folder, load_codebook

USUAL = ("loyalty", "satisfaction", "affective_commitment", "trust")  # asked by most surveys
RECORDS = {
    "purchases": "what each household bought, and when",
    "contacts": "what was sent to each customer",
    "region": "where each customer lives",
    "churn": "who left",
    "churn_time": "when they left",
    "margin": "what a customer earns the company",
    "acquisition_cost": "what it cost to win a customer",
}
STUDY = 1000  # respondents of the simulated studies
POWER = 0.8  # share of studies that find a true claim, to call them large enough
BY_CHANCE = 0.05  # share of false claims supported that a rule may have


def what_to_ask(claims: Sequence[str], *, language: str = "en") -> pd.DataFrame:
    """What a study would have to ask to judge claims, in the instrument's own words.

    Parameters
    ----------
    claims : sequence of str
        Names in :func:`loyaltystudy.list_claims`.
    language : {"en", "sv", "nb"}
        Of the questions.

    Returns
    -------
    DataFrame
        ``claim, question`` (one for each construct that the claim needs and not every survey
        asks), ``people`` (how many, by simulation), ``sentence`` (all of it, as Markdown).

    Raises
    ------
    SurveyError
        Naming claims that are not in the register.

    Examples
    --------
    >>> asked = what_to_ask(["after-purchase-value"])
    >>> "helps" in asked.at[0, "question"] or "help" in asked.at[0, "question"]
    True
    """
    known = list_claims().set_index("claim")
    unknown = [name for name in claims if name not in known.index]
    if unknown:
        raise SurveyError(f"Claims not in the register: {unknown}. See list_claims().")
    rows = []
    for name in claims:
        row = known.loc[name]
        question, people = _question(row, language) + _held(name), _people(row)
        rows.append(
            (name, question, people, f"**{name}**: {row['hypothesis']} {question} {people}")
        )
    return pd.DataFrame(rows, columns=["claim", "question", "people", "sentence"])


def _question(row: pd.Series, language: str) -> str:
    if row["rule"].startswith("none: "):
        return f"No question settles it: {row['rule'].removeprefix('none: ')}."
    needs = [need.split(" or ")[0] for need in row["needs"].split(", ")]
    asked = [need for need in needs if need not in (*USUAL, *RECORDS)] or needs[:1]
    kept = [RECORDS[need] for need in needs if need in RECORDS]
    words = [
        f"“{w}”" for need in asked if need not in RECORDS for w in [_wording(need, language)] if w
    ]
    usual = [need.replace("_", " ") for need in needs if need in USUAL and need not in asked]
    ask = "After a scene drawn by lot, ask" if row["design"] == "randomised" else "Ask"
    said = [f"{ask} {' and '.join(words)}"] if words else []
    said += [f"{'with' if said else 'Ask'} {', '.join(usual)}"] if usual else []
    said += (
        [f"{'and take from records' if said else 'Take from records'} {', '.join(kept)}"]
        if kept
        else []
    )
    return ", ".join(said) + "."


def _held(name: str) -> str:
    """Common causes that a study must ask as well, to be told from what the claim says."""
    causes = {c: 0 for p in register()[name].parts for c in p.options.get("causes", ())}
    labels = [constructs()[c]["label"]["en"].lower() for c in causes if c in constructs()]
    if not labels:
        return ""
    *most, last = labels
    named = f"{', '.join(most)} and {last}" if most else last
    return f" Ask {named} as well: without, the claim is at most *not robust*."


def _people(row: pd.Series) -> str:
    """In words, from the simulated error rates of the claim's own rule."""
    if row["rule"].startswith("none: "):
        return ""
    found, rival = row["supported_if_true"], row["supported_by_rivals"]
    if pd.isna(found):
        return "How many people it takes has not been simulated for this rule."
    if found < BY_CHANCE and row["rates_note"]:
        why = row["rates_note"].split("; ")[-1]
        return f"{STUDY:,} people asked once are too few, and so is any number: {why}."
    enough = "people are enough" if found >= POWER else "people are too few"
    said = f"{STUDY:,} {enough}: where true, it is found in {found:.0%} of simulated studies."
    if rival > BY_CHANCE:  # missing where the claim has no rival
        said += f" A rival explanation passes for it in {rival:.0%}: one survey cannot part them."
    return said


def _wording(construct: str, language: str) -> str:
    """The first question on a construct; empty if the instrument has none."""
    book = _instrument()
    found = book.measures(construct)
    if found is None:
        return ""
    asked = book.items[found.items[0]] if isinstance(found, Scale) else found
    return asked.wording.get(language, "")


@cache
def _instrument() -> Codebook:
    return load_codebook(data_folder() / "instrument")
