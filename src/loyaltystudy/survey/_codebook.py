"""Reading a codebook: what was asked, on which range, and what it measures; all mistakes named."""

from dataclasses import replace
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from loyaltystudy.errors import SurveyError
from loyaltystudy.survey._headers import squeeze
from loyaltystudy.survey._margins import check_margins, raked_by_design
from loyaltystudy.survey._missing_codes import answered, missing_and_answers
from loyaltystudy.survey._schema import Codebook, Item, Scale, Variable
from loyaltystudy.survey._shipped import data_folder
from loyaltystudy.survey._waves import check_wave, people_as_clusters, person_of_waves
from loyaltystudy.survey._yaml import read_with_lines, read_yaml


@cache
def constructs() -> dict[str, dict]:
    """The vocabulary: construct name to its block, labels and source."""
    return read_yaml(data_folder() / "constructs.yaml")


@cache
def facts() -> frozenset[str]:
    """Constructs that are facts, behaviour or records, and no opinions."""
    return frozenset(name for name, entry in constructs().items() if entry.get("fact"))


def load_codebook(path, *, limit: float = 1.0) -> Codebook:
    """Read and check a codebook, the file that says what a survey asked.

    Parameters
    ----------
    path : str or Path
        A YAML file, or the folder that holds ``codebook.yaml``. Top keys: ``study``, ``title``,
        ``population``, ``items``, ``scales``, ``variables``, ``blocks``, ``design``,
        ``answers`` (named answer sets, with a ``recode`` and ``missing`` of their own for the
        entries that have none), ``missing`` (codes that mean missing everywhere), ``set_aside``
        (claims that the study is not put to, each with the reason). ``design`` names the columns
        ``respondent, wave, weight, strata, cluster``; its ``margins`` (variable to group to share)
        are what answers are weighted to as they are read.

    limit : float
        How many times 1 MB to allow.

    Returns
    -------
    Codebook

    Raises
    ------
    SurveyError
        With every mistake of the file and its line: unknown keys, constructs outside the
        vocabulary, scales with items that are not declared, names used twice, and so on.

    Examples
    --------
    >>> from loyaltystudy.survey._shipped import data_folder
    >>> book = load_codebook(data_folder() / "mobile-reputation")
    >>> book.scales["trust"].items
    ('qual_5', 'qual_6', 'qual_7')
    """
    path = Path(path)
    if path.is_dir():
        path = path / "codebook.yaml"
    raw, lines = read_with_lines(path, limit=limit)
    return _build(raw, lines, path.name)


def make_codebook(raw: dict, name: str = "codebook") -> Codebook:
    """A codebook from a plain dict, checked like a file."""
    return _build(raw, {}, name)


_adapter = cache(TypeAdapter)


def _build(raw: dict, lines: dict, name: str) -> Codebook:
    problems: list[tuple[int, str]] = []

    def tell(place: tuple, message: str) -> None:
        line = next((lines[place[:n]] for n in range(len(place), -1, -1) if place[:n] in lines), 0)
        at = f"line {line}, " if line else ""
        problems.append((line, f"{at}{' > '.join(place) or 'top'}: {message}"))

    raw = dict(raw)
    for section in ("answers", "items", "scales", "variables", "blocks"):
        _check_names(section, raw.get(section), tell)
    sets = _section(raw, "answers", tell)
    raw.pop("answers", None)
    kinds = {"items": Item, "scales": Scale, "variables": Variable}
    sections = {key: _section(raw, key, tell) for key in (*kinds, "blocks")}
    parsed = {
        key: {str(n): _entry(model, key, n, e, sets, tell) for n, e in sections[key].items()}
        for key, model in kinds.items()
    }
    rest = {key: value for key, value in raw.items() if key not in kinds}
    book = _validate(Codebook, rest, (), tell)
    parsed = {key: {n: e for n, e in part.items() if e} for key, part in parsed.items()}
    _cross_check(sections, sets, parsed, book, tell)
    if problems:
        raise SurveyError([text for _, text in sorted(problems)], heading=name)
    return raked_by_design(people_as_clusters(replace(book, **parsed)))


