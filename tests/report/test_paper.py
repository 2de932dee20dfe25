"""From results to a paper: numbers inserted, Word files that open, scripts, metadata, archive."""

import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy.claims import make_plan
from loyaltystudy.report._analysis import analyse
from loyaltystudy.report._claims_head import primary_lines, remaining_line
from loyaltystudy.report._paper.blocks import Figure, Heading, Paragraph, Table, to_myst
from loyaltystudy.report._paper.manuscript import FEW, manuscript
from loyaltystudy.report._paper.metadata import ddi, table_schema
from loyaltystudy.report._paper.registration import registration_text
from loyaltystudy.report._paper.scripts import (
    comparison_rows,
    plain_names,
    r_script,
    sample_rows,
    stata_script,
)
from loyaltystudy.report._paper.word import HEIGHT, WIDTH, column_widths, to_docx
from loyaltystudy.report._paper.write import has_rows
from loyaltystudy.report._sections import _footing
from loyaltystudy.report._sentences import apa, percent, stat
from loyaltystudy.report._translations import texts
from loyaltystudy.report._written import write_analysis, written_tables
from loyaltystudy.survey import csv_text, data_folder, load_codebook, make_codebook

NUMBER = re.compile(r"[-−]?\d+(?:[.,]\d+)?|[-−]?\.\d+")


@pytest.fixture(scope="module")
def analysis():
    return analyse(ls.load_study("mobile-ecsi"), language="en")


@pytest.fixture(scope="module")
def written(analysis, tmp_path_factory):
    return write_analysis(analysis, tmp_path_factory.mktemp("written"))


def words_of(path) -> str:
    with zipfile.ZipFile(path) as archive:
        text = archive.read("word/document.xml").decode("utf-8")
    return " ".join(re.findall(r"<w:t(?: [^>]*)?>([^<]*)</w:t>", text))


def test_the_manuscript_holds_the_figures_of_the_analysis(analysis, written):
    text = (written / "manuscript/manuscript.md").read_text(encoding="utf-8")
    found = analysis.comparison
    for value in (found.r2, found.r2_adjusted, found.r2_cv):
        assert stat(value, "en") in text
    dominance = found.shown.query("measure == 'dominance'")
    for row in dominance.itertuples():
        assert f"{stat(row.adjusted, 'en')} of the variance" in text
        assert f"{row.adjusted:.3f}" in text or f"{row.adjusted:.2f}" in text
    assert f"{percent(found.r2_adjusted, 'en')} %" in text and f"n = {found.n}" in text
    assert text.startswith("---\ntitle: ") and "../figures/comparison.png" in text


def test_no_number_stays_when_the_results_change(analysis):
    """Every number of the results comes from the data: with others none is left but constants."""
    rng = np.random.default_rng(3)
    study = analysis.study
    shuffled = study.answers.sample(n=200, random_state=1).apply(rng.permutation)
    other = analyse(type(study)(study.codebook, shuffled), language="en")
    mine, theirs = ({*map(tuple, map(NUMBER.findall, apa(a)))} for a in (analysis, other))
    assert not mine & theirs


@pytest.mark.parametrize("language", ["en", "sv", "nb"])
def test_the_manuscript_has_its_parts_in_every_language(language):
    made = analyse(ls.load_study("mobile-ecsi"), language=language)
    parts = manuscript(made, {"comparison"})
    assert sum(isinstance(part, Heading) for part in parts) == 6
    assert sum(isinstance(part, Table) for part in parts) == 5
    assert [part.path for part in parts if isinstance(part, Figure)] == [
        "../figures/comparison.png"
    ]
    text = to_myst(parts)
    assert "{}" not in text and ("0,7" in text) == (language != "en")


def test_word_files_open_and_say_what_the_tables_say(analysis, written):
    from docx import Document

    tables = written_tables(analysis)
    for name in tables:
        document = Document(str(written / f"tables/{name}.docx"))
        (table,) = document.tables
        assert len(table.rows) == len(tables[name]) + 1, name
    manuscript_words = words_of(written / "manuscript/manuscript.docx")
    for line in apa(analysis, scales=FEW):
        assert line.replace("&", "&amp;") in manuscript_words
    with zipfile.ZipFile(written / "manuscript/manuscript.docx") as archive:
        assert sum(name.startswith("word/media/") for name in archive.namelist()) == 3


