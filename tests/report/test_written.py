"""What an analysis leaves in a folder."""

import re

import nbformat
import numpy as np
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from loyaltystudy.claims._plan import make_plan, write_plan
from loyaltystudy.cli import main
from loyaltystudy.survey._codebook import load_codebook

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
NAME = r"$\frac{x$ \input{/etc/passwd} " + EVIL  # of a scale: LaTeX, mathematics, a script


def notebook(folder, *cells):
    folder.mkdir(exist_ok=True)
    title = new_markdown_cell("# A question?\n\nWords.")
    book = new_notebook(cells=[title, *map(new_code_cell, cells)])
    nbformat.write(book, folder / "00-test.ipynb")


CODEBOOK = f"""
study: small
title: "A small study {EVIL.replace('"', chr(92) + '"')}"
population: customers
languages: [sv, en]
design: {{respondent: id}}
items:
  t1: {{answers: {{range: [1, 7]}}, wording: "{EVIL.replace('"', chr(92) + '"')}"}}
  t2: {{answers: {{range: [1, 7]}}, wording: "=cmd()"}}
  l1: {{answers: {{range: [1, 7]}}}}
  l2: {{answers: {{range: [1, 7]}}}}
  s1: {{answers: {{range: [1, 7]}}}}
  s2: {{answers: {{range: [1, 7]}}}}
  s3: {{answers: {{range: [1, 7]}}}}
scales:
  trust: {{construct: trust, items: [t1, t2]}}
  loyalty: {{construct: loyalty, items: [l1, l2]}}
  would_miss: {{construct: would_miss, items: [s1]}}
  '{NAME.replace("'", "''")}': {{construct: satisfaction, items: [s2, s3]}}
variables:
  comment: {{kind: text}}
  age: {{kind: numeric, construct: age, answers: {{range: [15, 110]}}}}
blocks:
  demographics: [age]
  trust: [trust]
"""


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    """A small survey with hostile free text, formulas and a cell of 10,000 characters."""
    folder = tmp_path_factory.mktemp("inputs")
    rng = np.random.default_rng(1)
    mood = rng.normal(size=80)
    likert = {
        name: np.clip(np.round(4 + mood + rng.normal(size=80)), 1, 7).astype(int)
        for name in ("t1", "t2", "l1", "l2", "s1", "s2", "s3")
    }
    frame = pd.DataFrame({"id": [f"SECRET{i}" for i in range(80)], **likert})
    frame["age"] = rng.integers(18, 80, 80)
    frame["comment"] = [EVIL, "=HYPERLINK(1)", "x" * 10_000, *["my very own words"] * 77]
    frame[EVIL], frame["=cmd()"] = "my very own words", "=1+1"  # not in the codebook
    frame.to_csv(folder / "answers.csv", index=False)
    (folder / "codebook.yaml").write_text(CODEBOOK, encoding="utf-8")
    # files of others beside the answers are neither run nor imported
    notebook(folder, "open('run.txt', 'w').write('1')")
    (folder / "loyaltystudy.py").write_text("raise RuntimeError('imported')")
    (folder / "pandas.py").write_text("raise RuntimeError('imported')")
    return folder


@pytest.fixture(scope="module")
def checked(inputs, tmp_path_factory):
    """One run through the command, with a plan."""
    out = tmp_path_factory.mktemp("checked") / "out"
    plan = make_plan(load_codebook(inputs), ["demographics-weak"], respondents=200)
    write_plan(plan, inputs / "plan.yaml")
    given = [str(inputs / "answers.csv"), "--codebook", str(inputs / "codebook.yaml")]
    before = {path.name: path.read_bytes() for path in inputs.iterdir()}
    assert main(["check", *given, "--plan", str(inputs / "plan.yaml"), "--out", str(out)]) == 0
    assert {path.name: path.read_bytes() for path in inputs.iterdir()} == before
    return out


def test_nothing_of_a_single_respondent_and_no_script_gets_out(checked):
    book = nbformat.read(checked / "analysis.ipynb", as_version=4)
    outputs = [o for c in book.cells if c.cell_type == "code" for o in c.outputs if "data" in o]
    assert "<script>alert" not in "".join(o["data"].get("text/html", "") for o in outputs)
    for path in [*checked.rglob("*.html"), *checked.rglob("*.ipynb"), checked / "claims.csv"]:
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".ipynb":  # there it stands as plain text
            assert "<script>alert" not in text and "<img src=x" not in text, path.name
        assert "my very own words" not in text and "SECRET" not in text, path.name
        assert "x" * 500 not in text and "HYPERLINK" not in text, path.name
    for path in checked.rglob("*.tex"):
        text = path.read_text(encoding="utf-8")
        assert r"\input" not in text and not re.search(r"(?<!\\)\$", text), path.name
    page = (checked / "report.html").read_text(encoding="utf-8")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page  # the title, as text
