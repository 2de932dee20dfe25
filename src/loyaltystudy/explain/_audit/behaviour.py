"""A behavioural outcome, where the study has one: does the order hold for what people do?"""

from dataclasses import replace

from loyaltystudy.errors import SurveyError
from loyaltystudy.explain._audit.baseline import (
    Audited,
    dominances,
    measure_rows,
    not_given,
    order_row,
    sources,
)
from loyaltystudy.explain._estimation import subset_estimates
from loyaltystudy.explain._frame import model_frame
from loyaltystudy.survey import Study

CHECK = "behaviour"
BEHAVIOURS = ("spend", "churn", "tenure", "brands_bought")


def behaviour(audited: Audited) -> list[dict]:
    """The comparison with each behavioural outcome that the study measures, one after another.

    A variable of two codes is taken as 0 and 1: explained variance of a linear probability.
    """
    if audited.study is None:
        return not_given(CHECK, "Needs a Study: which column is behaviour is in its codebook.")
    found = _found(audited)
    if not found:
        asked = ", ".join(BEHAVIOURS)
        return not_given(
            CHECK, f"No behavioural outcome ({asked}) beside what this comparison uses."
        )
    return [r for construct, name in found.items() for r in _repeat(audited, construct, name)]


def _found(audited: Audited) -> dict[str, str]:
    """Behaviour to the scale or variable that measures it, unless the comparison uses it."""
    used = {audited.frame.outcome, *audited.frame.controls}
    used |= {n for names in audited.members.values() for n in names}
    entries = {construct: audited.study.measures(construct) for construct in BEHAVIOURS}
    return {c: e.name for c, e in entries.items() if e is not None and e.name not in used}


def _repeat(audited: Audited, construct: str, name: str) -> list[dict]:
    held = sources(audited.frame.controls)
    try:
        frame = model_frame(_numeric(audited.study, name), name, audited.members, held)
        found = subset_estimates(frame)
    except SurveyError as error:
        return not_given(CHECK, f"{name} ({construct}) could not be compared: {error}")
    check = f"{CHECK}_{construct}"
    rows = measure_rows(check, frame, found, confidence=audited.confidence)
    for r in rows:
        r["note"] = f"Outcome {name} ({construct}), n {frame.n}."
    lines = f"n {frame.n}, R² {found.r2[-1]:.3f}"
    said = f"With {name} ({construct}) as outcome, {lines}"
    return [*rows, order_row(check, said, dominances(rows), audited)]


def _numeric(study: Study, name: str) -> Study:
    """A nominal outcome of two codes as a number."""
    variable = study.codebook.variables.get(name)
    if variable is None or variable.kind != "nominal" or name not in study.answers:
        return study
    if study.answers[name].nunique() != 2:
        return study
    variables = {**study.codebook.variables, name: replace(variable, kind="numeric")}
    return replace(study, codebook=replace(study.codebook, variables=variables))
