"""Reports: of all that ships, and of one's own study; whole or not at all, and nothing leaks."""

import re
import signal
import subprocess
import sys
import time

import nbformat
import numpy as np
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from loyaltystudy.claims._check import check_claims
from loyaltystudy.claims._plan import make_plan, write_plan
from loyaltystudy.claims._register import Claim, register
from loyaltystudy.cli import main
from loyaltystudy.errors import SurveyError
from loyaltystudy.report._check import check
from loyaltystudy.report._files import is_complete
from loyaltystudy.report._hypotheses import hypothesis
from loyaltystudy.report._notebook import execute
from loyaltystudy.report._translations import called_claim, texts
from loyaltystudy.report._written import FIGURES
from loyaltystudy.survey import write_whole
from loyaltystudy.survey._codebook import constructs, load_codebook
from loyaltystudy.survey._study import read_study

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
NAME = r"$\frac{x$ \input{/etc/passwd} " + EVIL  # of a scale: LaTeX, mathematics, a script
FILES = {
    "UNFINISHED.txt",
    "about.json",
    "analysis.html",
    "analysis.ipynb",
    "claims.csv",
    "report.html",
}
FOLDERS = {"archive", "figures", "manuscript", "private", "scripts", "tables"}


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


def test_check_writes_everything(checked):
    assert {path.name for path in checked.iterdir() if path.is_file()} == FILES - {"UNFINISHED.txt"}
    assert {path.name for path in checked.iterdir() if path.is_dir()} == FOLDERS
    figures = {f"{n}.{kind}" for n in FIGURES for kind in ("svg", "png")}
    assert {path.name for path in (checked / "figures").iterdir()} == figures
    tables = {path.name for path in (checked / "tables").iterdir()}
    assert {"claims.html", "claims.tex", "reliability.html", "comparison.tex"} <= tables
    assert pd.read_parquet(checked / "private/scores.parquet").shape == (80, 4)
    claims = pd.read_csv(checked / "claims.csv").set_index("claim")
    assert claims.loc["would-miss", "verdict"] in ("supported", "contradicted", "inconclusive")
    assert len(claims) == len(register())
    assert is_complete(checked / "report.html")


def test_the_report_is_swedish_self_contained_and_complete(checked):
    page = (checked / "report.html").read_text(encoding="utf-8")
    assert '<html lang="sv">' in page and "Vad som skulle avgöra det" in page
    assert hypothesis(register()["would-miss"], "sv") in page
    assert "default-src 'none'" in page
    assert not re.findall(r"(?:src|href)=['\"](?!data:|#)[^'\"]*", page.replace("src=x", ""))
    assert page.count("<h1>") == 1 and page.count("alt='") == 3
    assert "80 personer svarade" in page and "<script" not in page
    assert "<td>Förtroende</td>" in page and "<th scope='col'>utöver alla andra</th>" in page
    assert "Alla block tillsammans förklarar lojalitet: R² 0," in page


def test_the_report_says_how_many_remain_and_how_verdicts_hang_on_bounds(checked):
    page = (checked / "report.html").read_text(encoding="utf-8")
    claims = pd.read_csv(checked / "claims.csv")
    supported = int((claims["verdict"] == "supported").sum())
    said = re.findall(r"Bedömningar med ”får stöd”: (\d+)\. När högst 5 % .* återstår: (\d+)", page)
    assert [int(n) for n, _ in said] == [supported] * bool(supported)
    assert "Planens primära påståenden" not in page  # the plan names none
    table = pd.read_csv(checked / "tables/verdict_map.csv")
    judged = claims[~claims["verdict"].isin(["not measured", "untestable"])]
    own = table[table["factor"] == 1].set_index("claim")["verdict"]
    assert own.to_dict() == judged.set_index("claim")["verdict"].to_dict()
    assert f"Bedömda påståenden: {len(judged)}." in page
    shown = page[page.index("Samma sak som tabell") :].split("</details>")[0]
    assert shown.count("<td>") == len(table) + 1 and "<th scope='col'>× 0,5</th>" in shown
    assert all(f"<th scope='row'>{called_claim(c, 'sv')}</th>" in shown for c in own.index)


def test_the_plan_is_kept_by_the_report(checked):
    page = (checked / "report.html").read_text(encoding="utf-8")
    assert "Färre svar än planerat. (planerat: 200; faktiskt: 80)" in page
    assert "”demografi förklarar lite” skulle prövas men mättes inte." in page
    exploratory = re.findall(r"id='claim-([\w.-]+)'(?:(?!</details>).)*explorativt", page, re.S)
    assert "would-miss" in exploratory and "demographics-weak" not in exploratory