def test_word_tables_fit_the_page_and_head_every_page(written):
    from docx import Document

    document = Document(str(written / "manuscript/manuscript.docx"))
    page = document.sections[0]
    assert (round(page.page_width.cm, 1), round(page.page_height.cm, 1)) == (21.0, 29.7)
    assert len(document.tables) == 5
    for table in document.tables:
        assert sum(column.width.cm for column in table.columns) <= WIDTH + 0.1
        assert "w:tblHeader" in table.rows[0]._tr.xml
        assert all("w:cantSplit" in row._tr.xml for row in table.rows)
    for picture in document.inline_shapes:
        assert picture.width.cm <= WIDTH + 0.01 and picture.height.cm <= HEIGHT + 0.01
    said = [paragraph.text for paragraph in document.paragraphs]
    assert [line for line in said if line.startswith("Table ")] == [
        f"Table {i}" for i in range(1, 6)
    ]
    assert any(line.startswith("Note. Adjusted shares") for line in said)
    assert document.styles["Normal"].font.name == "Times New Roman"
    assert 'w:val="en-GB"' in document.styles["Normal"].element.xml


@pytest.mark.parametrize(
    "rows",
    [
        [["scale", "n", "alpha"], ["Trust", "344", "0.780 [0.729; 0.820]"]],
        [["x" * 30] * 12, ["0.123"] * 12],
        [["hypothesis", "verdict"], ["word " * 60, "supported"]],
        [["a"], ["y" * 500]],
    ],
)
def test_columns_are_as_wide_as_what_they_hold_within_the_page(rows):
    widths = column_widths(rows)
    assert sum(widths) <= WIDTH + 1e-9 and min(widths) > 0
    if len(rows[0]) == 3:
        assert widths[1] < widths[0] < widths[2]
    if len(rows[0]) == 2:
        assert widths[0] > 4 * widths[1] > 4


def test_a_tall_figure_is_made_to_fit_a_page(tmp_path):
    import matplotlib.pyplot as plt
    from docx import Document

    figure = plt.figure(figsize=(2, 9))
    figure.savefig(tmp_path / "tall.png")
    plt.close(figure)
    content = to_docx([Figure("tall.png", "Tall"), Paragraph("x")], tmp_path, "t", "nb")
    (picture,) = Document(io.BytesIO(content)).inline_shapes
    assert picture.height.cm == pytest.approx(HEIGHT, abs=0.01)
    assert picture.width.cm == pytest.approx(HEIGHT * 2 / 9, abs=0.05)


def test_many_scales_have_one_sentence(analysis):
    every, few = apa(analysis), apa(analysis, scales=1)
    assert len(every) > len(few) and every[-1] not in few
    alpha = analysis.reliability.query("items > 1")["alpha"].dropna()
    assert few[-1] == (
        f"Cronbach's α of the {len(alpha)} scales lies between {stat(alpha.min(), 'en')} and "
        f"{stat(alpha.max(), 'en')} (median {stat(alpha.median(), 'en')})."
    )


def test_text_of_others_starts_no_markup(tmp_path):
    evil = "# *a* <script>x</script> | $y$ {eval} [l](http://x) `c`\n---"
    text = to_myst([Heading(evil), Paragraph(evil), Table(evil, pd.DataFrame({"a|b": [evil]}))])
    bare = re.sub(r"(?m)^\*(?=\\#)|(?<=---)\*$", "", text.replace("**", ""))  # a title in italics
    assert "<script>" not in text and not re.search(r"(?<!\\)[$`<*]", bare)
    assert text.splitlines()[-1].count("|") - text.splitlines()[-1].count("\\|") == 2
    content = to_docx([Heading(evil), Paragraph(evil)], tmp_path, "t")
    assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None


def test_scripts_read_the_private_rows_and_stop_at_other_figures(analysis, written):
    rows = pd.read_csv(written / "private/comparison.csv")
    made, short = comparison_rows(analysis)
    assert len(rows) == analysis.comparison.n and [*rows] == [*made]
    text = r_script(analysis)
    assert (written / "scripts/comparison.R").read_text() == text
    assert f"abs(values[2^k] - {analysis.comparison.r2:.4f}) < 5e-4" in text
    for names in analysis.blocks.values():
        assert ", ".join(f'"{short[name]}"' for name in names) in text
    assert "lavaan::cfa(model, data = items" in text and "domir::domir" in text
    assert text.count("(") == text.count(")") and text.count("{") == text.count("}")


