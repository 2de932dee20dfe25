"""Codes that mean missing in the whole file, and are answers of some column: what to write."""

from loyaltystudy.survey._schema import Column
from loyaltystudy.survey._yaml import on_one_line

SHOWN = 8  # columns, and lines to paste; the rest is counted


def answered(code: float, column: Column) -> bool:
    """Whether the file's code, which means missing, would be an answer too.

    With ``recode`` the answers are other codes than the file's: a code that is recoded is judged
    by what it becomes.
    """
    answers = column.answers
    if column.recode:
        return column.recode.get(f"{code:g}") is not None
    if answers.range:
        whole = answers.whole and getattr(column, "kind", "") != "numeric"
        return answers.low <= code <= answers.high and not (whole and code % 1)
    return code in answers.codes


def missing_and_answers(everywhere, parsed: dict, sections: dict, sets: dict) -> str:
    """What is wrong with codes missing in the whole file, with the lines to paste; or nothing."""
    asked = {
        (part, name): column
        for part in ("items", "variables")
        for name, column in parsed[part].items()
        if column.answers.range or column.answers.codes
    }
    faulty = {
        code: [name for (_, name), column in asked.items() if answered(code, column)]
        for code in everywhere
    }
    faulty = {code: names for code, names in faulty.items() if names}
    if not faulty:
        return ""
    rest = [_plain(code) for code in everywhere if code not in faulty]
    keep = f"Keep `missing: [{', '.join(map(str, rest))}]` here" if rest else "Delete this line"
    lines = _lines(_remedy([*faulty], asked, sections, sets))
    paste = ", and paste in place of these entries:\n" + "\n".join(lines) if lines else "."
    one = len(faulty) == 1
    said = [_first(names) + ("" if one else f" ({c:g})") for c, names in faulty.items()]
    return (
        f"{[*map(_plain, faulty)]} are declared both as answers and as missing: missing in the "
        f"whole file, answers of {', '.join(said)}. {keep}{paste}"
    )


def _remedy(codes: list[float], asked: dict, sections: dict, sets: dict) -> dict:
    """Entries with the codes that each does not have as an answer: place to entry."""
    found = {}
    for (part, name), column in asked.items():
        own = sections[part][name]
        gone = [_plain(c) for c in codes if not answered(c, column) and c not in column.missing]
        if not gone:
            continue
        place, entry = (part, name), own
        if isinstance(own.get("answers"), str) and not {"missing", "recode"} & {*own}:
            place, entry = ("answers", own["answers"]), sets[own["answers"]]
        missing = [*map(_plain, column.missing), *gone]
        found.setdefault(place, {**entry, "missing": missing})
    return found


def _lines(remedy: dict) -> list[str]:
    lines, part = [], None
    for (section, name), entry in sorted(remedy.items(), key=lambda pair: pair[0][0])[:SHOWN]:
        lines += [f"    {section}:"] * (section != part)
        lines.append(f"      {on_one_line({name: entry})}")
        part = section
    more = len(remedy) - SHOWN
    return lines + [f"      (and {more} more in the same way)"] * (more > 0)


def _first(names: list[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return f"{names[:SHOWN]}{more}"


def _plain(code: float) -> float | int:
    return int(code) if code == int(code) else code
