"""Pages made at each build from what the repository holds, so that none is kept up by hand."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pandas as pd
from evidence import evidence_page
from hints import hints_page
from mdparts import measured_on, table, toctree
from notebook_pages import home, write_notebooks
from references import references_page

import loyaltystudy as ls
from loyaltystudy.claims._register import SOURCES as TEXTS, register
from loyaltystudy.survey._codebook import load_codebook
from loyaltystudy.survey._open_studies import SOURCES as STUDIES
from reference import write_reference

ROOT = Path(__file__).resolve().parents[1]
MADE = ("api", "data", "measured", "notebooks")  # folders; emptied at each build


def write_all(docs: Path) -> None:
    """Write every generated page below ``docs``."""
    for folder in MADE:
        shutil.rmtree(docs / folder, ignore_errors=True)
        (docs / folder).mkdir()
    write_reference(docs / "api")
    write_data(docs / "data")
    write_measured(docs / "measured")
    write_notebooks(docs / "notebooks")
    (docs / "claims.md").write_text(claims_page(), encoding="utf-8")
    (docs / "references.md").write_text(references_page(), encoding="utf-8")
    (docs / "evidence.md").write_text(evidence_page(), encoding="utf-8")
    (docs / "measured/headline.txt").write_text(headline(), encoding="utf-8")
    (docs / "measured/hints.txt").write_text(hints_page(), encoding="utf-8")
    (docs / "measured/coverage.txt").write_text(coverage_summary(), encoding="utf-8")
    (docs / "constructs.md").write_text(constructs_page(), encoding="utf-8")


def headline() -> str:
    """The README's example and what the simulations say, with links that hold on the site."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    text = text.partition("## Ten lines\n")[2].partition("## Two commands\n")[0]
    if not text:
        raise ValueError("README.md: the part from 'Ten lines' to 'Two commands' is gone")
    text = text.replace("](benchmarks/results/", "](measured/")
    return text.replace("](docs/", "](")


# ---- data ------------------------------------------------------------------------------------


def write_data(folder: Path) -> None:
    rows = []
    for name in STUDIES:
        book = load_codebook(ROOT / "data" / name)
        rows.append(
            {
                "study": f"[{name}]({name}.md)",
                "what": f"{book.title}: {book.respondents:,} {book.population}",
                "how it comes": how_it_comes(name),
                "licence": book.licence or "see its page",
            }
        )
        (folder / f"{name}.md").write_text(study_page(name, book), encoding="utf-8")
    panels = ls.list_panels()
    for panel in panels.itertuples():
        text = (ROOT / "data/panels" / panel.panel / "README.md").read_text(encoding="utf-8")
        (folder / f"panel-{panel.panel}.md").write_text(text, encoding="utf-8")
    brands = [
        {
            "panel": f"[{p.panel}](panel-{p.panel}.md)",
            "what": p.title,
            "how it comes": "answers",
            "licence": p.licence,
        }
        for p in panels.itertuples()
    ]
    simulated = [
        path.parent.name
        for path in sorted((ROOT / "data").glob("*/codebook.yaml"))
        if path.parent.name not in {*STUDIES, "instrument"}
    ]
    for name in simulated:
        text = (ROOT / "data" / name / "README.md").read_text(encoding="utf-8")
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    instrument = (ROOT / "data/instrument/README.md").read_text(encoding="utf-8")
    (folder / "instrument.md").write_text(instrument, encoding="utf-8")
    others = [*(f"panel-{p}" for p in panels["panel"]), *simulated, "instrument"]
    text = DATA.format(
        studies=table(rows),
        panels=table(brands),
        simulated="\n".join(f"- [](./{name}.md)" for name in simulated) or "None.",
        files=table(fetched_files()),
    )
    text += toctree([*STUDIES, *others], hidden=True)
    (folder / "index.md").write_text(text, encoding="utf-8")


