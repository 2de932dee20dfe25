"""The reference: a page for each room of the package, in the order in which rooms are built."""

from __future__ import annotations

import inspect
import re
from functools import cache
from importlib import import_module
from pathlib import Path

from mdparts import table, toctree

import loyaltystudy as ls
from loyaltystudy import errors

# The rooms, in the order in which they rest on each other, each with the title of its page.
ROOMS = {
    "rsquared": "Moments and R²",
    "survey": "Codebooks, files and studies",
    "scales": "Scores and how far to rely on them",
    "explain": "Comparing explanations",
    "purchases": "Purchases",
    "claims": "Claims and verdicts",
    "simulation": "Simulated customers",
    "report": "Reports, figures and questionnaires",
    "outofcore": "Data beyond memory",
}

HEAD = """# Reference

Public names are used as `ls.name` after `import loyaltystudy as ls`. The commands of a terminal
have [a page of their own](commands.md).
"""
MORE = """## Rooms

Each room of the package has a page: its public names, and what else it hands on to the other rooms,
imported as `from loyaltystudy.room import name`. The rooms come in the order in which they rest on
each other.
"""


def reference() -> dict[str, dict[str, object]]:
    """Room to its objects by dotted name below ``loyaltystudy``, public ones first, each once."""
    public = {id(getattr(ls, name)): name for name in ls.__all__}
    book = {}
    for room in ROOMS:
        face = import_module(f"loyaltystudy.{room}")
        found = {name: getattr(face, name) for name in face.__all__}
        # of constants the public ones alone: the others are between rooms
        found = {n: o for n, o in found.items() if callable(o) or id(o) in public}
        own = {public.get(id(o), f"{room}.{n}"): o for n, o in found.items()}
        book[room] = dict(sorted(own.items(), key=lambda item: ("." in item[0], item[0].lower())))
    book["survey"] |= {name: getattr(errors, name) for name in ("SurveyError", "SurveyWarning")}
    left = set(ls.__all__) - {name for objects in book.values() for name in objects}
    if left:
        raise ValueError(f"docs/reference.py: no room hands on {sorted(left)}")
    return book


def write_reference(folder: Path) -> None:
    book = reference()
    every = {n: o for objects in book.values() for n, o in objects.items() if "." not in n}
    lines = [HEAD, lines_of(every), MORE]
    for room, objects in book.items():
        text = [f"# {ROOMS[room]}\n", about(room), *(entry(n, o) for n, o in objects.items())]
        (folder / f"{room}.md").write_text("\n".join(text), encoding="utf-8")
        further = {name: shown for name, shown in objects.items() if "." in name}
        lines += [f"### [{ROOMS[room]}]({room}.md)\n", about(room)]
        lines += [lines_of(further)] if further else []
    (folder / "commands.md").write_text(commands_page(), encoding="utf-8")
    lines.append(toctree([*book, "commands"], hidden=True))
    (folder / "index.md").write_text("\n".join(lines), encoding="utf-8")


def lines_of(objects: dict[str, object]) -> str:
    """A table of some functions and classes, a line each."""
    return table(
        [{"name": link(n, o), "what it does": first_line(o)} for n, o in sorted(objects.items())]
    )


def about(room: str) -> str:
    """The room with the first line of its docstring."""
    return f"`loyaltystudy.{room}`\n: {first_line(import_module(f'loyaltystudy.{room}'))}\n"


def first_line(shown) -> str:
    if not callable(shown) and not inspect.ismodule(shown):
        return f"A constant: `{shown}`".replace("\n", " ")
    text = inspect.getdoc(shown).split("\n\n")[0].split("\n``")[0].replace("\n", " ")
    return re.sub(r":\w+:`([^`]+)`", r"`\1`", text.replace("``", "`"))


def entry(name: str, shown) -> str:
    kind = "autoclass" if inspect.isclass(shown) else "autofunction"
    kind = kind if callable(shown) else "autodata"
    own = inspect.isclass(shown) and not issubclass(shown, Exception)
    options = "   :members:\n" if own else ""
    return f"```{{eval-rst}}\n.. {kind}:: loyaltystudy.{name}\n{options}```\n"


def link(name: str, shown) -> str:
    role = "class" if inspect.isclass(shown) else "func" if callable(shown) else "data"
    return f"{{py:{role}}}`{name} <loyaltystudy.{name}>`"


def tidy_docstring(app, what, name, shown, options, lines) -> None:
    """What napoleon would misread, and links from the short name to the place in the reference."""
    if what == "property":  # before a colon it expects a type
        lines[:1] = [re.sub(r"(?<!:):(?= )", " –", line) for line in lines[:1]]
    if "Attributes" in lines:  # names that share a description: it splits at spaces
        start = lines.index("Attributes")
        lines[start:] = [
            NAMES.sub(lambda m: m[0].replace(", ", ","), line) for line in lines[start:]
        ]
    lines[:] = [SHAPE.sub(r"\1``\2``", line) for line in lines]  # else n is taken for a name
    lines[:] = [
        re.sub(r":(func|class|meth|mod|attr|data):`([^`<]+)`", linked, line) for line in lines
    ]


SHAPE = re.compile(r"^([^`]*\bshape )(\([^()`]*\))")
NAMES = re.compile(r"^\w+(, \w+)+(?=( : .*)?$)")


@cache
def addresses() -> tuple[set[str], dict[str, str]]:
    """Full names in the reference, and the short name of each."""
    pages = {f"loyaltystudy.{n}" for objects in reference().values() for n in objects}
    short: dict[str, str] = {}
    for full in sorted(pages, key=len):  # a public name before a room's
        short.setdefault(full.rpartition(".")[2], full)
    return pages, short


def linked(match: re.Match) -> str:
    pages, short = addresses()
    role, target = match[1], match[2].lstrip("~")
    shown = target.rpartition(".")[2]
    full = target if target in pages else short.get(shown)
    return f":{role}:`{shown} <{full}>`" if full else f"``{target}``"


def commands_page() -> str:
    """Every command with its own --help."""
    from loyaltystudy.cli import _parser

    parser = _parser()
    lines = ["# Commands\n", f"```text\n{help_of(parser)}```\n"]
    chosen = next(a for a in parser._actions if hasattr(a, "choices") and a.choices)
    for name, command in chosen.choices.items():
        lines += [f"## loyaltystudy {name}\n", f"```text\n{help_of(command)}```\n"]
    return "\n".join(lines)


def help_of(parser) -> str:
    """The same text at every width of terminal, without colours."""
    import argparse
    from functools import partial

    parser.formatter_class = partial(argparse.HelpFormatter, width=96)
    return re.sub(r"\x1b\[[0-9;]*m", "", parser.format_help())
