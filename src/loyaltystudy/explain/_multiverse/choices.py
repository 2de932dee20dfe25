"""Which choices a study leaves open, and the levels of each."""

from loyaltystudy.errors import SurveyError
from loyaltystudy.survey import Study

ANSWERED = (0.5, 0.75, 1.0)
BACKGROUND, DEMOGRAPHICS = "sociological_background", "demographics"
FEW = 12  # an ordinal or numeric demographic with at most so many values is tried as dummies


def open_choices(
    study: Study, outcome: str, members, controls, pair
) -> tuple[dict[str, list], list[str]]:
    """Choice to its levels, the first as the codebook has it where it says; what is not varied."""
    choices, notes = {}, []
    book = study.codebook.scales
    used = [outcome, *controls, *flat(members)]
    longest = max((len(book[name].items) for name in used if name in book), default=0)
    found = {
        "careless": _careless_levels(study),
        "minimum_answered": _longest(longest, 2, list(ANSWERED), "of two items or more"),
        "scores": _longest(longest, 3, ["mean", "factor"], "of three items or more"),
        "weights": (["weighted", "unweighted"], "")
        if study.codebook.design.weight
        else (["unweighted"], "the design has no weight"),
        "demographics": _coding_levels(study, members),
        "own_education": _education_levels(study, members, pair),
        "controls": (["none", ", ".join(controls)], "")
        if controls
        else (["none"], "none were given"),
    }
    for choice, (levels, why) in found.items():
        choices[choice] = levels
        if why:
            notes.append(f"{choice.replace('_', ' ')} not varied: {why}")
    return choices, notes


def _longest(longest: int, needed: int, levels: list, what: str) -> tuple[list, str]:
    """Levels of a choice that bears only on scales with some number of items."""
    first = "codebook" if needed == 2 else levels[0]
    return (levels, "") if longest >= needed else ([first], f"no scale {what} in this comparison")


def _careless_levels(study: Study) -> tuple[list, str]:
    try:
        from loyaltystudy.scales import screen

        flagged = int(screen(study)["careless"].sum())
    except (ImportError, SurveyError) as error:
        return ["kept"], f"no screening ({error})"
    return (["kept", "left out"], "") if flagged else (["kept"], "nobody is flagged as careless")


def _coding_levels(study: Study, members) -> tuple[list, str]:
    if DEMOGRAPHICS not in members:
        return ["linear"], "no block demographics in this comparison"
    if not codable(study, members):
        return [
            "linear"
        ], "no ordinal or numeric demographics with 3 to 12 values in this comparison"
    return ["linear", "dummies"], ""


def codable(study: Study, members) -> list[str]:
    known = study.codebook.variables
    return [
        name
        for name in members[DEMOGRAPHICS]
        if name in known
        and known[name].kind in ("ordinal", "numeric")
        and 3 <= study.answers[name].nunique() <= FEW
    ]


def _education_levels(study: Study, members, pair) -> tuple[list, str]:
    entry, both = study.measures("own_education"), (BACKGROUND, DEMOGRAPHICS)
    home = next((b for b in both if entry is not None and entry.name in members.get(b, ())), None)
    if home is None:
        return ["as given"], "it is in neither block of this comparison"
    other = both[1 - both.index(home)]
    if other not in members:
        return [home], f"no block {other} in this comparison"
    if members[home] == [entry.name] and home in pair:
        return [home], f"without it nothing is left of {home}"
    return [home, other], ""


def flat(members) -> list[str]:
    return [name for names in members.values() for name in names]
