"""From proposals for columns to the entries of a codebook, with a comment for each."""

import re
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from loyaltystudy.survey._checks import identifiers, is_blank
from loyaltystudy.survey._draft.batteries import Battery
from loyaltystudy.survey._draft.columns import Draft
from loyaltystudy.survey._draft.words import is_respondent_name, is_weight_name
from loyaltystudy.survey._schema import UNDECIDED

LONGEST_NAME = 36
PLAIN = re.compile(r"[^\W\d][\w.]{0,39}")
MOST_BESIDE, MOST_CODES, LEAST_ANSWERED = 12, 8, 0.8  # of variables proposed for a block
LEAST_ITEMS, LEAST_JOINT = 0.75, 0.5  # of a scale for a score; of rows, with one block more
MOST_BLOCKS = 12  # compared within seconds
MOST_GROUPS = 30  # numbers that repeat, of categories
NUMBERS = 0.9  # at least so many different values among the answers number respondents


@dataclass
class DraftedCodebook:
    """A codebook as plain data; ``comments`` by section and name; ``left_out`` by column."""

    raw: dict
    comments: dict[tuple[str, str], str] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    weights: list[str] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)  # name to column

    def column_of(self, name: str) -> str | None:
        if name in self.columns:
            return self.columns[name]
        return name if name in self.columns.values() else None


def drafted_codebook(
    drafts: list[Draft], batteries: list[Battery], frame: pd.DataFrame, stem: str, language
) -> DraftedCodebook:
    """Items, scales, variables, blocks and design, in the order of the file."""
    respondent = _respondent(drafts, frame)
    _leave_out_numbers(drafts, respondent)
    used = [d for d in drafts if not d.why and d.column != respondent]
    names = _names(used, {battery.name for battery in batteries})
    plan = DraftedCodebook({}, columns={name: column for column, name in names.items()})
    plan.left_out = {d.column: d.why for d in drafts if d.why and d.column != respondent}
    in_scale = {d.column: battery for battery in batteries for d in battery.items}
    for battery in batteries:
        _share_range(battery)
    sets = _answer_sets([d for d in used if d.kind != "text"])
    items, variables = {}, {}
    for draft in used:
        name, battery = names[draft.column], in_scale.get(draft.column)
        entry = _entry(draft, name, battery, sets, language)
        section = "variables" if battery is None else "items"
        (variables if battery is None else items)[name] = entry
        plan.comments[section, name] = _comment(draft, battery)
    scales = {battery.name: _scale(battery, names) for battery in batteries}
    plan.weights = [names[d.column] for d in used if _may_be_weight(d)]
    plan.raw = _top(stem, language) | {
        "answers": {name: _answers(draft, language) for name, draft in sets.named.items()},
        "items": items,
        "scales": scales,
        "variables": variables,
        "blocks": _blocks(batteries, used, names, plan.weights),
        "design": {"respondent": respondent} if respondent else {},
    }
    plan.raw = {key: value for key, value in plan.raw.items() if value not in ({}, [])}
    return plan


def _top(stem: str, language: str | None) -> dict:
    study = re.sub(r"\W+", "-", stem).strip("-_")[:60] or "study"
    languages = {"languages": [language]} if language else {}
    return {"study": study, "title": stem, "population": "public", **languages}


def _respondent(drafts: list[Draft], frame: pd.DataFrame) -> str | None:
    """The first column that is called like a number of respondents and differs in every row."""
    once = set(frame.columns[~frame.columns.duplicated(keep=False)])
    for draft in drafts:
        if draft.column in once and is_respondent_name(draft.column):
            ids = identifiers(frame[draft.column])
            if not is_blank(ids).any() and not ids.duplicated().any():
                return draft.column
    return None


def _leave_out_numbers(drafts: list[Draft], respondent: str | None) -> None:
    """Columns that number respondents or places explain nothing, whether they repeat or not."""
    for draft in drafts:
        if draft.why or draft.column == respondent or not is_respondent_name(draft.column):
            continue
        known = np.array([]) if draft.cells is None else draft.cells[~np.isnan(draft.cells)]
        different = len(np.unique(known))
        if different > NUMBERS * len(known):
            also = "as another column does" if respondent else "though not all are there once"
            draft.why = f"numbers the respondents, {also}"
        elif different > MOST_GROUPS:
            draft.why = "numbers that repeat: respondents of several waves, or a design: cluster?"