DATA = """# Data

Every study has a page that begins with its limits. What a study measures is written in its
codebook; what it does not measure comes back as *not measured*.

How it comes: *answers* ship where their licence lets them; else *moments* of all complete answers
together ship in their place, with the errors of registered comparisons, and the file is *fetched*
on demand and never needed. [What is shared, and what that keeps safe](../howto/share.md).

## Surveys

{studies}
## Purchases

{panels}
## Simulated

{simulated}

Other worlds, each with a known truth, are in `ls.list_worlds()`.

## The questionnaire

[The instrument](instrument.md) asks for every construct of [the vocabulary](../constructs.md), in
English, Swedish and Norwegian Bokmål. It is not validated.

## Files fetched on demand

`loyaltystudy data fetch` gets them once, from a pinned commit of a public repository, checks their
SHA-256 (or its identity in Git) and keeps them in the folder named by `LOYALTYSTUDY_DATA` (else in
the user's cache folder).
Without them, moments and stored evidence, marked as such, stand in.

{files}
"""


def how_it_comes(name: str) -> str:
    origin = STUDIES[name]
    moments = (ROOT / "data" / name / "moments.csv").is_file()
    ways = ["answers"] if origin.shipped else []
    ways += ["moments"] if moments else []
    ways += ["fetched"] if origin.files else []
    return ", ".join(ways)


def fetched_files() -> list[dict]:
    from loyaltystudy.survey._download import registry

    return [
        {
            "file": f"`{row.Index}`",
            "repository": row.repository,
            "commit": f"`{row.commit[:10]}`",
            "megabytes": "" if pd.isna(row.bytes) else f"{row.bytes / 1e6:.2f}",
            "checked by": f"`{(row.blob if pd.isna(row.sha256) else row.sha256)[:16]}…`",
        }
        for row in registry().itertuples()
    ]


def study_page(name: str, book) -> str:
    """The study's README, and then what its codebook says."""
    text = (ROOT / "data" / name / "README.md").read_text(encoding="utf-8").rstrip()
    facts = {
        "Respondents": book.respondents,
        "Who": f"{book.population} ({book.kind})",
        "How it comes": how_it_comes(name),
        "Licence": book.licence,
        "Origin": book.origin,
    }
    facts = [{"fact": key, "value": value} for key, value in facts.items() if value]
    scales = [
        {
            "scale": f"`{scale.name}`",
            "measures": measured(scale),
            "items": ", ".join(
                f"`{item}`" + (" (reversed)" if book.items[item].reversed else "")
                for item in scale.items
            ),
        }
        for scale in book.scales.values()
    ]
    variables = [
        {"variable": f"`{v.name}`", "kind": v.kind, "measures": measured(v)}
        for v in book.variables.values()
    ]
    blocks = [
        {"block": f"`{b}`", "members": ", ".join(f"`{m}`" for m in members)}
        for b, members in book.blocks.items()
    ]
    lines = [text, "\n## From the codebook\n", f"`ls.load_study({name!r})`\n", table(facts)]
    for heading, rows in (("Scales", scales), ("Variables", variables), ("Blocks", blocks)):
        if rows:
            lines += [f"### {heading}\n", table(rows)]
    return "\n".join(lines)


def measured(entry) -> str:
    """The construct measured, or what the entry stands in for, with the reason."""
    full = [f"{entry.construct} (full)"] if entry.construct else []
    return "; ".join(full + [f"{c} (stand-in: {why})" for c, why in entry.stands_in_for.items()])


# ---- claims, constructs, benchmarks -----------------------------------------------------------


def claims_page() -> str:
    lines = [
        "# The claims\n",
        f"{len(ls.list_claims())} claims",
        "of five Nordic texts, each with the rule that "
        "decides. A rule is written before data are seen; its hash stands in every result. "
        "How the verdicts come about: [](statistics/verdicts.md). What the open data say: "
        "[](notebooks/00-all-claims.ipynb).\n",
    ]
    for source, claims in ls.list_claims().groupby("source", sort=False):
        lines.append(f"\n## {TEXTS[source]}\n\nSource `{source}`.\n")
        for c in claims.itertuples():
            lines += [
                f"### {c.claim}\n",
                f"> {c.says}\n>\n> ({c.english})\n",
                f"{c.hypothesis}\n",
                f"- Needs: {c.needs or 'data that no survey gives'}",
                f"- Rule: {c.rule}",
                f"- Bounds: {c.threshold or 'none'}",
                f"- Design: {c.design}; hash of the rule `{c.rule_hash}`",
                *rule_history(c),
                *rival_lines(c.claim),
                "",
            ]
    return "\n".join(lines)


