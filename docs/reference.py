"""The reference: a page for each room of the package, in the order in which rooms are built."""

from __future__ import annotations

import inspect
import re
from functools import cache
from importlib import import_module
from pathlib import Path

from mdparts import table, toctree

import loyaltystudy as ls

# Page: its title, its rooms, and what it tells beside the rooms' public names (`ls.name`), which
# need no listing. `room.*` is all that the room exports. A name that is gone stops the build.
PAGES = {
    "codebook": (
        "Codebooks",
        "codebook",
        "codebook.make_codebook codebook.Codebook codebook.Scale codebook.Item codebook.Variable",
    ),
    "study": ("Studies", "study writing errors", ""),
    "answers": (
        "Files of answers",
        "answers",
        "answers.files.read_table answers.checks.check_answers answers.headers.find_columns",
    ),
    "opendata": (
        "Open data",
        "opendata",
        "opendata.download.fetch opendata.download.registry opendata.sources.Source",
    ),
    "scoring": ("Scores and careless answers", "scoring screening", ""),
    "measurement": ("Measurement", "consistency measurement", "measurement.*"),
    "heart": (
        "The heart",
        "heart",
        "heart.subsets.subset_r2 heart.measures.alone heart.measures.unique "
        "heart.measures.dominance heart.measures.conditional heart.subsets.shapley "
        "heart.intervals.leave_one_out heart.intervals.explained_interval "
        "heart.resampling.bootstrap_moments heart.estimates.Estimates",
    ),
    "comparison": (
        "Comparing explanations",
        "comparison",
        "comparison.categorical.CategoricalComparison comparison.relative.owen_values "
        "comparison.relative.relative_weights comparison.incomplete.em_moments "
        "comparison.incomplete.em_leave_one_out comparison.imputation.impute "
        "comparison.imputation.pool_r2 comparison.imputation.pool_subsets "
        "comparison.crossval.cross_validated_r2 comparison.pseudor2.mcfadden "
        "comparison.pseudor2.nagelkerke comparison.pseudor2.tjur "
        "comparison.pseudor2.mckelvey_zavoina",
    ),
    "audit": (
        "Is the comparison fair?",
        "audit multiverse",
        "audit.BlockAudit multiverse.SpecificationCurve",
    ),
    "purchases": ("Purchases", "purchases", "purchases.*"),
    "claims": (
        "Claims and verdicts",
        "claims",
        "claims.register.Claim claims.verdict.Rule claims.verdict.Evidence claims.verdict.combine",
    ),
    "worlds": (
        "Simulated customers, sample size, plans",
        "worlds power plan",
        "worlds.* worlds.panels.simulate_panel power.PowerCurve plan.Plan plan.make_plan "
        "plan.read_plan plan.write_plan",
    ),
    "plots": ("Figures", "plots", ""),
    "questionnaire": ("Questionnaires", "questionnaire", "questionnaire.*"),
    "report": (
        "Reports and new studies",
        "report newstudy",
        "report.check report.reproduce newstudy.new_study newstudy.rehearse",
    ),
}

HEAD = """# Reference

Public names are used as `ls.name` after `import loyaltystudy as ls`; what stands under a longer
name is imported from its room. The rooms come in the order in which they rest on each other. The
commands of a terminal have [a page of their own](commands.md).
"""


def public(rooms: str) -> dict[str, object]:
    """The public names that live in some rooms."""
    homes = {name: home.partition(".")[0] for name, home in ls._HOME.items()}
    return {
        name: getattr(ls, name) for room in rooms.split() for name in homes if homes[name] == room
    }


def further(pattern: str) -> dict[str, object]:
    """Dotted name (below ``loyaltystudy``) to object, for ``room.name`` or ``room.*``."""
    room, _, name = pattern.rpartition(".")
    module = import_module(f"loyaltystudy.{room}")
    names = module.__all__ if name == "*" else (name,)
    return {f"{room}.{n}": getattr(module, n) for n in names}


def reference() -> dict[str, tuple[str, str, dict[str, object]]]:
    """Page to its title, its rooms, and its objects, each object once."""
    book = {}
    for page, (title, rooms, more) in PAGES.items():
        objects = public(rooms)
        seen = {id(thing) for thing in objects.values()}
        for pattern in more.split():
            objects |= {n: o for n, o in further(pattern).items() if id(o) not in seen}
        book[page] = (title, rooms, objects)
    left = set(ls.__all__) - {name for _, _, objects in book.values() for name in objects}
    if left:
        raise ValueError(f"docs/reference.py: no page has the room of {sorted(left)}")
    return book


def write_reference(folder: Path) -> None:
    parts = [HEAD]
    for page, (title, rooms, objects) in reference().items():
        text = [f"# {title}\n", about(rooms), *(entry(n, o) for n, o in objects.items())]
        (folder / f"{page}.md").write_text("\n".join(text), encoding="utf-8")
        rows = [
            {"name": link(name, thing), "what it does": first_words(thing)}
            for name, thing in objects.items()
        ]
        parts += [f"## [{title}]({page}.md)\n", about(rooms), table(rows)]
    (folder / "commands.md").write_text(commands_page(), encoding="utf-8")
    parts.append(toctree([*reference(), "commands"], hidden=True))
    (folder / "index.md").write_text("\n".join(parts), encoding="utf-8")


def about(rooms: str) -> str:
    """Each room with the first words of its module."""
    return "\n".join(
        f"`{room}`\n: {first_words(import_module(f'loyaltystudy.{room}'))}\n"
        for room in rooms.split()
    )


def first_words(thing) -> str:
    words = inspect.getdoc(thing).split("\n\n")[0].split("\n``")[0].replace("\n", " ")
    return re.sub(r":\w+:`([^`]+)`", r"`\1`", words.replace("``", "`"))


def entry(name: str, thing) -> str:
    kind = "autoclass" if inspect.isclass(thing) else "autofunction"
    own = inspect.isclass(thing) and not issubclass(thing, Exception)
    options = "   :members:\n" if own else ""
    return f"```{{eval-rst}}\n.. {kind}:: loyaltystudy.{name}\n{options}```\n"


def link(name: str, thing) -> str:
    role = "class" if inspect.isclass(thing) else "func"
    return f"{{py:{role}}}`{name} <loyaltystudy.{name}>`"


def tidy_docstring(app, what, name, thing, options, lines) -> None:
    """What napoleon would misread, and links from the short name to the place in the reference."""
    if what == "property":  # before a colon it expects a type
        lines[:1] = [re.sub(r"(?<!:):(?= )", " –", line) for line in lines[:1]]
    if "Attributes" in lines:  # names that share a description: it parts at spaces
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
    pages = {f"loyaltystudy.{n}" for _, _, objects in reference().values() for n in objects}
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
    parts = ["# Commands\n", f"```text\n{help_of(parser)}```\n"]
    chosen = next(a for a in parser._actions if hasattr(a, "choices") and a.choices)
    for name, command in chosen.choices.items():
        parts += [f"## loyaltystudy {name}\n", f"```text\n{help_of(command)}```\n"]
    return "\n".join(parts)


def help_of(parser) -> str:
    """The same text at every width of terminal, without colours."""
    import argparse
    from functools import partial

    parser.formatter_class = partial(argparse.HelpFormatter, width=96)
    return re.sub(r"\x1b\[[0-9;]*m", "", parser.format_help())
