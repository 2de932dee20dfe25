"""Tab in IPython and JupyterLab completes the names of studies, claims, worlds and panels."""

import re
import sys
from collections.abc import Callable

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
    return found[4], [name for name in _NAMES[found[1]]() if name.startswith(found[4])]


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


def _studies() -> list[str]:
    from loyaltystudy.survey import list_studies

    return list_studies()["name"].tolist()


def _claims() -> list[str]:
    from loyaltystudy.claims import register

    return list(register())


def _worlds() -> list[str]:
    from loyaltystudy.simulation import list_worlds

    return list_worlds()["world"].tolist()


def _panels() -> list[str]:
    from loyaltystudy.purchases import list_panels

    return list_panels()["panel"].tolist()


_NAMES: dict[str, Callable[[], list[str]]] = {
    "load_study": _studies,
    "check_claims": _claims,
    "simulate_study": _worlds,
    "load_panel": _panels,
}