def test_files_beside_the_answers_are_never_run(inputs, checked):
    assert not (inputs / "run.txt").exists()
    book = nbformat.read(checked / "analysis.ipynb", as_version=4)
    assert "answers = 'answers.csv'" in book.cells[1].source
    assert str(inputs) not in nbformat.writes(book)


# Python ends `-m` by the signal itself where Ctrl-C met code that is made of text (a named tuple,
# say), and where the whole run is in the background a child would be deaf to it
COMMAND = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from loyaltystudy.cli import main
sys.exit(main())
"""


def test_killed_it_leaves_no_report_and_run_again_ends_the_same(inputs, checked, tmp_path):
    """Interrupted by Ctrl-C once, then killed without warning at random moments."""
    out = tmp_path / "out"
    command = [
        sys.executable,
        "-c",
        COMMAND,
        "check",
        str(inputs / "answers.csv"),
        "--codebook",
        str(inputs / "codebook.yaml"),
        "--plan",
        str(inputs / "plan.yaml"),
        "--out",
        str(out),
    ]
    before = {path.name: path.read_bytes() for path in inputs.iterdir()}
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    while process.poll() is None and not (out / "UNFINISHED.txt").exists():
        time.sleep(0.05)  # until the analysis is under way
    process.send_signal(signal.SIGINT)
    said = process.communicate()[1].splitlines()[-1]
    assert process.returncode == 130 and said.startswith("loyaltystudy: interrupted; finished")
    assert not (out / "report.html").exists() and (out / "UNFINISHED.txt").is_file()
    for moment in np.random.default_rng(0).uniform(0.5, 6, size=2):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(moment)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert not (out / "report.html").exists() or is_complete(out / "report.html")
        if out.exists() and not (out / "report.html").exists():
            assert (out / "UNFINISHED.txt").is_file()
        for path in out.rglob("*.csv"):
            pd.read_csv(path)
    assert {path.name: path.read_bytes() for path in inputs.iterdir()} == before
    check([inputs / "answers.csv"], [inputs], plan=inputs / "plan.yaml", out=out, progress=False)
    for name in ("claims.csv", "private/scores.parquet", "report.html", "tables/claims.tex"):
        assert (out / name).read_bytes() == (checked / name).read_bytes(), name


def test_the_analysis_is_a_page_like_the_report(checked):
    page = (checked / "analysis.html").read_text(encoding="utf-8")
    assert '<html lang="sv">' in page and "default-src 'none'" in page and "<script" not in page
    assert "<title>Vad säger svaren?</title>" in page and page.count("<h1>") == 1
    described = re.findall(r'<img alt="([^"]*)"', page)
    assert described == [
        "Figur: Hur väl mättes det?",
        "Figur: Vad förklarar lojalitet?",
        "Figur: Påståendena",
    ]
    assert (
        page.count("<img") == 3 and "<th></th>" not in page and "skip" not in page.split("<h1>")[1]
    )
    tables = page.count("<table")
    assert tables >= 5 and page.count('<div class="output_area" tabindex="0">') >= tables


def left_in_english(folder, language: str, names: set[str]) -> set[str]:
    """Texts of SVG figures and typeset tables, but for ``names``, with a word of English only."""
    letters = r"[^\W\d_]+"
    said = [*texts().values(), *(entry["label"] for entry in constructs().values())]
    words = {
        code: set(re.findall(letters, " ".join(t[code] for t in said).lower()))
        for code in ("en", language)
    }
    english = words["en"] - words[language]
    assert {"explained", "items", "supported", "trust", "estimate"} <= english
    figures = [path.read_text("utf-8") for path in folder.rglob("figures/*.svg")]
    tables = [
        path.read_text("utf-8")
        for name in ("claims", "comparison", "reliability")
        for path in folder.rglob(f"tables/{name}.html")
    ]
    drawn = set(re.findall(r"<!-- (.*?) -->", " ".join(figures)))
    cells = set(re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", " ".join(tables)))
    assert len(drawn) > 20 and len(cells) > 20
    found = {text.split(": A small study")[0] for text in drawn | cells} - names
    return {text for text in found if english & {*re.findall(letters, text.lower())}}


def test_figures_and_tables_speak_swedish(checked):
    assert left_in_english(checked, "sv", {*register()}) == set()
    axis = (checked / "figures/comparison.svg").read_text(encoding="utf-8")
    assert (
        "<!-- Attitydmässig lojalitet: förklarad varians (R², justerat, 95 %-intervall), n 80 -->"
        in axis
    )
    table = (checked / "tables/reliability.html").read_text(encoding="utf-8")
    assert 'lang="sv"' in table and "alfa, nedre gräns" in table and re.search(r">0,\d{3}<", table)


def test_two_studies_stand_side_by_side(inputs, tmp_path):
    """One of them simulated: labelled so, and counted apart."""
    other = CODEBOOK.replace("population: customers", "population: simulated")
    (tmp_path / "other.yaml").write_text(other.replace("study: small", "study: drawn"))
    again = pd.read_csv(inputs / "answers.csv").assign(s1=lambda d: d["s1"].to_numpy()[::-1])
    again.to_csv(tmp_path / "drawn.csv", index=False)
    page = check(
        [inputs / "answers.csv", tmp_path / "drawn.csv"],
        [inputs, tmp_path / "other.yaml"],
        out=tmp_path / "out",
        language="nb",
        progress=False,
    )
    text, out = page.read_text(encoding="utf-8"), tmp_path / "out"
    assert "Studier side om side" in text and "<th scope='col'>drawn (simulerte)</th>" in text
    assert "<span class='label'>simulerte</span>" in text and text.count("<h3>small</h3>") >= 1
    assert (out / "figures/claims.svg").is_file() and (
        out / "drawn/private/scores.parquet"
    ).exists()
    claims = pd.read_csv(out / "claims.csv")
    assert claims.groupby("study")["kind"].first().to_dict() == {
        "small": "real",
        "drawn": "simulated",
    }
    linked = re.findall(r"<th scope='row'><a href='#claim-([\w.-]+)'>([^<]*)</a>", text)
    assert linked and all(shown == called_claim(name, "nb") != name for name, shown in linked)
    regions = re.findall(r"aria-label='([^']*)'", re.sub(r"<svg.*?</svg>", "", text))
    assert len(regions) == len(set(regions)) >= 4
    assert left_in_english(out, "nb", {*register(), "drawn"}) == set()
    figure = (out / "figures/claims.svg").read_text(encoding="utf-8")
    assert "<!-- (simulerte) -->" in figure and "delvis" not in figure


def test_waves_of_one_codebook_take_their_files_names(inputs, tmp_path):
    from loyaltystudy.report._check import study_names as _names

    books = [load_codebook(inputs)] * 2
    assert _names([tmp_path / "wave 1.csv", tmp_path / "b.csv"], books) == [
        "small-wave-1",
        "small-b",
    ]
    with pytest.raises(SurveyError, match="Two studies are called 'small-b'"):
        _names([tmp_path / "b.csv", tmp_path / "b.sav"], books)


def test_an_interruption_while_the_kernel_closes_is_not_ignored(monkeypatch):
    """nbclient takes the signal for itself then, and ends as if nothing had been asked."""

    class Client:
        def __init__(self, *_, **__):
            pass

        def execute(self):
            self._async_cleanup_kernel_future = None

    monkeypatch.setattr("nbclient.NotebookClient", Client)
    with pytest.raises(KeyboardInterrupt):
        execute(new_notebook(), "analysis")


def test_bad_answers_and_a_yaml_bomb_are_refused(inputs, tmp_path):
    bomb = "a: &a [x, x]\n" + "".join(f"b{i}: &b{i} [*a, *a]\n" for i in range(9))
    (tmp_path / "bomb.yaml").write_text(bomb)
    with pytest.raises(SurveyError, match="an alias of this stands elsewhere"):
        check([inputs / "answers.csv"], [tmp_path / "bomb.yaml"], out=tmp_path / "out")
    assert not (tmp_path / "out").exists()
    few = pd.read_csv(inputs / "answers.csv").head(9)
    few.to_csv(tmp_path / "few.csv", index=False)
    with pytest.raises(SurveyError, match="9 respondents; a report needs 10 at least"):
        check([tmp_path / "few.csv"], [inputs], out=tmp_path / "few", progress=False)


def test_a_claim_that_cannot_be_computed_does_not_stop_the_others(inputs, monkeypatch):
    study = read_study(inputs / "answers.csv", inputs)
    whole = check_claims(study)
    name = "would-miss"

    test = Claim.test

    def fails(claim, *given):
        if claim.name == name:
            raise SurveyError("Constant columns explain nothing.")
        return test(claim, *given)

    monkeypatch.setattr(Claim, "test", fails)
    table = check_claims(study).set_index("claim")
    assert table.loc[name, "verdict"] == "not measured" and "Constant" in table.loc[name, "why"]
    others = whole.set_index("claim").drop(index=name).drop(columns="p_holm")
    assert table.drop(index=name).drop(columns="p_holm").equals(others)


def test_writing_is_whole_or_not_at_all(tmp_path):
    write_whole(tmp_path / "a.txt", "one")
    with pytest.raises(UnicodeEncodeError):
        write_whole(tmp_path / "a.txt", "two \ud800")
    assert (tmp_path / "a.txt").read_text() == "one"
