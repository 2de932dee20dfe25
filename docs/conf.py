"""How the site is built (`make docs`). The generated pages come from pages.py."""

from __future__ import annotations

import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE.parent / "src"))

import formulas  # noqa: E402
import pages  # noqa: E402
import terms  # noqa: E402

import loyaltystudy  # noqa: E402
import reference  # noqa: E402

project = "loyaltystudy"
author = copyright = "The loyaltystudy developers"
version = release = loyaltystudy.__version__

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.mathjax", "sphinx.ext.napoleon"]
exclude_patterns = ["_build", "**/.ipynb_checkpoints", "colab.ipynb"]
nitpicky = True
# types of other projects, and terms of numpydoc's type lines, have no page here
nitpick_ignore_regex = [("py:.*", r"(?!loyaltystudy\.).*"), ("py:class", r"loyaltystudy\..*")]

nb_execution_mode = "off"  # notebooks are shown as committed; start.md alone is executed
nb_merge_streams = True
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3

autodoc_typehints = "none"  # numpydoc says more: shapes, units, ranges
autodoc_member_order = "bysource"
napoleon_numpy_docstring, napoleon_google_docstring = True, False
napoleon_use_rtype = False
napoleon_use_ivar = True
python_use_unqualified_type_names = True
mathjax_path = formulas.SCRIPT

html_theme = "pydata_sphinx_theme"
html_title = "loyaltystudy"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_js_files = ["focus.js"]
html_copy_source = html_show_sourcelink = False
# pages without a section around them have nothing to navigate at the side
html_sidebars = {
    page: [] for page in ("start", "ideas", "claims", "constructs", "teaching", "references")
}
html_theme_options = {
    "navbar_align": "left",
    "header_links_before_dropdown": 9,
    "show_prev_next": True,
    "show_toc_level": 2,
    "navigation_with_keys": False,
    "footer_start": ["copyright"],
    "footer_end": [],
    "secondary_sidebar_items": ["page-toc"],
}
if "GITHUB_REPOSITORY" in os.environ:  # elsewhere the address is only what pyproject.toml states
    html_theme_options["github_url"] = f"https://github.com/{os.environ['GITHUB_REPOSITORY']}"


def setup(app) -> None:
    pages.write_all(HERE)
    app.connect("source-read", pages.this_repository)
    app.connect("autodoc-process-docstring", reference.tidy_docstring, priority=400)
    app.connect("doctree-resolved", terms.lead_to_terms)
    app.connect("build-finished", formulas.copy_mathjax)