def _check_names(section: str, entries, tell) -> None:
    """YAML reads some names as numbers, yes and no, or dates, and 007 as 7."""
    for name in entries if isinstance(entries, dict) else ():
        if not isinstance(name, str):
            kind = type(name).__name__
            tell(
                (section, str(name)),
                f"YAML reads this name as {name!r} ({kind}); write it in "
                "quotes, as the file of answers has it.",
            )


def _section(raw: dict, key: str, tell) -> dict:
    value = raw.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        tell((key,), f"expected names with their entries, found {value!r}.")
        raw.pop(key)
        return {}
    return value


def _entry(model, section, name, entry, sets, tell):
    """One item, scale or variable; a named answer set is put in its place."""
    place = (section, str(name))
    if not isinstance(entry, dict):
        tell(place, f"expected keys with values, found {entry!r}.")
        return None
    entry = {**entry, "name": str(name)}
    if isinstance(entry.get("answers"), str):
        if entry["answers"] not in sets:
            tell((*place, "answers"), f"no answer set {entry['answers']!r}; declared: {[*sets]}.")
            return None
        entry["answers"] = sets[entry["answers"]]
        if isinstance(entry["answers"], dict):
            entry["answers"] = dict(entry["answers"])
            for key in {"recode", "missing"} & {*entry["answers"]}:
                entry.setdefault(key, entry["answers"][key])
                del entry["answers"][key]
    return _validate(model, entry, place, tell)


def _validate(model, entry, place, tell):
    try:
        return _adapter(model).validate_python(entry)
    except ValidationError as error:
        for fault in error.errors():
            inner = tuple(str(part) for part in fault["loc"] if part != "[key]")
            given = "" if fault["type"] == "missing" else f" (found {str(fault['input'])[:60]!r})"
            hint = _HINTS.get(fault["type"], fault["msg"])
            tell((*place, *inner), f"{hint}{given}.")
    return None


_HINTS = {
    "unexpected_keyword_argument": "this key is not known; remove it or correct its spelling",
    "missing": "this key is required",
    "string_type": "expected text; put it in quotes",
}


def _cross_check(sections, sets, parsed, book, tell) -> None:
    """What no single entry can know: names that must agree with each other."""
    items, scales, variables = (sections[key] for key in ("items", "scales", "variables"))
    for name in [n for n in variables if n in items or n in scales]:
        tell(("variables", str(name)), "this name is an item or a scale already; rename one.")
    for part in ("items", "variables"):
        for name, column in parsed[part].items():
            _check_answers(part, name, column, tell)
    if book and (fault := missing_and_answers(book.missing, parsed, sections, sets)):
        tell(("missing",), fault)
    _check_columns(parsed, tell)
    for name, scale in parsed["scales"].items():
        _check_scale(name, scale, items, parsed["items"], tell)
    for part in ("scales", "variables"):
        for name, entry in parsed[part].items():
            for construct in filter(None, (entry.construct, *entry.stands_in_for)):
                _check_construct((part, name), construct, tell)
    _check_blocks(sections["blocks"], scales, variables, tell)
    if book:
        known = {None, *variables, person_of_waves(book.design)}
        for role in ("weight", "base_weight", "strata", "cluster"):
            if (column := getattr(book.design, role)) not in known:
                tell(("design", role), f"{column!r} is not among the variables; declare it.")
        check_wave(book.design, parsed["variables"], tell)
        for role in ("weight", "base_weight"):
            variable = parsed["variables"].get(getattr(book.design, role))
            if variable is not None and variable.kind == "text":
                tell(("design", role), f"{variable.name!r} is open text; weights are numbers.")
        check_margins(book.design, parsed["variables"], tell)


def _check_columns(parsed, tell) -> None:
    """A column may be read twice (0 to 10, and who would recommend), but by one item only."""
    readers: dict[str, str] = {}
    for name, entry in parsed["items"].items():
        column = entry.column or name
        if column in readers:
            tell(("items", name), f"column {column!r} is read by {readers[column]!r} already.")
        readers[column] = name