def rule_history(c) -> list[str]:
    """Since when a rule is what it is, and why it was changed; its first hash."""
    if c.rule_version == 1:
        return ["- Rule: first version"]
    first = f"; the first version's hash `{c.rule_hash_1}`" if c.rule_hash_1 else ""
    lines = [f"- Rule: version {c.rule_version}, {c.rule_date}: {c.rule_reason}{first}"]
    if c.simulations == c.simulations:
        lines.append(
            f"- In {c.simulations:.0f} simulated studies of 1,000 with 18 % shared method and "
            f"markers: supported in {c.supported_if_false:.0%} where false, in "
            f"{c.supported_if_true:.0%} where true" + (f" ({c.rates_note})" if c.rates_note else "")
        )
    return lines


def rival_lines(name: str) -> list[str]:
    """Worlds in which a claim is false for a reason of its own."""
    worlds = register()[name].worlds
    return [
        f"- Rival: {r.why}" + (f". One survey cannot tell: {r.untellable}" if r.untellable else "")
        for r in (worlds.rivals if worlds else ())
    ]


def constructs_page() -> str:
    books = {name: load_codebook(ROOT / "data" / name) for name in STUDIES}
    lines = [
        "# The vocabulary\n\nCodebooks and claims use these names and no others. *Measured "
        "in* is what the codebooks declare; why a stand-in is no more than one stands on "
        "the page of its study.\n"
    ]
    for block, constructs in ls.list_constructs().groupby("block", sort=False):
        rows = [
            {
                "construct": f"`{c.construct}`: {c.label}",
                "source": c.source,
                "measured in": measured_in(c.construct, books),
            }
            for c in constructs.itertuples()
        ]
        lines += [f"## {block}\n", table(rows)]
    return "\n".join(lines)


def measured_in(construct: str, books) -> str:
    entries = {name: book.measures(construct) for name, book in books.items()}
    return ", ".join(
        f"[{name}](data/{name}.md)" + ("" if entry.construct == construct else " (stand-in)")
        for name, entry in entries.items()
        if entry
    )


MEASURED = """# Measured by simulation

How often intervals cover the truth, how often a verdict errs, how long calls take: the tables as
the scripts in `benchmarks/scripts` wrote them. `make bench` makes them again.

"""


def write_measured(folder: Path) -> None:
    """The tables of benchmarks/results, as they stand, with their figures and files of counts."""
    files = sorted((ROOT / "benchmarks/results").iterdir())
    for path in files:
        if path.suffix in {".png", ".csv"}:
            shutil.copyfile(path, folder / path.name)
        elif path.suffix == ".md":
            text = path.read_text(encoding="utf-8")
            (folder / path.name).write_text(text + measured_on(path), encoding="utf-8")
    pages = [path.stem for path in files if path.suffix == ".md"]
    counts = [f"- {{download}}`{p.name}`" for p in files if p.suffix == ".csv"]
    text = MEASURED + toctree(pages) + "\n## Files\n\n" + "\n".join(counts) + "\n"
    (folder / "index.md").write_text(text, encoding="utf-8")


METHODS = {
    "jackknife": "jackknife (`compare_blocks` from rows and groups)",
    "theory": "normal theory (from a correlation table)",
    "percentile": "percentile bootstrap",
    "bca": "BCa bootstrap",
}


def coverage_summary() -> str:
    """Method by true value: coverage over the main grid, and its worst and best cell."""
    cells = pd.read_csv(ROOT / "benchmarks/results/coverage.csv")
    cells = cells[(cells["scenario"] == "main") & (cells["what"] == "effect")]
    cells = cells.assign(coverage=cells["covered"] / cells["simulations"])
    rows = []
    for method, name in METHODS.items():
        row = {"95 % interval": name}
        for truth, part in cells[cells["method"] == method].groupby("truth"):
            low, high = part["coverage"].min(), part["coverage"].max()
            mean = part["covered"].sum() / part["simulations"].sum()
            row[f"true value {truth:g}"] = f"{mean:.3f} ({low:.3f} to {high:.3f})"
        rows.append(row)
    return table(rows)


def this_repository(app, name, source) -> None:
    """Built by a workflow, the site links to the repository in which the workflow runs."""
    here = os.environ.get("GITHUB_REPOSITORY", home())
    source[0] = re.sub(rf"(github\.com|/github|/gh)/{home()}\b", rf"\1/{here}", source[0])
