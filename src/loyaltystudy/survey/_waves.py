"""The same people at several times: a row a person and wave, and each person a cluster."""

from dataclasses import replace

import numpy as np
import pandas as pd

from loyaltystudy.errors import HIDDEN, ROWS, SurveyError
from loyaltystudy.survey._faults import Fault, positions
from loyaltystudy.survey._schema import Codebook, Design, Variable
from loyaltystudy.survey._values import VALUES_SHOWN


def check_wave(design: Design, variables: dict, tell) -> None:
    """What a declared wave needs: who the people are, and numbers of the waves."""
    wave, person, place = design.wave, design.respondent, ("design", "wave")
    if wave is None:
        return
    if wave not in variables:
        tell(place, f"{wave!r} is not among the variables; declare it.")
    elif variables[wave].kind == "text":
        tell(place, f"{wave!r} is open text; waves are whole numbers. Recode it.")
    elif variables[wave].optional:
        tell(place, f"{wave!r} is optional; every row needs its wave.")
    if person is None:
        tell(place, "without `respondent:` nothing says who is the same person; declare it too.")
    elif wave == person:
        tell(place, f"{wave!r} cannot be both the person and the wave.")
    elif design.cluster not in (None, person):
        tell(
            place,
            f"each person is a cluster of waves, so `cluster: {design.cluster}` cannot be "
            "one as well; leave one of the two out.",
        )


def person_of_waves(design: Design) -> str | None:
    """Who is a cluster of waves: a column that need not be declared as a variable."""
    return design.respondent if design.wave else None


def people_as_clusters(book: Codebook) -> Codebook:
    """With waves, the rows of a person belong with one another: people are the clusters.

    The column of respondents becomes a variable, where the codebook does not declare it as one.
    """
    person = book.design.respondent
    if book.design.wave is None:
        return book
    own = book.variables.get(person, Variable(name=person, kind="text"))
    variables = {**book.variables, person: own}
    return replace(book, variables=variables, design=replace(book.design, cluster=person))


def repeated_in_wave(column: str, ids: pd.Series, wave: np.ndarray) -> list[Fault]:
    """Rows without a wave, with one that is no whole number, and people twice in one wave."""
    wave = np.asarray(wave, dtype=float)
    unknown = np.isnan(wave)
    odd = ~unknown & (wave % 1 != 0)
    faults = [
        Fault(f"{what} in {ROWS}.", positions(where))
        for what, where in (("no wave", unknown), ("the wave is no whole number", odd))
        if where.any()
    ]
    pairs = pd.DataFrame({"who": ids.to_numpy(), "wave": wave})
    twice = pairs.duplicated(keep=False) & pairs["who"].notna() & ~unknown
    for (who, when), rows in [*pairs[twice].groupby(["who", "wave"])][:VALUES_SHOWN]:
        text = (
            f"column {column!r}: one respondent{HIDDEN}{who}{HIDDEN} stands in wave {when:g} "
            f"in {ROWS}; keep one row a person and wave."
        )
        faults.append(Fault(text, [int(row) + 1 for row in rows.index]))
    return faults


def wave_notes(answers: pd.DataFrame, design: Design) -> list[str]:
    """How many people there are behind the rows, and at how many times."""
    if design.wave is None:
        return []
    waves = ", ".join(f"{wave:g}" for wave in sorted(answers[design.wave].unique()))
    return [
        f"{answers[design.respondent].nunique()} people in waves {waves}: n counts rows, a person "
        "and wave each; each person is a cluster."
    ]


def check_one_wave(book: Codebook, what: str) -> None:
    """Refuse what counts people by counting rows."""
    if book.design.wave is not None:
        raise SurveyError(
            f"{what} counts people, and study '{book.study}' has several rows a person (`design: "
            f"wave: {book.design.wave}`). Take one wave: study.at_wave(1), or a file of one wave "
            "and a codebook without `wave`."
        )