def test_a_study_of_which_a_column_is_at_hand_as_moments_alone_gets_no_scripts(analysis):
    some = analysis.study.answers.drop(columns=analysis.study.codebook.scales["trust"].items[0])
    assert has_rows(analysis)
    assert not has_rows(replace(analysis, study=replace(analysis.study, answers=some)))


def test_the_rows_give_the_same_r2_by_least_squares(analysis):
    rows, short = comparison_rows(analysis)
    x = pd.get_dummies(rows.drop(columns=short[analysis.outcome.name]), drop_first=True)
    x = np.column_stack([np.ones(len(x)), x.to_numpy(dtype=float)])
    y = rows[short[analysis.outcome.name]].to_numpy(dtype=float)
    rest = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    r2 = 1 - (rest**2).sum() / ((y - y.mean()) ** 2).sum()
    assert r2 == pytest.approx(analysis.comparison.r2, abs=1e-12)


def test_the_stata_file_has_a_set_a_block_and_the_weight():
    rng = np.random.default_rng(0)
    book = {
        "study": "s",
        "title": "Ett\nfall",
        "population": "customers",
        "items": {"l": {"answers": {"range": [0, 10]}}},
        "scales": {"loyal": {"construct": "loyalty", "items": ["l"]}},
        "variables": {
            "kön": {"kind": "nominal", "answers": {"codes": {1: "a", 2: "b", 3: "c"}}},
            "x": {"kind": "numeric", "answers": {"range": [0, 9], "whole": False}},
            "vikt": {"kind": "numeric", "answers": {"range": [0, 9], "whole": False}},
        },
        "blocks": {"vem": ["kön"], "vad": ["x"]},
        "design": {"weight": "vikt"},
    }
    table = {"l": rng.integers(0, 11, 90), "kön": rng.integers(1, 4, 90)}
    table |= {"x": rng.uniform(0, 9, 90), "vikt": rng.uniform(1, 2, 90)}
    text = stata_script(analyse(ls.read_study(pd.DataFrame(table), make_codebook(book))))
    assert (
        "domin loyal [aweight = vikt], reg(regress) fitstat(e(r2)) sets((kon_d2 kon_d3) (x))"
        in text
    )
    assert text.startswith("* Ett fall\n") and "quietly tabulate kon, generate(kon_d)" in text
    assert "svyset _n [pweight = vikt]\nsvy: regress loyal kon_d2 kon_d3 x\n" in text


STATA = {  # each command of the do-file by Stata's documented syntax
    "version": r"version 15",
    "import": r'import delimited using "[^"]+", clear varnames\(1\) case\(preserve\) '
    r'encoding\("UTF-8"\)',
    "label": r"label variable {v} \"[^\"`$']{{1,80}}\"",
    "quietly": r"quietly tabulate {v}, generate\({v}\)",
    "regress": r"regress {v}( {v})+( \[aweight = {v}\])?",
    "assert": r"assert abs\(e\(r2\) - \d\.\d{{4}}\) < 5e-4",
    "svyset": r"svyset {v}( \[pweight = {v}\])?(, strata\({v}\))?",
    "svy:": r"svy: regress {v}( {v})+",
    "capture": r"capture which domin",
    "if": r"if _rc \{{",
    "display": r'display as error "[^"]+"',
    "}": r"\}}",
    "else": r"else \{{",
    "domin": r"domin {v}( \[aweight = {v}\])?, reg\(regress\) fitstat\(e\(r2\)\) "
    r"sets\(\({v}( {v})*\)( \({v}( {v})*\))+\)",
}
VARIABLE = r"(?:_n|[A-Za-z][A-Za-z0-9_]{0,31})"
STATA_WORDS = {"_all", "_n", "_b", "byte", "_coef", "_cons", "double", "float", "if", "in", "int"}
STATA_WORDS |= {"long", "_pi", "_pred", "_rc", "_skip", "strL", "using", "with"}


def commands(text: str) -> list[str]:
    return [s for line in text.splitlines() if (s := line.strip()) and not s.startswith("*")]


