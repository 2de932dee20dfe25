"""Tab in IPython and JupyterLab completes the names of studies, claims, worlds and panels."""

import re
import sys
from importlib import import_module

# a call with its arguments so far, up to an open quotation mark and what is typed after it
_CALL = re.compile(r"(\w+)\s*\(((?:[^()]|\([^()]*\))*?)([\"'])([\w.:-]*)$")


def names_for(typed: str) -> tuple[str, list[str]] | None:
    """What is typed of a name, and the names that begin so; None where none is called for.

    ``typed``: the cell up to the cursor.

    >>> names_for('study = ls.load_study("mo')
    ('mo', ['mobile-reputation', 'mobile-ecsi'])
    >>> names_for('ls.check_claims(study, ["would-miss", "shared-v')
    ('shared-v', ['shared-values-bind'])
    >>> names_for('open("mo') is None
    True
    """
    found = _CALL.search(typed)
    if found is None or found[1] not in _NAMES or found[2].count(found[3]) % 2:
        return None
    return found[4], [name for name in _known(found[1]) if name.startswith(found[4])]


def complete_names() -> None:
    """Tell a running IPython of these names; without one, nothing happens."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if shell is not None and _matcher not in shell.Completer.custom_matchers:
        shell.Completer.custom_matchers.append(_matcher)


def _matcher(context):
    from IPython.core.completer import SimpleCompletion

    lines = context.full_text.split("\n")[: context.cursor_line + 1]
    typed = "\n".join([*lines[:-1], lines[-1][: context.cursor_position]])
    begun, names = names_for(typed) or ("", [])
    matches = [SimpleCompletion(text=name, type="name") for name in names]
    return {"completions": matches, "suppress": bool(matches), "matched_fragment": begun}


_matcher.matcher_api_version = 2  # how IPython tells this kind of matcher from older ones


# a call to the room, and to its names; list_claims() would take seconds
_NAMES = {
    "load_study": ("survey", lambda room: room.list_studies()["name"]),
    "check_claims": ("claims", lambda room: room.register()),
    "simulate_study": ("simulation", lambda room: room.list_worlds()["world"]),
    "load_panel": ("purchases", lambda room: room.list_panels()["panel"]),
}


def _known(call: str) -> list[str]:
    room, names = _NAMES[call]
    return [*names(import_module(f"loyaltystudy.{room}"))]