def _check_answers(part, name, column, tell) -> None:
    answers = column.answers
    if part == "variables" and column.kind == "text":
        return
    if not answers.range and not answers.codes:
        tell((part, name), "no declared answers; give `range: [low, high]` or `codes:`.")
        return
    if answers.range and answers.range[0] >= answers.range[1]:
        tell((part, name), f"the range {[*answers.range]} does not rise.")
        return
    codes = [c for c in column.missing if answered(c, column)]
    if codes:
        tell((part, name), f"{codes} are declared both as answers and as missing.")


def _check_scale(name, scale, items, parsed_items, tell) -> None:
    place = ("scales", name)
    absent = [item for item in scale.items if item not in items]
    if absent:
        tell(place, f"items not declared: {absent}. Declared: {[*items][:12]}.")
    twice = sorted({item for item in scale.items if scale.items.count(item) > 1})
    if twice:
        tell(place, f"items named twice: {twice}.")
    ranges = {(i.low, i.high) for n in scale.items if (i := parsed_items.get(n)) and _ranged(i)}
    if len(ranges) > 1:
        tell(place, f"its items have different ranges {sorted(ranges)}; a mean needs one.")


def _ranged(item) -> bool:
    return bool(item.answers.range or item.answers.codes)


def _check_construct(place, construct, tell) -> None:
    if construct not in constructs():
        meant = near_constructs(construct)
        near = f"; near: {meant}" if meant else ""
        tell(place, f"construct {construct!r} is not in the vocabulary{near}.")


@cache
def _synonyms() -> dict[str, list[str]]:
    """Usual words, in three languages, to the constructs that they may mean."""
    meant: dict[str, list[str]] = {}
    for construct, words in read_yaml(data_folder() / "synonyms.yaml").items():
        named = [*words.values(), [*constructs()[construct]["label"].values(), construct]]
        for word in {_simple(word) for group in named for word in group}:
            meant.setdefault(word, []).append(construct)
    return meant


def _simple(word: str) -> str:
    return squeeze(word.replace("_", " ").replace("-", " "))


def near_constructs(word: str) -> list[str]:
    """Names of the vocabulary that a usual word may mean, in English, Swedish or Norwegian.

    By meaning first (``synonyms.yaml``), else by spelling (the first letter right, and eight in
    ten); at most five.

    Examples
    --------
    >>> near_constructs("brand love"), near_constructs("NPS"), near_constructs("nöjdhet")
    (['affective_commitment'], ['recommend'], ['satisfaction'])
    >>> near_constructs("loyalti")
    ['loyalty']
    """
    known, wanted = _synonyms(), _simple(str(word))
    if wanted in known:
        return known[wanted][:5]
    if wanted.endswith("s") and wanted[:-1] in known:
        return known[wanted[:-1]][:5]
    alike = [word for word in known if word[:1] == wanted[:1]]
    close = get_close_matches(wanted, alike, n=3, cutoff=0.8)
    return list(dict.fromkeys(name for word in close for name in known[word]))[:5]


def _near(word, known) -> str:
    close = get_close_matches(word, [*map(str, known)], n=3, cutoff=0.5)
    return f"; near: {close}" if close else ""


def _check_blocks(blocks, scales, variables, tell) -> None:
    owner: dict[str, str] = {}
    for block, members in blocks.items():
        place = ("blocks", str(block))
        if not isinstance(members, list) or not members:
            tell(place, f"expected a list of scales and variables, found {members!r}.")
            continue
        for member in members:
            if not isinstance(member, str):
                tell(place, f"expected names of scales and variables, found {member!r}.")
                continue
            if member not in scales and member not in variables:
                near = _near(str(member), [*scales, *variables])
                tell(place, f"{member!r} is neither a scale nor a variable{near}.")
            if str(member) in owner:
                tell(place, f"{member!r} is in block {owner[str(member)]!r} already.")
            owner[str(member)] = str(block)


def list_constructs():
    """List the names of what can be measured, which codebooks and claims share.

    Returns
    -------
    DataFrame
        ``construct``, ``block``, ``label`` (English), ``source``.

    Examples
    --------
    >>> table = list_constructs()
    >>> table.loc[table["construct"] == "trust", "block"].item()
    'trust'
    """
    import pandas as pd

    rows = [
        {"construct": name, "block": c["block"], "label": c["label"]["en"], "source": c["source"]}
        for name, c in constructs().items()
    ]
    return pd.DataFrame(rows)