def _names(drafts: list[Draft], taken: set[str]) -> dict[str, str]:
    """Column to a short name: its own where it is one, else its code or what can be made of it."""
    own = {d.column for d in drafts if PLAIN.fullmatch(d.column)} - taken
    names, given = {}, {*taken, *own}
    for number, draft in enumerate(drafts, 1):
        if draft.column in own:
            names[draft.column] = draft.column
            continue
        inner = draft.called.rsplit("/", 1)[-1]
        words = _cut(re.sub(r"\W+", "_", inner).strip("_."))
        name = words if PLAIN.fullmatch(words) else _cut(f"q{number}_{words}")
        while name in given:
            name = f"{name[:32]}_{number}"
        given.add(name)
        names[draft.column] = name
    return names


def _cut(words: str) -> str:
    """The first whole words of a long name."""
    if len(words) <= LONGEST_NAME:
        return words
    return words[: LONGEST_NAME + 1].rpartition("_")[0].strip("_.") or words[:LONGEST_NAME]


def _share_range(battery: Battery) -> None:
    """One range for the items of a scale: a mean needs one."""
    low, high = (
        pick(getattr(d, end) for d in battery.items) for pick, end in ((min, "low"), (max, "high"))
    )
    for draft in battery.items:
        if (draft.low, draft.high) != (low, high):
            draft.range = (low, high)


@dataclass
class Sets:
    """Answers that several columns have, by name."""

    named: dict[str, Draft] = field(default_factory=dict)
    by_key: dict[tuple, str] = field(default_factory=dict)


def _answer_sets(drafts: list[Draft]) -> Sets:
    seen: dict[tuple, list[Draft]] = {}
    for draft in drafts:
        seen.setdefault(_set_key(draft), []).append(draft)
    sets = Sets()
    for key, members in seen.items():
        first = members[0]
        if len(members) < 2 or not (first.codes or first.missing or first.recode):
            continue
        stem = f"{first.low:g}_to_{first.high:g}"
        name, number = stem, 2
        while name in sets.named:
            name, number = f"{stem}_{number}", number + 1
        sets.named[name] = first
        sets.by_key[key] = name
    return sets


def _set_key(draft: Draft) -> tuple:
    codes, recode = tuple(draft.codes.items()), tuple(sorted(_recode(draft).items()))
    return draft.range, draft.whole, codes, tuple(_missing(draft)), recode


def _missing(draft: Draft) -> list[float]:
    """Missing codes that are no answers by the range; the others are recoded to missing."""
    return [_int(c) for c in sorted(draft.missing) if not _within(draft, c)]


def _within(draft: Draft, code: float) -> bool:
    return draft.range is not None and draft.range[0] <= code <= draft.range[1]


def _recode(draft: Draft) -> dict[str, None]:
    return {**draft.recode, **{f"{c:g}": None for c in draft.missing if _within(draft, c)}}


def _answers(draft: Draft, language: str | None) -> dict:
    entry: dict = {}
    if draft.range:
        entry["range"] = [_int(end) for end in draft.range]
        if not draft.whole:
            entry["whole"] = False
    if draft.codes:
        entry["codes"] = {_int(c): _worded(label, language) for c, label in draft.codes.items()}
    if _missing(draft):
        entry["missing"] = _missing(draft)
    if _recode(draft):
        entry["recode"] = _recode(draft)
    return entry


def _worded(text: str, language: str | None):
    return {language: text} if language else text


def _int(number: float):
    return int(number) if float(number).is_integer() else float(number)


def _entry(draft: Draft, name: str, battery: Battery | None, sets: Sets, language) -> dict:
    entry: dict = {} if battery else {"kind": draft.kind}
    if draft.column != name:
        entry["column"] = draft.column
    if draft.wording:
        entry["wording"] = _worded(draft.wording, language)
    if draft.kind != "text":
        answers = _answers(draft, language)
        shared = sets.by_key.get(_set_key(draft))
        own = {key: answers.pop(key) for key in ("missing", "recode") if key in answers}
        entry |= {"answers": shared} if shared else {"answers": answers, **own}
    if battery and draft.column in battery.turned:
        entry["reversed"] = True
    if not battery and draft.kind != "text":
        entry["construct"] = UNDECIDED
    return entry


