"""A study put to the claims."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from loyaltystudy.claims._any_question import any_question
from loyaltystudy.claims._many_claims import holm_adjusted, with_primary
from loyaltystudy.claims._register import SOURCES, Claim, find_claims, names_of, register
from loyaltystudy.claims._rules import (
    CONTRADICTED,
    INCONCLUSIVE,
    NOT_MEASURED,
    NOT_ROBUST,
    UNTESTABLE,
    Evidence,
    combine,
)
from loyaltystudy.claims._shared_method import spill_needed, tipping_point
from loyaltystudy.claims._verdicts import Verdicts
from loyaltystudy.errors import SurveyError, did_you_mean
from loyaltystudy.survey import BaseStudy, Study, check_one_wave

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
    "p",
    "p_holm",
    "verdict",
    "robust",
    "c_used",
    "spill_needed",
    "rule_version",
    "smallest_group",
    "why",
    "rule_hash",
)
SET_ASIDE = "set aside: "
ONE_WAY = "worded one way, so that a habit of agreeing may pass for an association"
FEW_PEOPLE = "withheld: it rests on fewer than ten people"


def check_claims(
    study, claims: Sequence[str] | None = None, *, primary: Sequence[str] = (), seed: int = 0
):
    """Ask a study of every claim: supported, contradicted, or left open?

    Parameters
    ----------
    study : Study, Panel or PublishedMoments
        A panel of purchases is put to the claims about purchases; one with times also to the
        others, by what it says of each customer (:func:`~loyaltystudy.purchases.purchase_study`,
        which also joins answers and purchases of the same people). A table seen in print
        (:func:`~loyaltystudy.load_published`) is put to claims about associations, with the alphas
        and numbers of questions that are printed.
    claims : sequence of str or None
        Names in :func:`list_claims`; None takes all.
    primary : sequence of str
        The one to three claims that a plan names primary, which go by Holm among themselves:
        two more columns, ``verdict_primary`` and ``p_primary``.
    seed : int
        For bootstrap draws.

    Returns
    -------
    DataFrame
        A notebook shows judged claims first and folds the others into one line. A row a
        claim: ``claim, study, kind`` (real or simulated), ``population, measured``
        (``full``; ``proxy``: by a stand-in that the codebook or the claim names; ``part``: some
        constructs are not measured; ``none``), ``design, n, estimate, low, high`` (of the part
        that decides, 95 %), ``p`` (two-sided, of the bound that its interval must clear; the
        largest over the parts), ``p_holm`` (Holm over the source text's claims in this study;
        decides nothing), ``verdict``; ``robust`` (the tipping point: the smallest share of shared
        method at which the part that decides is no longer supported), ``c_used`` (the share that
        the verdict was made with), ``spill_needed`` (the share of the method that markers must
        catch for it to hold; only with markers), ``rule_version``, ``smallest_group`` (people in
        the smallest group behind the row), ``why, rule_hash``.

    Raises
    ------
    SurveyError
        Naming claims that are not in the register, asked for or set aside.

    Notes
    -----
    A claim that the codebook sets aside (``set_aside``) is not put to the study: its row says
    ``none``, ``not measured`` and the codebook's reason. Nothing that rests on fewer than ten
    people is shown: ``smallest_group`` says so, figures and verdict are withheld. A row is the
    same whether its claim is asked for alone or with all others.

    Examples
    --------
    >>> import loyaltystudy as ls
    >>> study = ls.load_study("mobile-reputation", source="shipped")
    >>> row = ls.check_claims(study, ["would-miss"]).iloc[0]
    >>> row["measured"], int(row["n"])
    ('full', 344)
    """
    study = study.as_study() if hasattr(study, "as_study") else study
    if isinstance(study, BaseStudy):
        check_one_wave(study.codebook, "check_claims")
    names = [name for source in SOURCES for name in names_of(source)]
    asked = names if claims is None else [claims] if isinstance(claims, str) else list(claims)
    for what, given in (
        ("", asked),
        ("set_aside: ", _set_aside(study)),
        ("primary: ", primary),
    ):
        if unknown := [name for name in given if name not in names]:
            raise SurveyError(
                f"{what}{'N' if not what else 'n'}ot in the register: {unknown}."
                f"{did_you_mean(unknown, names)} Claims: {names}."
            )
    known = register() if claims is None else find_claims(asked)
    # Holm needs every claim of a source, whichever are asked for
    sources = {known[name].source for name in asked}
    records = _records(study)
    rows = [
        _row(records if c.takes == "study" else study, c, seed)
        for c in known.values()
        if c.source in sources
    ]
    table = pd.DataFrame(rows)
    table["p_holm"] = table.groupby("source")["p"].transform(holm_adjusted)
    table = table.set_index("claim", drop=False).loc[asked].reset_index(drop=True)
    shown = table[list(COLUMNS)]
    return Verdicts(with_primary(shown, primary) if primary else shown)


def verdict_map(study, claims: Sequence[str] | None = None, *, seed: int = 0, factors=None):
    """The verdicts over bounds from half to twice each claim's own.

    Returns
    -------
    DataFrame
        ``claim, factor, verdict``: every bound of the claim multiplied by the factor; only
        claims that the study can judge. Bounds of zero stay.

    Examples
    --------
    >>> import loyaltystudy as ls
    >>> study = ls.load_study("nordic-simulated")
    >>> verdict_map(study, ["little-value"])["factor"].tolist()
    [0.5, 0.7, 1.0, 1.4, 2.0]
    """
    factors = (0.5, 0.7, 1.0, 1.4, 2.0) if factors is None else factors
    known, rows = register() if claims is None else find_claims(claims), []
    records = _records(study)
    for name, c in known.items():
        if (claims is not None and name not in claims) or c.untestable:
            continue
        data = records if c.takes == "study" else study
        parts = _evidence(data, c, seed)
        own = _verdict(data, c, parts, [r.judge(e) for r, e in zip(c.rules, parts, strict=True)])
        if own == NOT_MEASURED:
            continue
        for factor in factors:
            moved = [r.at(factor).judge(e) for r, e in zip(c.rules, parts, strict=True)]
            rows.append((name, factor, _verdict(data, c, parts, moved)))
    return pd.DataFrame(rows, columns=["claim", "factor", "verdict"])


def _records(data):
    """What claims about customers are put to: a panel with times says something of each of them."""
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
    verdict = _verdict(study, c, parts, verdicts)
    place = _deciding(parts, verdicts)
    decides = parts[place] if parts else Evidence("nothing measured")
    about = study.codebook if isinstance(study, Study) else study.spec
    return {
        "claim": c.name,
        "source": c.source,
        "study": study.name,
        "kind": "simulated" if about.population == "simulated" else "real",
        "population": about.population,
        "measured": how_measured(study, c, parts),
        "design": c.design,
        "n": max((part.n for part in parts), default=0),
        "verdict": verdict,
        "p": _p(c, parts, verdict),
        "rule_version": c.version,
        "smallest_group": min((e.smallest for e in parts if e.smallest is not None), default=pd.NA),
        "why": _why(study, c, parts, verdicts, seed),
        "rule_hash": c.rule_hash,
        **_figures(decides),
        **_method(c.rules[place] if parts else None, decides),
    }


def _verdict(study, c: Claim, parts: Sequence[Evidence], verdicts: list[str]) -> str:
    if c.untestable:
        return UNTESTABLE
    verdict = combine(verdicts)
    if how_measured(study, c, parts) in ("part", "none") and verdict != CONTRADICTED:
        return NOT_MEASURED
    return verdict


def _figures(decides: Evidence) -> dict:
    """The figures of a row; none that rest on fewer than ten people."""
    hidden = decides.too_few or bool(decides.missing)
    ends = (np.nan,) * 3 if hidden else (decides.estimate, decides.low, decides.high)
    return dict(zip(("estimate", "low", "high"), ends, strict=True))


def _method(rule, decides: Evidence) -> dict:
    """How much shared method a row's deciding part stands."""
    if rule is None or decides.sweep is None or decides.missing or decides.too_few:
        return {"robust": np.nan, "c_used": np.nan, "spill_needed": np.nan}
    if rule.kind not in ("effect", "side"):
        return {"robust": np.nan, "c_used": decides.c_used, "spill_needed": np.nan}
    tips = tipping_point(decides.sweep, bound=rule.bound, direction=rule.direction)
    needed = spill_needed(decides.c_least, tips) if decides.marked else np.nan
    return {"robust": tips, "c_used": decides.c_used, "spill_needed": needed}


