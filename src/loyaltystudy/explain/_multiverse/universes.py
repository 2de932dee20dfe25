"""A study as it would be had other choices been made."""

from dataclasses import replace
from itertools import product

from loyaltystudy.explain._multiverse.choices import codable
from loyaltystudy.explain._multiverse.factor_scores import with_factor_scores
from loyaltystudy.survey import Study

PREPARING = ("careless", "minimum_answered", "scores")  # what takes time to make


def prepared(study: Study, names, choices, notes: list[str]) -> dict[tuple, Study]:
    """The study under each combination of the choices that take time to make."""
    made = {}
    for careless, answered, scores in product(*(choices[c] for c in PREPARING)):
        kept = study
        if careless == "left out":
            from loyaltystudy.scales import screen

            kept = replace(study, answers=study.answers[~screen(study)["careless"]])
        if answered != "codebook":
            kept = _rule(kept, answered)
        if scores == "factor":
            kept = with_factor_scores(kept, names, notes)
        made[careless, answered, scores] = kept
    return made


def _rule(study: Study, answered: float) -> Study:
    """The study with another share of items that a score needs."""
    book = study.codebook
    scales = {n: replace(s, minimum_answered=answered) for n, s in book.scales.items()}
    return replace(study, codebook=replace(book, scales=scales))


def with_choices(study: Study, members, controls, chosen) -> tuple[Study, dict, list[str]]:
    """The quick choices: weights, coding of demographics, place of own education, controls."""
    book = study.codebook
    if chosen["weights"] == "unweighted":
        book = replace(book, design=replace(book.design, weight=None, margins={}))
    if chosen["demographics"] == "dummies":
        nominal = {n: replace(book.variables[n], kind="nominal") for n in codable(study, members)}
        book = replace(book, variables={**book.variables, **nominal})
    if chosen["own_education"] in members:
        name = study.measures("own_education").name
        own = {b: [n for n in names if n != name] for b, names in members.items()}
        own[chosen["own_education"]] = [*own[chosen["own_education"]], name]
        members = {b: names for b, names in own.items() if names}
    held = [] if chosen["controls"] == "none" else list(controls)
    return replace(study, codebook=book), members, held
