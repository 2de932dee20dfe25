"""A plan: claims, rules, codings and exclusions, locked by hash before answers are read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path

import pandas as pd

from loyaltystudy.claims._register import register
from loyaltystudy.errors import refuse
from loyaltystudy.survey import Codebook, Scale, read_yaml, write_whole, yaml_text

CARELESS = ("keep", "leave out")
MOST_PRIMARY = 3
_ELSEWHERE = (
    "It speaks of one country: a part of it is tested only where the codebook has `country: {}`. "
    "Other answers can contradict the claim, and not support it."
)
_FACTS = ("study", "title", "kind", "population", "missing", "design", "blocks", "set_aside")


@dataclass(frozen=True)
class Plan:
    """What was decided before the data were seen.

    Attributes
    ----------
    study : str
    claims : dict
        Claim to the hash of its rule.
    careless : {"keep", "leave out"}
        What happens to respondents that :func:`loyaltystudy.screen` flags.
    respondents : int or None
        How many answers were planned.
    codings : dict
        Item, variable, scale or fact of the codebook to the hash of what was declared.
    lock : str
        Hash over all of the above.
    notes : dict
        Claim to what a test of it cannot settle in this study; follows from codebook and
        register, and is not locked.
    primary : tuple of str
        One to three claims that the study is for; their verdicts go by Holm among themselves
        (:func:`~loyaltystudy.claims.primary_verdicts`).
    """

    study: str
    claims: dict[str, str]
    careless: str = "keep"
    respondents: int | None = None
    codings: dict[str, str] = field(default_factory=dict)
    lock: str = ""
    notes: dict[str, str] = field(default_factory=dict)
    primary: tuple[str, ...] = ()

    def locked(self) -> Plan:
        """The plan with the lock that fits what it says now."""
        return replace(self, lock=self._digest())

    @property
    def intact(self) -> bool:
        """Whether nothing was changed since it was locked."""
        return self.lock == self._digest()

    def _digest(self) -> str:
        unlocked = ("lock", "notes", *(() if self.primary else ("primary",)))
        said = {key: value for key, value in asdict(self).items() if key not in unlocked}
        return _hash(said, 64)


def make_plan(
    codebook: Codebook,
    claims: Sequence[str] | None = None,
    *,
    careless: str = "keep",
    respondents: int | None = None,
    primary: Sequence[str] = (),
) -> Plan:
    """Lock what a study will test, and how.

    Parameters
    ----------
    codebook : Codebook
        Of the questionnaire that will be fielded.
    claims : sequence of str or None
        Names in :func:`loyaltystudy.list_claims`; None takes every claim about surveys that the
        codebook measures in full or by a stand-in. One that speaks of another country than the
        codebook's ``country`` gets a note: this study can contradict it, and not support it.
    careless : {"keep", "leave out"}
    respondents : int or None
    primary : sequence of str
        At most three of the claims: those that the study is for.

    Returns
    -------
    Plan

    Raises
    ------
    SurveyError
        Naming claims that are not in the register, and unknown options.

    Examples
    --------
    >>> from loyaltystudy.survey import load_codebook
    >>> from loyaltystudy.survey._shipped import data_folder
    >>> plan = make_plan(load_codebook(data_folder() / "mobile-ecsi"), ["would-miss"])
    >>> list(plan.claims), plan.intact
    (['would-miss'], True)
    """
    known = register()
    names = measured_claims(codebook) if claims is None else list(claims)
    problems = [f"claim {name!r} is not in the register." for name in names if name not in known]
    if careless not in CARELESS:
        problems.append(f"careless={careless!r} is not known. Take one of {[*CARELESS]}.")
    problems += _wrong_primary(primary, names)
    refuse(problems, heading="Plan")
    hashes = {name: known[name].rule_hash for name in names}
    notes = {
        name: _ELSEWHERE.format(known[name].country)
        for name in names
        if known[name].country not in ("", codebook.country)
    }
    facts = codings(codebook)
    made = Plan(codebook.study, hashes, careless, respondents, facts, "", notes, tuple(primary))
    return made.locked()


def _wrong_primary(primary: Sequence[str], claims: Sequence[str]) -> list[str]:
    problems = [
        f"primary claim {name!r} is not among the plan's claims."
        for name in primary
        if name not in claims
    ]
    if len(primary) > MOST_PRIMARY:
        problems.append(f"primary: {len(primary)} claims; name {MOST_PRIMARY} at most.")
    return problems


def measured_claims(codebook: Codebook) -> list[str]:
    """Claims all of whose needs the questionnaire asks, unless the codebook sets them aside.

    Records that may be joined do not count.
    """
    asks = partial(_asks, codebook)
    return [
        name
        for name, c in register().items()
        if c.takes == "study"
        and not c.untestable
        and name not in codebook.set_aside
        and all(any(asks(n) for n in need.split("|")) for need in c.needs)
    ]


def _asks(codebook: Codebook, construct: str) -> bool:
    entry = codebook.measures(construct)
    columns = [codebook.items[i] for i in entry.items] if isinstance(entry, Scale) else [entry]
    return entry is not None and (not codebook.pages or all(column.page for column in columns))


def codings(codebook: Codebook) -> dict[str, str]:
    """A hash for everything that decides what an answer means; wordings count too."""
    parts = {key: getattr(codebook, key) for key in _FACTS}
    parts |= {
        f"{kind}.{name}": entry
        for kind in ("items", "variables", "scales")
        for name, entry in getattr(codebook, kind).items()
    }
    return {key: _hash(value) for key, value in parts.items()}


def _hash(value, digits: int = 12) -> str:
    text = json.dumps(value, default=_plain, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:digits]


def _plain(value):
    if not hasattr(value, "__dataclass_fields__"):
        return str(value)
    plain = asdict(value)
    if "vignettes" in plain:  # what a variable is called changes no answer's meaning
        plain.pop("label")
    return plain


_HEAD = """\
# What this study will test, decided before the answers are seen.
#
# Change what you like while no answers are in: take claims out, set `respondents`, decide what
# happens to careless respondents (keep, or "leave out"). Then lock it again:
#
#     loyaltystudy plan {file} --codebook codebook.yaml
#
# and register the line `lock` where others can see when you did so (OSF, AsPredicted, a signed
# e-mail). The lock shows that the plan was not changed; only a registry shows when it was made.
"""


def write_plan(plan: Plan, path) -> Path:
    """Write a plan as YAML, with the rules in words beside their hashes."""
    path = Path(path)
    known = register()
    said = asdict(plan)
    said["claims"] = {
        name: {"rule_hash": digest, "rule": known[name].rule if name in known else ""}
        | ({"note": plan.notes[name]} if name in plan.notes else {})
        for name, digest in plan.claims.items()
    }
    said["exclusions"] = {"careless": said.pop("careless")}
    said["primary"] = list(plan.primary)
    order = ("study", "respondents", "exclusions", "primary", "claims", "codings", "lock")
    body = {key: said[key] for key in order if key != "primary" or plan.primary}
    return write_whole(path, _HEAD.format(file=path.name) + "\n" + yaml_text(body))


def read_plan(path) -> Plan:
    """Read a plan that :func:`write_plan` wrote, as it was or edited.

    Raises
    ------
    SurveyError
        With everything that is not as a plan has it.
    """
    raw, name = read_yaml(path), Path(path).name
    allowed = {"study", "respondents", "exclusions", "primary", "claims", "codings", "lock"}
    problems = [f"the key {key!r} is not known; remove it." for key in raw if key not in allowed]
    claims = raw.get("claims") or {}
    if not isinstance(claims, dict) or not all(isinstance(c, dict) for c in claims.values()):
        problems.append("`claims`: expected each claim's name with its `rule_hash`.")
        claims = {}
    exclusions = raw.get("exclusions") or {"careless": "keep"}
    careless = exclusions.get("careless") if isinstance(exclusions, dict) else None
    if careless not in CARELESS:
        problems.append(f"`exclusions: careless:` must be one of {[*CARELESS]}.")
    respondents = raw.get("respondents")
    if respondents is not None and (not isinstance(respondents, int) or respondents < 1):
        problems.append(f"`respondents`: {str(respondents)[:40]!r} is not a whole number above 0.")
    primary = raw.get("primary") or []
    if not isinstance(primary, list):
        problems.append("`primary`: expected a list of claims.")
    else:
        problems += _wrong_primary(primary, list(claims))
    listed = raw.get("codings") or {}
    if not isinstance(listed, dict):
        problems.append("`codings`: expected names with hashes.")
    refuse(problems, heading=name)
    return Plan(
        str(raw.get("study", "")),
        {str(c): str(entry.get("rule_hash", "")) for c, entry in claims.items()},
        careless,
        respondents,
        {str(key): str(digest) for key, digest in listed.items()},
        str(raw.get("lock", "")),
        {str(c): str(entry["note"]) for c, entry in claims.items() if "note" in entry},
        tuple(map(str, primary)),
    )


def deviations(
    plan: Plan, codebook: Codebook, *, claims: pd.DataFrame | None = None, n: int | None = None
) -> pd.DataFrame:
    """Where a study departs from its plan.

    Parameters
    ----------
    plan : Plan
    codebook : Codebook
        That the answers were read with.
    claims : DataFrame, optional
        From :func:`loyaltystudy.check_claims`: tells planned claims that were not measured; one
        whose note announced that a part of it would not be is none of them.
    n : int, optional
        Respondents.

    Returns
    -------
    DataFrame
        ``deviation`` (``lock``, ``rule``, ``claim_unknown``, ``coding_changed``,
        ``coding_added``, ``coding_gone``, ``study``, ``not_measured``, ``fewer``), ``what``,
        ``planned``, ``found``; no rows where everything is as planned.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from loyaltystudy.survey import load_codebook
    >>> from loyaltystudy.survey._shipped import data_folder
    >>> book = load_codebook(data_folder() / "mobile-ecsi")
    >>> plan = make_plan(book, ["would-miss"], respondents=300)
    >>> deviations(plan, book, n=250)
      deviation         what planned found
    0     fewer  respondents     300   250
    """
    rows = []
    if not plan.intact:
        rows.append(("lock", "plan", plan.lock[:12] or "none", plan.locked().lock[:12]))
    if plan.study != codebook.study:
        rows.append(("study", "study", plan.study, codebook.study))
    known = register()
    for name, digest in plan.claims.items():
        if name not in known:
            rows.append(("claim_unknown", name, digest, ""))
        elif known[name].rule_hash != digest:
            rows.append(("rule", name, digest, known[name].rule_hash))
    now = codings(codebook)
    for key in [key for key in {**plan.codings, **now} if plan.codings.get(key) != now.get(key)]:
        planned, found = plan.codings.get(key, ""), now.get(key, "")
        kind = (
            "coding_changed" if planned and found else "coding_gone" if planned else "coding_added"
        )
        rows.append((kind, key, planned, found))
    if claims is not None:
        announced = claims["claim"].isin(plan.notes) & (claims["measured"] != "none")
        verdicts = claims[~announced].set_index("claim")["verdict"]
        rows += [
            ("not_measured", name, "tested", "not measured")
            for name in plan.claims
            if verdicts.get(name) == "not measured"
        ]
    if n is not None and plan.respondents and n < plan.respondents:
        rows.append(("fewer", "respondents", str(plan.respondents), str(n)))
    return pd.DataFrame(rows, columns=["deviation", "what", "planned", "found"])