def _p(c: Claim, parts: Sequence[Evidence], verdict: str) -> float:
    """The largest p over the parts that were judged: all of them must hold."""
    if verdict in (UNTESTABLE, NOT_MEASURED):
        return np.nan
    return float(np.nanmax([rule.p(part) for rule, part in zip(c.rules, parts, strict=True)]))


def _evidence(study, c: Claim, seed: int) -> tuple[Evidence, ...]:
    """The claim's parts; all unmeasured where it asks for another kind of data."""
    takes = "study" if isinstance(study, Study) else "panel"
    if reason := _set_aside(study).get(c.name):
        return tuple(Evidence("set aside", missing=(reason,)) for _ in c.parts)
    if c.takes != takes:
        wanted = "a purchase panel" if c.takes == "panel" else "a survey"
        return tuple(Evidence("put to " + wanted, missing=(wanted,)) for _ in c.parts)
    try:
        found = c.test(study, seed)
    except SurveyError as error:  # too few rows for its columns, say: said, and no other stops
        reason = (str(error).splitlines()[0],)
        return tuple(Evidence("could not be computed", missing=reason) for _ in c.parts)
    except np.linalg.LinAlgError:  # one question repeats another, say
        reason = ("answers that tell the questions apart",)
        return tuple(Evidence("could not be computed", missing=reason) for _ in c.parts)
    return tuple(
        _elsewhere(study, c, part, rule) for part, rule in zip(found, c.rules, strict=True)
    )


