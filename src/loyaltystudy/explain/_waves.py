"""The same people at several times: their waves side by side, so that change can be an outcome."""

from collections.abc import Sequence

import pandas as pd

from loyaltystudy.errors import SurveyError
from loyaltystudy.survey import Study


def across_waves(
    study: Study,
    *,
    person: str | None = None,
    wave: str | None = None,
    names: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Scores and variables of a study in long form, a row a person and a column a name and wave.

    Parameters
    ----------
    study : Study
        A row for each person and wave.
    person, wave : str, optional
        Variables of the codebook: who it is, and which time it was (numbers). By default what
        the codebook declares under ``design: {respondent: ..., wave: ...}``.
    names : sequence of str, optional
        Scales and variables; by default all scales and all other variables at hand.

    Returns
    -------
    DataFrame
        Indexed by person; columns ``name_wave`` such as ``loyalty_2``. People who were absent
        from a wave have missing values there.

    Raises
    ------
    SurveyError
        For unknown names, waves that are not whole numbers, and people who stand twice in a wave
        (how many; nobody is named).

    Notes
    -----
    Change as an outcome is loyalty at the later wave given the earlier one:
    ``compare_blocks(wide, "loyalty_2", {"trust": ["trust_1"]}, controls=["loyalty_1"])``. What goes
    with what *within* people over all waves is a level: with ``design: wave:`` each person is a
    cluster, so that ``level="within"`` compares people with themselves, and the pooled result
    leaves out whole people, not single answers.

    Examples
    --------
    >>> from loyaltystudy.survey import make_codebook, read_study
    >>> number = {"kind": "numeric", "answers": {"range": [0, 9]}}
    >>> book = {"study": "panel", "title": "Panel", "population": "customers"}
    >>> book["variables"] = dict.fromkeys(["when", "loyalty"], number)
    >>> book["design"] = {"respondent": "who", "wave": "when"}
    >>> rows = pd.DataFrame({"who": [1, 1, 2], "when": [1, 2, 1], "loyalty": [4, 5, 3]})
    >>> across_waves(read_study(rows, make_codebook(book)))
         loyalty_1  loyalty_2
    who
    1          4.0        5.0
    2          3.0        NaN
    """
    book = study.codebook
    person, wave = person or book.design.respondent, wave or book.design.wave
    if not (person and wave):
        raise SurveyError(
            f"Study '{study.name}' does not say who answered when: declare `design: {{respondent: "
            "..., wave: ...}` in the codebook, or give person= and wave=."
        )
    if unknown := [n for n in (person, wave) if n not in book.variables]:
        raise SurveyError(f"No variables of study '{study.name}': {unknown}.")
    if names is None:
        names = [n for n in [*book.scales, *book.variables] if n not in (person, wave)]
        names = [n for n in names if study.has_answers(n)]
    table = study.rows([*names, person, wave])
    if table is None:
        raise SurveyError(f"Study '{study.name}' has no answers to all of {[*names]} at hand.")
    return _side_by_side(table.dropna(subset=[person, wave]), person, wave, names)


def _side_by_side(table: pd.DataFrame, person: str, wave: str, names) -> pd.DataFrame:
    whole = pd.to_numeric(table[wave], errors="coerce")
    if whole.isna().any() or (whole % 1 != 0).any():
        raise SurveyError(f"wave: {wave!r} holds values that are not whole numbers.")
    table = table.assign(**{wave: whole.astype(int)})
    twice = int(table.duplicated([person, wave]).sum())
    if twice:
        raise SurveyError(
            f"person: {twice} rows repeat a person in the same wave. Keep one row a person and "
            "wave."
        )
    wide = table.pivot(index=person, columns=wave, values=list(names))  # noqa: PD010
    wide = wide.sort_index(axis=1, level=1, sort_remaining=False)
    return wide.set_axis([f"{name}_{number}" for name, number in wide.columns], axis=1)
