"""A study put to the claims."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from loyaltystudy.claims._register import Claim, register
from loyaltystudy.claims._rules import (
    CONTRADICTED,
    INCONCLUSIVE,
    NOT_MEASURED,
    UNTESTABLE,
    Evidence,
    combine,
)
from loyaltystudy.errors import SurveyError
from loyaltystudy.survey import BaseStudy, Study

COLUMNS = (
    "claim",
    "study",
    "kind",
    "population",
    "measured",
    "design",
    "n",
    "estimate",
    "low",
    "high",
    "p_holm",
    "verdict",
    "why",
    "rule_hash",
)
SET_ASIDE = "set aside: "
ONE_WAY = "worded one way, so that a habit of agreeing may pass for an association"


def check_claims(study, claims: Sequence[str] | None = None, *, seed: int = 0):
    """Put a study to the claims.

    Parameters
    ----------
    study : Study or Panel
        A panel of purchases is put to the claims about purchases; one with times also to the
        others, by what it tells of each customer (:func:`~loyaltystudy.purchases.purchase_study`,
        which also brings answers and purchases of the same people together).
    claims : sequence of str or None
        Names in :func:`list_claims`; None takes all.
    seed : int
        For permutations and folds.

    Returns
    -------
    DataFrame
        A row a claim: ``claim, study, kind`` (real or simulated), ``population, measured``
        (``full``; ``proxy``: by a stand-in that the codebook names; ``part``: some constructs
        are not measured; ``none``), ``design, n, estimate, low, high`` (of the part that
        decides, 95 %), ``p_holm`` (Holm over the source text's claims in this study; decides
        nothing), ``verdict, why, rule_hash``.

    Raises
    ------
    SurveyError
        Naming claims that are not in the register, asked for or set aside.

    Notes
    -----
    A claim that the codebook sets aside (``set_aside``) is not put to the study: its row says
    ``none``, ``not measured`` and the codebook's reason. The rules stand in
    :mod:`loyaltystudy.claims._rules`. A row is the same whether its claim is asked for alone or
    with all others.

    Examples
    --------
    >>> import loyaltystudy as ls
    >>> study = ls.load_study("mobile-reputation", source="shipped")
    >>> row = ls.check_claims(study, ["would-miss"]).iloc[0]
    >>> row["measured"], int(row["n"])
    ('full', 344)
    """
    known = register()
    asked = list(known) if claims is None else [claims] if isinstance(claims, str) else list(claims)
    unknown = [name for name in asked if name not in known]
    if unknown:
        raise SurveyError(f"Not in the register: {unknown}. Claims: {[*known]}.")
    aside = _set_aside(study)
    if strangers := [name for name in aside if name not in known]:
        raise SurveyError(f"set_aside: not in the register: {strangers}. Claims: {[*known]}.")
    sources = {known[name].source for name in asked}
    # Holm needs every claim of a source, whichever are asked for
    records = _records(study)
    rows = [
        _row(records if c.takes == "study" else study, c, seed)
        for c in known.values()
        if c.source in sources
    ]
    table = pd.DataFrame(rows)
    table["p_holm"] = table.groupby("source")["p"].transform(_holm)
    table = table.set_index("claim", drop=False).loc[asked].reset_index(drop=True)
    return table[list(COLUMNS)]


def _records(data):
    """What claims about customers are put to: a panel with times tells of each of them."""
    if isinstance(data, BaseStudy):
        return data.in_memory()
    if not data.timed:
        return data
    from loyaltystudy.purchases import purchase_study

    try:
        return purchase_study(data)
    except SurveyError:  # no second period, say: the claims about purchases stand all the same
        return data


def _row(study, c: Claim, seed: int) -> dict:
    parts = _evidence(study, c, seed)
    verdicts = [rule.judge(part) for rule, part in zip(c.rules, parts, strict=True)]
    measured = how_measured(study, c, parts)
    verdict = UNTESTABLE if c.untestable else combine(verdicts)
    if measured in ("part", "none") and verdict not in (CONTRADICTED, UNTESTABLE):
        verdict = NOT_MEASURED
    decides = _deciding(parts, verdicts)
    about = study.codebook if isinstance(study, Study) else study.spec
    tested = [part.p for part in parts if not np.isnan(part.p)]
    return {
        "claim": c.name,
        "source": c.source,
        "study": study.name,
        "kind": "simulated" if about.population == "simulated" else "real",
        "population": about.population,
        "measured": measured,
        "design": c.design,
        "n": max((part.n for part in parts), default=0),
        "estimate": decides.estimate,
        "low": decides.low,
        "high": decides.high,
        "p": max(tested) if tested else np.nan,  # all parts must hold
        "verdict": verdict,
        "why": _why(study, c, parts, verdicts),
        "rule_hash": c.rule_hash,
    }


def _evidence(study, c: Claim, seed: int) -> tuple[Evidence, ...]:
    """The claim's parts; all unmeasured where it asks for another kind of data."""
    takes = "study" if isinstance(study, Study) else "panel"
    if reason := _set_aside(study).get(c.name):
        return tuple(Evidence("set aside", missing=(reason,)) for _ in c.rules)
    if c.takes == takes:
        try:
            return tuple(c.test(study, seed))
        except SurveyError as error:  # too few rows for its columns, say: told, and no other stops
            told = (str(error).splitlines()[0],)
            return tuple(Evidence("could not be computed", missing=told) for _ in c.rules)
    wanted = "a purchase panel" if c.takes == "panel" else "a survey"
    return tuple(Evidence("put to " + wanted, missing=(wanted,)) for _ in c.rules)