def _elsewhere(study, c: Claim, part: Evidence, rule) -> Evidence:
    """The figure of a claim on one country is described, not judged, in samples from others."""
    if not c.country or rule.kind != "figure" or part.missing:
        return part
    if study.codebook.country == c.country:
        return part
    return part.but(
        what=f"{part.what}, here {part.estimate:.1f}", missing=(f"a sample of {c.country}",)
    )


def figures_of(data, c: Claim, *, seed: int = 0) -> tuple[Evidence, ...]:
    """The figures of a claim's parts on a study or panel, as its verdict is made of them."""
    return _evidence(_records(data) if c.takes == "study" else data, c, seed)


def _set_aside(study) -> dict[str, str]:
    """Claims that the codebook or the panel's specification says are not judged here, and why."""
    return (study.codebook if isinstance(study, BaseStudy) else study.spec).set_aside


def how_measured(study, c: Claim, parts: Sequence[Evidence]) -> str:
    """``full``, ``proxy``, ``part`` or, where no part of the claim has a figure, ``none``."""
    if all(part.missing for part in parts):
        return "none"
    if any(part.short_of for part in parts):
        return "part"
    if not isinstance(study, Study):
        return "proxy" if set(c.needs) & set(study.spec.stands_in_for) else "full"
    found = [_one_measured(study, c, need) for need in c.needs]
    if None in found:
        return "part"
    return "proxy" if "proxy" in found else "full"


def _one_measured(study: Study, c: Claim, need: str) -> str | None:
    """How the first of a need's constructs that a study measures is measured."""
    for construct in need.split("|"):
        entry = study.measures(construct)
        if entry is not None:
            stands_in = construct in entry.stands_in_for or construct in c.proxies
            return "proxy" if stands_in else "full"
    return None


def _deciding(parts: Sequence[Evidence], verdicts: list[str]) -> int:
    """The part whose figures the row shows: what contradicts, else what is open, else the first."""
    for verdict in (CONTRADICTED, INCONCLUSIVE, NOT_ROBUST):
        if verdict in verdicts:
            return verdicts.index(verdict)
    return next((i for i, part in enumerate(parts) if not part.missing), 0)


def _why(study, c: Claim, parts: Sequence[Evidence], verdicts: list[str], seed: int) -> str:
    if c.untestable:
        return c.untestable
    if reason := _set_aside(study).get(c.name):
        return f"{SET_ASIDE}{reason}"
    if any(part.too_few for part in parts):
        return FEW_PEOPLE
    said = [_said(part, verdict) for part, verdict in zip(parts, verdicts, strict=True)]
    if not isinstance(study, Study):
        proxies = study.spec.stands_in_for
        return "; ".join([*said, *(f"{n} by proxy: {proxies[n]}" for n in c.needs if n in proxies)])
    absent = [n.replace("|", " or ") for n in c.needs if _one_measured(study, c, n) is None]
    if absent and all(part.missing for part in parts):
        return f"not measured here: {', '.join(absent)}"
    said += [
        f"beside it, {e}"
        for e in (p.evidence(study, seed) for p in c.shown)
        if not e.missing and not e.too_few
    ]
    said += [
        any_question(study, p.args[0], p.options["on"])
        for p in c.parts
        if p.statistic.__name__ == "coefficient"
    ]
    said += [f"not measured here: {', '.join(absent)}"] if absent else []
    said += _proxies(study, c)
    if alike := worded_one_way(study, c):
        said.append(f"{ONE_WAY}: {', '.join(alike)}")
    return "; ".join(line for line in said if line)


def _said(part: Evidence, verdict: str) -> str:
    if part.missing:
        return str(part)
    method = ""
    if part.c_used > 0:
        low, high = part.least
        by = "by markers" if part.marked else "no markers"
        method = f" at method shares {part.c_least:.2f} to {part.c_used:.2f}, {by}"
        method += f" (at the least {low:.3f} to {high:.3f})"
    return f"{part}{method} ({verdict})"


def _proxies(study: Study, c: Claim) -> list[str]:
    said = []
    for need in c.needs:
        for construct in need.split("|"):
            entry = study.measures(construct)
            if entry is None:
                continue
            reason = entry.stands_in_for.get(construct) or c.proxies.get(construct)
            if reason:
                said.append(f"{construct} by proxy: {reason}")
            break
    return said


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
