"""MathJax from an installed package, so that the site loads nothing from another host."""

from __future__ import annotations

import shutil
from importlib.util import find_spec
from pathlib import Path

PACKAGE = "sphinx-mathjax-offline"  # the name has hyphens: find it, do not import it
NEEDED = ("tex-chtml.js", "output/chtml/fonts", "input/tex/extensions", "a11y", "ui")
SCRIPT = "mathjax/tex-chtml.js"  # for `mathjax_path`, below `_static`


def copy_mathjax(app, error) -> None:
    """Copy what pages with formulas may ask for (not the 10 MB of spoken maths)."""
    if error is not None:
        return
    origin = Path(find_spec(PACKAGE).origin).parent / "static/mathjax"
    target = Path(app.outdir) / "_static/mathjax"
    for name in NEEDED:
        source = origin / name
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target / name, dirs_exist_ok=True)
        else:
            shutil.copyfile(source, target / name)