@pytest.mark.parametrize(
    "design",
    [
        {},
        {"weight": "with"},
        {"cluster": "_n"},
        {"weight": "with", "cluster": "_n", "strata": "int"},
    ],
)
def test_every_line_of_the_stata_file_has_stata_s_syntax(design):
    """Reserved words, names of over 32 characters, labels beyond ASCII, and missing answers."""
    rng, n = np.random.default_rng(2), 240
    long = [
        "a_question_of_more_than_thirty_two_characters_1",
        "a_question_of_more_than_thirty_two_characters_2",
    ]
    table = pd.DataFrame(rng.integers(1, 8, (n, 4)).astype(float), columns=["if", "str8", *long])
    table["_cons"] = table["if"] + rng.integers(0, 3, n)
    table["kön"] = rng.choice(["Kvinna", "Man, äldre", "Ännu en"], n)
    table["with"], table["_n"], table["int"] = (
        rng.uniform(1, 2, n),
        np.arange(n) % 24 + 1,
        np.arange(n) % 4,
    )
    table.loc[:19, "if"] = np.nan
    graded = {"kind": "ordinal", "answers": {"range": [1, 9]}}
    number = {"kind": "numeric", "answers": {"range": [0, 99], "whole": False}}
    codes = {1: "Kvinna", 2: "Man, äldre", 3: "Ännu en"}
    book = {
        "study": "s",
        "title": "/* `everything' $here /// */",
        "population": "customers",
        "variables": dict.fromkeys(("if", "str8", "_cons", *long), graded)
        | dict.fromkeys(("with", "_n", "int"), number)
        | {
            "kön": {
                "kind": "nominal",
                "answers": {"codes": codes},
                "label": {"sv": 'Kön, ålder "och" mer'},
            }
        },
        "blocks": {"while": ["if", "kön"], "_pi": [*long], "NULL": ["str8"]},
        "design": design,
    }
    made = analyse(ls.read_study(table, make_codebook(book)), outcome="_cons")
    text = stata_script(made)
    for line in commands(text):
        form = STATA[line.split()[0]].format(v=VARIABLE)
        assert re.fullmatch(form, line), line
    comments = [line for line in text.splitlines() if line.startswith("*")]
    assert not [line for line in comments if re.search(r"/\*|\*/|///|[`$]", line)]
    rows, short = comparison_rows(made)
    assert len(rows) == made.comparison.n == n - 20 and not rows.isna().any().any()
    assert all(re.fullmatch(r"[A-Za-z]\w{0,27}", name, re.ASCII) for name in rows)
    assert not {*map(str.casefold, rows)} & {*map(str.casefold, STATA_WORDS)}
    assert len({*short.values()}) == len(short)
    content = csv_text(rows)
    assert content.isascii() and not re.search(r"nan|,,|(?m:,$)", content, re.IGNORECASE)
    assert 'label variable kon "Kön, ålder och mer"' in text and text.count(
        "label variable"
    ) == len(rows.columns)
    assert ("svyset" in text) == bool(design) and ("strata(" in text) == ("strata" in design)


def test_one_block_alone_has_no_dominance_to_compute(analysis):
    one = analyse(analysis.study, language="en")
    (block, names), *_ = one.blocks.items()
    found = ls.compare_blocks(analysis.study, one.outcome.name, {block: names})
    alone = replace(one, blocks={block: names}, comparison=found)
    assert "domin " not in stata_script(alone) and "domir::domir(" not in r_script(alone)
    assert "regress " in stata_script(alone)


