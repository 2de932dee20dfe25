"""A panel as a study: what the till knows of each customer, beside what each one answered."""

from dataclasses import replace

import pandas as pd

from loyaltystudy.errors import SurveyError
from loyaltystudy.purchases._following import next_period
from loyaltystudy.purchases._panel import Panel, need_panel
from loyaltystudy.survey import Study, constructs, make_codebook, read_study

# column of next_period: the construct that it measures
RECORDED = {"tier": "tier", "spend": "spend", "brands_bought": "brands_bought"}
WIDE = {"range": [-1e18, 1e18], "whole": False}


def purchase_study(
    panel: Panel,
    survey: Study | None = None,
    *,
    brand: str | None = None,
    rule: str | None = None,
    shares: dict[str, float] | None = None,
) -> Study:
    """What purchases say of each customer, as a study that any claim or comparison takes.

    With a survey of the same people, their answers stand beside it: so a claim may ask for
    ``identification``, which was answered, and ``tier``, which was bought. Where both say
    the same of a customer, the till is believed, for people misremember.

    Columns: those of :func:`next_period` (``tier`` as 0, 1, ... from the lowest up), and columns
    of ``panel.households`` that hold numbers and are named as a construct (``tenure``,
    ``margin``). Constructs: tier, spend and brands_bought of the panel's first half, and those.
    What comes after the first half is an outcome and measures no construct; let the panel's
    middle be the day of the survey.

    Parameters
    ----------
    panel : Panel
        With times.
    survey : Study, optional
        Respondents by the same numbers as the panel's households: the respondent column of the
        codebook's design, else the index of the answers.
    brand, rule, shares
        See :func:`next_period`. Give ``brand`` for a survey about one company.

    Returns
    -------
    Study
        Of all respondents, those without a purchase in the first half with missing values in
        what purchases tell; without a survey, of the households that bought in the first half.

    Raises
    ------
    SurveyError
        If the panel has no times, no respondent is a household, or a respondent stands twice.

    Examples
    --------
    >>> import loyaltystudy as ls
    >>> from loyaltystudy.purchases import purchase_study
    >>> from loyaltystudy.simulation import simulate_purchases
    >>> survey = ls.simulate_study("identity-over-tiers:true", n=300, seed=1)
    >>> both = purchase_study(simulate_purchases(survey, seed=1), survey, brand="ours")
    >>> ls.check_claims(both, ["identity-over-tiers"])["measured"].item()
    'full'
    """
    need_panel(panel, "purchase_study")
    if not panel.timed:
        raise SurveyError(f"panel {panel.name!r} has no times; tiers need a next period.")
    records = next_period(panel, demographics=[], brand=brand, rule=rule, shares=shares).data
    records = records.assign(tier=records["tier"].cat.codes).astype(float)
    measured = dict(RECORDED)
    if panel.households is not None:
        people = panel.households.set_index("household")
        known = [
            c
            for c in people
            if c in constructs() and c not in records and pd.api.types.is_numeric_dtype(people[c])
        ]
        records = records.join(people[known].astype(float))
        measured |= {c: c for c in known}
    own = read_study(records.reset_index(drop=True), _codebook(panel, records.columns, measured))
    return own if survey is None else _beside(survey, own, records, panel)


def _codebook(panel, columns, measured):
    variables = {}
    for name in columns:
        kind = "ordinal" if name == "tier" else "numeric"
        variables[name] = {"kind": kind, "answers": WIDE, "construct": measured.get(name)}
    simulated = panel.spec.population == "simulated"
    return make_codebook(
        {
            "study": panel.name,
            "title": panel.spec.title,
            "population": panel.spec.population,
            "kind": "simulated" if simulated else "real",
            "variables": variables,
        }
    )


def _beside(survey, own, records, panel) -> Study:
    """The survey's study with the columns and variables of the till's."""
    column = survey.codebook.design.respondent
    named = survey.answers.get(column, survey.answers.index)
    numbers = pd.Series(named).astype(str)
    twice = sorted(set(numbers[numbers.duplicated()]))[:5]
    if twice:
        raise SurveyError(f"survey: respondents that stand twice: {twice}. Keep one row each.")
    records = records.set_axis(records.index.astype(str))
    if not set(numbers) & set(records.index):
        raise SurveyError(
            f"survey: no respondent ({', '.join(numbers[:3])}, ...) is a household of panel "
            f"{panel.name!r} that bought in its first half ({', '.join(records.index[:3])}, ...)."
        )
    known = records.reindex(numbers.to_numpy()).set_axis(survey.answers.index)
    kept = survey.answers.drop(columns=known.columns, errors="ignore")
    # where the till knows it, what the respondent said measures the construct no longer
    recorded = {v.construct for v in own.codebook.variables.values() if v.construct}
    said = {
        n: replace(v, construct=None) if v.construct in recorded else v
        for n, v in survey.codebook.variables.items()
    }
    book = replace(survey.codebook, variables=said | own.codebook.variables)
    return replace(survey, codebook=book, answers=pd.concat([kept, known], axis=1))