def _set_aside(study) -> dict[str, str]:
    """Claims that the codebook of a survey says are not judged here, and why."""
    return study.codebook.set_aside if isinstance(study, Study) else {}


def how_measured(study, c: Claim, parts: Sequence[Evidence]) -> str:
    """``full``, ``proxy``, ``part`` or, where no part of the claim has a figure, ``none``."""
    if all(part.missing for part in parts):
        return "none"
    if not isinstance(study, Study):
        if any(part.short_of for part in parts):
            return "part"
        return "proxy" if set(c.needs) & set(study.spec.stands_in_for) else "full"
    found = [_one_measured(study, need) for need in c.needs]
    if None in found:
        return "part"
    return "proxy" if "proxy" in found else "full"


def _one_measured(study: Study, need: str) -> str | None:
    how = []
    for construct in need.split("|"):
        entry = study.measures(construct)
        if entry is not None:
            how.append("proxy" if construct in entry.stands_in_for else "full")
    return min(how) if how else None


def _deciding(parts: Sequence[Evidence], verdicts: list[str]) -> Evidence:
    """The part whose figures the row shows: what contradicts, else what is open, else the first."""
    for verdict in (CONTRADICTED, INCONCLUSIVE):
        if verdict in verdicts:
            return parts[verdicts.index(verdict)]
    measured = [part for part in parts if not part.missing]
    return measured[0] if measured else Evidence("nothing measured")


def _why(study, c: Claim, parts: Sequence[Evidence], verdicts: list[str]) -> str:
    said = [
        f"{part} ({verdict})" if not part.missing else str(part)
        for part, verdict in zip(parts, verdicts, strict=True)
    ]
    if c.untestable:
        return c.untestable
    if reason := _set_aside(study).get(c.name):
        return f"{SET_ASIDE}{reason}"
    if not isinstance(study, Study):
        proxies = study.spec.stands_in_for
        said += [f"{n} by proxy: {proxies[n]}" for n in c.needs if n in proxies]
        return "; ".join(said)
    absent = [n.replace("|", " or ") for n in c.needs if _one_measured(study, n) is None]
    if absent and all(part.missing for part in parts):
        return f"not measured here: {', '.join(absent)}"
    if absent:
        said.append(f"not measured here: {', '.join(absent)}")
    for need in c.needs:
        for construct in need.split("|"):
            entry = study.measures(construct)
            if entry is not None and construct in entry.stands_in_for:
                said.append(f"{construct} by proxy: {entry.stands_in_for[construct]}")
    if alike := worded_one_way(study, c):
        said.append(f"{ONE_WAY}: {', '.join(alike)}")
    return "; ".join(said)


def worded_one_way(study: Study, c: Claim) -> list[str]:
    """Constructs whose common wording lets a habit of agreeing pass for an association.

    A scale's tilt is the share of its questions worded one way minus that worded the other. A
    habit of agreeing adds to the covariance of two scales in proportion to the product of their
    tilts; here, .5 or more counts (one scale all one way, the other three in four). It can only
    help a claim that says that scales go together.
    """
    if not any(rule.kind == "effect" and rule.direction > 0 for rule in c.rules):
        return []
    tilts = {}
    for construct in (name for need in c.needs for name in need.split("|")):
        items = getattr(study.measures(construct), "items", ())
        signs = [-1 if study.codebook.items[i].reversed else 1 for i in items]
        tilts[construct] = abs(sum(signs)) / len(signs) if signs else 0.0
    first, second = sorted([*tilts.values(), 0.0, 0.0])[:-3:-1]
    return [name for name, tilt in tilts.items() if tilt >= 0.5] if first * second >= 0.5 else []


def _holm(p: pd.Series) -> pd.Series:
    from statsmodels.stats.multitest import multipletests

    adjusted = pd.Series(np.nan, index=p.index)
    tested = p.dropna()
    if len(tested):
        adjusted[tested.index] = multipletests(tested, method="holm")[1]
    return adjusted