@pytest.mark.skipif(not shutil.which("Rscript"), reason="R is not installed")
def test_the_r_script_runs_with_and_without_other_packages(raked, tmp_path):
    write_analysis(raked, tmp_path)
    done = subprocess.run(
        ["Rscript", "comparison.R"], cwd=tmp_path / "scripts", capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "General dominance from all 4 subsets of the blocks, by base R's lm." in done.stdout
    assert "domir is not installed; it would" in done.stdout or "General Dominance" in done.stdout


@pytest.fixture(scope="module")
def raked():
    """Loyalty by trust of 300, weighted from a weight to two margins; 12 have a weight of zero."""
    rng = np.random.default_rng(4)
    five = {"answers": {"range": [1, 5]}}
    trust = rng.integers(1, 6, 300)
    table = {
        "t": trust,
        "l": np.clip(trust + rng.integers(-1, 2, 300), 1, 5),
        "kön": rng.choice(["Kvinna", "Man"], 300, p=[0.7, 0.3]),
        "age": rng.integers(18, 80, 300),
        "w": np.r_[np.zeros(12), rng.choice([0.5, 1, 2], 288)],
    }
    book = {
        "study": "s",
        "title": "Raked",
        "population": "customers",
        "items": {"t": five, "l": five},
        "scales": {
            "trust": {"construct": "trust", "items": ["t"]},
            "loyal": {"construct": "loyalty", "items": ["l"]},
        },
        "variables": {
            "kön": {"kind": "nominal", "answers": {"codes": {1: "Kvinna", 2: "Man"}}},
            "age": {"kind": "numeric", "answers": {"range": [18, 99]}},
            "w": {"kind": "numeric", "answers": {"range": [0, 9], "whole": False}},
        },
        "blocks": {"bonds": ["trust"], "who": ["age", "kön"]},
        "design": {
            "weight": "w",
            "margins": {"kön": {"Kvinna": 0.51, "Man": 0.49}, "age": {"18-44": 40, "45-": 60}},
        },
    }
    return analyse(ls.read_study(pd.DataFrame(table), make_codebook(book)), language="en")


def test_a_report_says_to_which_margins_it_is_weighted_and_whom_it_leaves_out(raked):
    footing = " ".join(_footing(raked, "en"))
    assert "weighted to the population's margins of kön and Age by raking" in footing
    assert "0 left out for missing answers, 12 for a weight of zero or less, or none" in footing
    method = next(p.text for p in manuscript(raked, ()) if "by raking" in getattr(p, "text", ""))
    assert "once more in every replicate" in method
    assert any("Särndal" in getattr(part, "text", "") for part in manuscript(raked, ()))
    plain = " ".join(_footing(analyse(ls.load_study("mobile-ecsi"), language="en"), "en"))
    assert "raking" not in plain and "weight of zero" not in plain


def test_the_codebook_for_archives_has_the_margins(raked):
    book = raked.study.codebook
    root = ET.fromstring(ddi(book))
    weight = root.find(".//{*}stdyDscr/{*}method/{*}dataColl/{*}weight").text
    assert weight == (
        "Answers are weighted from the weight w to margins of the population by raking: "
        "kön (Kvinna: 0.51, Man: 0.49); age (18-44: 40, 45-: 60)."
    )
    weights = [var.get("name") for var in root.iterfind(".//{*}var[@wgt='wgt']")]
    assert weights == ["w", "raked_weight"]
    fields = [field["name"] for field in json.loads(table_schema(book))["fields"]]
    assert "w" in fields and "raked_weight" not in fields
    text = registration_text(make_plan(book, claims=[], respondents=300), book)
    assert "margins of the population by raking" in text


def test_the_r_script_rakes_again(raked):
    text, rows = r_script(raked), sample_rows(raked.study)
    assert "survey::rake(" in text and "sample$raked" in text
    assert f"kon = c({0.51 * 288:.10g}, {0.49 * 288:.10g})" in text
    assert len(rows) == 288 and {*rows["kon"]} == {1, 2}
    weights = rows.groupby("kon")["raked"].sum()
    assert weights.to_numpy() == pytest.approx([0.51 * 288, 0.49 * 288])
    assert text.count("(") == text.count(")") and text.count("{") == text.count("}")


def test_names_for_other_programs_are_plain_and_no_two_alike():
    names = [f"{'å' * 40}{i}" for i in range(30)] + ["_", "1", "a b", "a_b"]
    short = plain_names(names)
    assert len({*short.values()}) == len(names)
    assert all(re.fullmatch(r"[A-Za-z_]\w{0,30}", name, re.ASCII) for name in short.values())


ORDER = (
    "labl imputation security embargo respUnit anlysUnit qstn valrng invalrng undocCod universe "
)
ORDER += (
    "TotlResp sumStat txt stdCatgry catgryGrp catgry codInstr verStmt concept derivation varFormat"
)


@pytest.mark.parametrize(
    "name", ["instrument", "mobile-ecsi", "gss-2006-reading", "star-wars-2014"]
)
def test_ddi_is_in_the_order_of_the_schema_and_holds_every_variable(name):
    """What codebook.xsd asks of a variable; the schema itself judges in the test below."""
    book = load_codebook(data_folder() / name)
    root = ET.fromstring(ddi(book))
    space = "{ddi:codebook:2_5}"
    assert root.tag == f"{space}codeBook" and root.get("version") == "2.5"
    variables = root.findall(f".//{space}var")
    assert [v.get("name") for v in variables] == [*book.columns]
    assert len({v.get("ID") for v in variables}) == len(variables)
    place = {tag: i for i, tag in enumerate(ORDER.split())}
    for variable in variables:
        order = [place[child.tag.removeprefix(space)] for child in variable]
        assert order == sorted(order)
        entry = book.columns[variable.get("name")]
        codes = [float(v.text) for v in variable.findall(f"{space}catgry/{space}catValu")]
        assert codes == [*entry.answers.codes]
    ids = {v.get("ID") for v in variables}
    for group in root.findall(f".//{space}varGrp"):
        assert {*group.get("var").split()} <= ids


@pytest.mark.skipif("DDI_SCHEMA" not in os.environ, reason="needs DDI_SCHEMA=.../codebook.xsd")
def test_ddi_validates_against_the_schema():
    """Schema: github.com/ddialliance/ddi-c_2, f1c94b6 (2.5.1); LGPL, so that none ships here."""
    etree = pytest.importorskip("lxml.etree")
    parser = etree.XMLParser(no_network=True)
    schema = etree.XMLSchema(etree.parse(os.environ["DDI_SCHEMA"], parser))
    books = sorted(path.parent for path in data_folder().glob("*/codebook.yaml"))
    assert len(books) > 20
    for folder in books:
        assert schema.validate(etree.fromstring(ddi(load_codebook(folder)).encode())), folder
    spoiled = ddi(load_codebook(books[0])).replace("<qstn>", "<question>")
    assert not schema.validate(etree.fromstring(spoiled.replace("</qstn>", "</question>").encode()))


@pytest.mark.parametrize("name", ["instrument", "mobile-ecsi"])
def test_the_table_schema_is_one(name):
    book = load_codebook(data_folder() / name)
    schema = json.loads(table_schema(book))
    kinds = {"string", "integer", "number", "any"}
    names = [field["name"] for field in schema["fields"]]
    assert {field["type"] for field in schema["fields"]} <= kinds and len({*names}) == len(names)
    assert {entry.column or key for key, entry in book.columns.items()} <= {*names}
    for field in schema["fields"]:
        limits = field.get("constraints", {})
        assert limits.get("minimum", 0) <= limits.get("maximum", 1e12)
        for category in field.get("categories", []):
            assert category["value"] in limits["enum"]
    assert all(isinstance(value, str) for value in schema["missingValues"])


def test_a_preregistration_answers_every_question_of_the_form():
    book = load_codebook(data_folder() / "instrument")
    plan = make_plan(
        book, ["would-miss", "demographics-weak"], careless="leave out", respondents=400
    )
    text = registration_text(plan, book)
    assert re.findall(r"^## (\d)\.", text, flags=re.M) == [*"12345678"]
    assert plan.lock in text and "400 respondents" in text and "are left out" in text
    for name in plan.claims:
        assert text.count(name) >= 2


def test_the_archive_holds_hashes_that_fit_and_no_answers(written):
    sums = (written / "archive/SHA256SUMS").read_text().splitlines()
    assert len(sums) > 20
    for line in sums:
        digest, name = line.split("  ", 1)
        assert hashlib.sha256((written / name).read_bytes()).hexdigest() == digest
        assert not name.startswith("private/")
    zenodo = json.loads((written / "archive/zenodo.json").read_text())
    assert zenodo["upload_type"] == "dataset" and zenodo["creators"]
    assert "cff-version: 1.2.0" in (written / "archive/CITATION.cff").read_text()
    versions = json.loads((written / "archive/versions.json").read_text())
    assert versions["pandas"] == pd.__version__


@pytest.mark.parametrize("language", ["en", "sv", "nb"])
def test_the_manuscript_says_how_verdicts_depend_on_bounds_and_how_many_remain(language):
    study = ls.load_study("mobile-reputation")
    asked = list(analyse(study, language="en").judged["claim"])[:2]
    plan = make_plan(study.codebook, asked, primary=asked[:1])
    made = analyse(study, plan, language=language)
    parts = manuscript(made, {"verdict_map"})
    text, words = to_myst(parts), texts()
    assert remaining_line(made.claims, language) and remaining_line(made.claims, language) in [
        part.text for part in parts if isinstance(part, Paragraph)
    ]
    (table,) = [
        p for p in parts if isinstance(p, Table) and p.title == words["map heading"][language]
    ]
    assert len(table.cells) == made.verdict_map["claim"].nunique()
    assert set(table.cells.iloc[:, 1:].to_numpy().ravel()) <= {
        words[verdict][language] for verdict in made.verdict_map["verdict"]
    }
    assert "../figures/verdict_map.png" in [p.path for p in parts if isinstance(p, Figure)]
    (line,) = primary_lines(made.claims, plan.primary, language)
    assert line in [part.text for part in parts if isinstance(part, Paragraph)]
    assert words["primary"][language] in text
