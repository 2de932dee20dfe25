"""A hash of the code that makes a claim's figures, so that a changed statistic shows."""

import ast
import hashlib
import inspect
import sys
from functools import cache

WITHIN = "loyaltystudy.claims."  # code of other rooms is checked against outside figures


def test_hash(claim) -> str:
    """Twelve digits that change with the code of a claim's statistics and of its rules.

    Of the modules in this room that the statistics are written in, and of all those in it that
    they import, as syntax trees without docstrings: comments, docstrings and layout do not count.
    """
    start = {part.statistic.__module__ for part in claim.parts} | {
        type(claim.parts[0].rule).__module__
    }
    lines = [f"{name} {_code(name)}" for name in sorted(_reached(frozenset(start)))]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]


@cache
def _reached(start: frozenset[str]) -> frozenset[str]:
    """Modules of this room that some modules import, and those that these import."""
    found, todo = set(), sorted(start)
    while todo:
        name = todo.pop()
        if name.startswith(WITHIN) and name not in found:
            found.add(name)
            todo += [*_imported(name)]
    return frozenset(found)


@cache
def _tree(name: str) -> ast.Module:
    return ast.parse(inspect.getsource(sys.modules[name]))


def _imported(name: str) -> set[str]:
    """Modules loaded from a module's import lines; ``from package import module`` counts too."""
    lines = [node for node in ast.walk(_tree(name)) if isinstance(node, ast.ImportFrom)]
    named = {line.module for line in lines}
    named |= {f"{line.module}.{alias.name}" for line in lines for alias in line.names}
    return {module for module in named if module in sys.modules}


@cache
def _code(name: str) -> str:
    tree = ast.parse(inspect.getsource(sys.modules[name]))
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(
            node
        ):
            node.body = node.body[1:] or [ast.Pass()]
    return hashlib.sha256(ast.dump(tree).encode()).hexdigest()