def _comment(draft: Draft, battery: Battery | None) -> str:
    said = list(draft.notes)
    said += [f"missing {code:g}: {reason}" for code, reason in draft.missing.items()]
    said += [f"{len(draft.recode)} words for no answer"] if draft.recode else []
    if battery and draft.column in battery.turned:
        mean = battery.turned[draft.column]
        said.append(f"reversed? mean correlation with the others {mean:.2f}")
    if _may_be_weight(draft):
        said.append("a weight?")
    return "; ".join(said)


def _scale(battery: Battery, names: dict[str, str]) -> dict:
    return {"construct": UNDECIDED, "items": [names[d.column] for d in battery.items]}


def _may_be_weight(draft: Draft) -> bool:
    """Called a weight, positive, not all alike, and about 1 on average: no weight of a body."""
    named = is_weight_name(draft.column) or is_weight_name(draft.wording)
    if not named or draft.kind != "numeric" or draft.cells is None:
        return False
    known = draft.cells[~np.isnan(draft.cells)]
    return len(known) > 0 and known.min() >= 0 and 0.2 < known.mean() < 5 and known.std() > 0


def _blocks(batteries: list[Battery], used: list[Draft], names, weights) -> dict:
    """A block for each scale (neighbours joined where there are many), one for a dozen others.

    Only what enough people answered with the rest, so that the blocks can be compared.
    """
    rows = _who_answered(used)
    in_scale = {d.column for battery in batteries for d in battery.items}
    beside = [d for d in used if d.column not in in_scale and _comparable(d, rows)]
    beside = [d for d in beside if names[d.column] not in weights]
    wanted = {battery.name: _answered_most(battery) for battery in batteries}
    wanted |= {names[draft.column]: ~np.isnan(draft.cells) for draft in beside}
    kept, jointly = _answered_jointly(wanted)
    beside = [d for d in beside if _differs(d.cells[jointly])]
    scales = [battery.name for battery in batteries if battery.name in kept]
    runs = np.array_split(scales, min(len(scales), MOST_BLOCKS - 1)) if scales else []
    blocks = {_block(run): run.tolist() for run in runs}
    others = [names[draft.column] for draft in beside if names[draft.column] in kept]
    return blocks | ({"other_questions": others[:MOST_BESIDE]} if others else {})


def _answered_most(battery: Battery) -> np.ndarray:
    """Who has a score: an answer to three in four of the items."""
    known = [~np.isnan(draft.cells) for draft in battery.items]
    return np.mean(known, axis=0) >= LEAST_ITEMS


def _answered_jointly(wanted: dict[str, np.ndarray]) -> tuple[set[str], np.ndarray]:
    """Names in order, but for those that would leave less than half of the rows; and the rows.

    Where nothing was answered by half of the respondents, all names.
    """
    kept, rows, most = set(), np.array(True), 0
    for name, known in wanted.items():
        both = known & rows
        if both.sum() >= LEAST_JOINT * (most or len(known)):
            kept.add(name)
            rows, most = both, most or int(both.sum())
    return kept or set(wanted), rows


def _differs(cells: np.ndarray) -> bool:
    return len(np.unique(cells[~np.isnan(cells)])) > 1


def _block(run) -> str:
    """A scale's name, or those of the first and last of several that are joined."""
    ends = [str(name).removesuffix("_scale") for name in (run[0], run[-1])]
    return ends[0] if len(run) == 1 else "_to_".join(ends)


def _who_answered(used: list[Draft]) -> np.ndarray | slice:
    """Those who answered half of the questions at least: others were, say, screened out."""
    columns = [draft.cells for draft in used if draft.cells is not None]
    shares = np.mean([~np.isnan(cells) for cells in columns], axis=0) if columns else np.array([])
    return shares >= 0.5 if (shares >= 0.5).any() else slice(None)


def _comparable(draft: Draft, rows: np.ndarray | slice) -> bool:
    """Answered by most, and not all alike among those who answered the others."""
    if draft.cells is None or draft.kind == "text" or draft.copy_of:
        return False
    cells = draft.cells[rows]
    known = cells[~np.isnan(cells)]
    levels = len(np.unique(known))
    numbered = draft.kind == "numeric" and levels == len(known)  # may be an identifier
    few = draft.kind == "numeric" or levels <= MOST_CODES
    return len(known) >= LEAST_ANSWERED * len(cells) and levels > 1 and few and not numbered
