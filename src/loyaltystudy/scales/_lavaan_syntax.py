"""The same model as text for R, so that anyone can check."""

import re

from loyaltystudy.errors import refuse
from loyaltystudy.scales._inputs import Scales
from loyaltystudy.scales._invariance import LEVELS

R_NAME = re.compile(r"^[A-Za-z][A-Za-z0-9_.]*$")


def lavaan_syntax(
    scales: Scales, *, by: str | None = None, level: str = "scalar", ordinal: bool = False
) -> str:
    """Write the factor model of ``scales`` for the R package lavaan.

    Parameters
    ----------
    scales : mapping of str to sequence of str
        Items of each scale.
    by : str, optional
        Column with the groups; ``level`` (configural, metric, scalar) then says what is equal.
    ordinal : bool
        As for `cfa`.

    Returns
    -------
    str
        R code that fits the model to a data frame ``answers`` of keyed items.

    Raises
    ------
    SurveyError
        If a name is not one that R reads, or the level is unknown.

    Examples
    --------
    >>> print(lavaan_syntax({"trust": ["t1", "t2", "t3"]}))
    model <- '
    trust =~ t1 + t2 + t3
    '
    fit <- lavaan::cfa(model, data = answers, std.lv = TRUE)
    """
    names = [*scales, *(item for items in scales.values() for item in items)]
    problems = [
        f"'{name}' is no name that R reads: use the letters a to z, digits, dots and underscores, "
        "with a letter first."
        for name in [*names, *([by] if by else [])]
        if not R_NAME.match(str(name))
    ]
    if level not in LEVELS:
        problems.append(f"level={level!r}: give one of {list(LEVELS)}.")
    refuse(problems, heading="lavaan_syntax")
    lines = [f"{scale} =~ {' + '.join(items)}" for scale, items in scales.items()]
    options = ["data = answers", "std.lv = TRUE"]
    if ordinal:
        options += ["ordered = TRUE"]
    if by:
        options += [f'group = "{by}"', "meanstructure = TRUE"]
        equal = ", ".join(f'"{part}"' for part in LEVELS[level])
        options += [f"group.equal = c({equal})"] if equal else []
    call = f"fit <- lavaan::cfa(model, {', '.join(options)})"
    return "\n".join(["model <- '", *lines, "'", call])
