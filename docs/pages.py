"""Pages made at each build from what the repository holds, so that none is kept up by hand."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from mdparts import table, toctree

import loyaltystudy as ls
from loyaltystudy.claims.register import SOURCES as TEXTS
from loyaltystudy.codebook import load_codebook
from loyaltystudy.opendata.sources import SOURCES as STUDIES
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
    (docs / "measured/headline.txt").write_text(headline(), encoding="utf-8")
    (docs / "constructs.md").write_text(constructs_page(), encoding="utf-8")


def headline() -> str:
    """The README's example and what the simulations say, with links that hold on the site."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    text = text.partition("## Ten lines\n")[2].partition("## Two commands\n")[0]
    if not text:
        raise ValueError("README.md: the part from 'Ten lines' to 'Two commands' is gone")
    return text.replace("](benchmarks/", "](measured/")


# ---- data ------------------------------------------------------------------------------------


def write_data(folder: Path) -> None:
    rows = []
    for name in STUDIES:
        book = load_codebook(ROOT / "data" / name)
        rows.append({"study": f"[{name}]({name}.md)", "what": book.title, "n": book.respondents,
                     "who": book.population, "how it comes": how_it_comes(name),
                     "licence": book.licence or "see its page"})  # fmt: skip
        (folder / f"{name}.md").write_text(study_page(name, book), encoding="utf-8")
    panels = ls.list_panels()
    for panel in panels.itertuples():
        text = (ROOT / "data/panels" / panel.panel / "README.md").read_text(encoding="utf-8")
        (folder / f"panel-{panel.panel}.md").write_text(text, encoding="utf-8")
    brands = [
        {"panel": f"[{p.panel}](panel-{p.panel}.md)", "what": p.title,
         "how it comes": "with a dependency" if p.shipped else "fetched on demand",
         "licence": p.licence}
        for p in panels.itertuples()
    ]  # fmt: skip
    simulated = [path.parent.name for path in sorted((ROOT / "data").glob("*/codebook.yaml"))
                 if path.parent.name not in {*STUDIES, "instrument"}]  # fmt: skip
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
SHA-256 and keeps them in the folder named by `LOYALTYSTUDY_DATA` (else in the user's cache folder).
Nothing here needs them: without them, moments of groups of 20 people or more, and stored evidence
marked as such, stand in.

{files}
"""


def how_it_comes(name: str) -> str:
    origin = STUDIES[name]
    moments = (ROOT / "data" / name / "moments.csv").is_file()
    ways = ["answers ship with a dependency"] if origin.shipped else []
    ways += ["moments ship"] if moments else []
    ways += ["full file fetched on demand"] if origin.files else []
    return ", ".join(ways)


def fetched_files() -> list[dict]:
    from loyaltystudy.opendata.download import registry

    return [
        {"file": f"`{row.Index}`", "repository": row.repository, "commit": f"`{row.commit[:10]}`",
         "megabytes": f"{row.bytes / 1e6:.2f}", "sha256": f"`{row.sha256[:16]}…`"}
        for row in registry().itertuples()
    ]  # fmt: skip


def study_page(name: str, book) -> str:
    """The study's README, and then what its codebook says."""
    text = (ROOT / "data" / name / "README.md").read_text(encoding="utf-8").rstrip()
    facts = {"Respondents": book.respondents, "Who": f"{book.population} ({book.kind})",
             "How it comes": how_it_comes(name), "Licence": book.licence,
             "Origin": book.origin}  # fmt: skip
    facts = [{"fact": key, "value": value} for key, value in facts.items() if value]
    scales = [
        {"scale": f"`{scale.name}`", "measures": measured(scale),
         "items": ", ".join(f"`{item}`" + (" (reversed)" if book.items[item].reversed else "")
                            for item in scale.items)}
        for scale in book.scales.values()
    ]  # fmt: skip
    variables = [
        {"variable": f"`{v.name}`", "kind": v.kind, "measures": measured(v)}
        for v in book.variables.values()
    ]
    blocks = [{"block": f"`{b}`", "members": ", ".join(f"`{m}`" for m in members)}
              for b, members in book.blocks.items()]  # fmt: skip
    parts = [text, "\n## From the codebook\n", f"`ls.load_study({name!r})`\n", table(facts)]
    for heading, rows in (("Scales", scales), ("Variables", variables), ("Blocks", blocks)):
        if rows:
            parts += [f"### {heading}\n", table(rows)]
    return "\n".join(parts)


def measured(entry) -> str:
    """The construct measured, or what the entry stands in for, with the reason."""
    full = [f"{entry.construct} (full)"] if entry.construct else []
    return "; ".join(full + [f"{c} (stand-in: {why})" for c, why in entry.stands_in_for.items()])


# ---- claims, constructs, benchmarks, notebooks -----------------------------------------------


def claims_page() -> str:
    parts = ["# The claims\n", "Fifty-seven claims" if len(ls.list_claims()) == 57 else
             f"{len(ls.list_claims())} claims", "of five Nordic texts, each with the rule that "
             "decides. A rule is written before data are seen; its hash stands in every result. "
             "How the verdicts come about: [](statistics/verdicts.md).\n"]  # fmt: skip
    for source, claims in ls.list_claims().groupby("source", sort=False):
        parts.append(f"\n## {source}\n\n{TEXTS[source]}\n")
        for c in claims.itertuples():
            parts += [f"### {c.claim}\n", f"> {c.says}\n>\n> ({c.english})\n", f"{c.hypothesis}\n",
                      f"- Needs: {c.needs or 'data that no survey gives'}", f"- Rule: {c.rule}",
                      f"- Design: {c.design}; hash of the rule `{c.rule_hash}`\n"]  # fmt: skip
    return "\n".join(parts)


def constructs_page() -> str:
    books = {name: load_codebook(ROOT / "data" / name) for name in STUDIES}
    rows = []
    for c in ls.list_constructs().itertuples():
        entries = {name: book.measures(c.construct) for name, book in books.items()}
        told = [f"[{n}](data/{n}.md)" + ("" if e.construct == c.construct else " (stand-in)")
                for n, e in entries.items() if e]  # fmt: skip
        rows.append({"construct": f"`{c.construct}`", "block": c.block, "label": c.label,
                     "source": c.source, "measured in": ", ".join(told)})  # fmt: skip
    head = ("# The vocabulary\n\nCodebooks and claims use these names and no others. *Measured in* "
            "is what the codebooks declare; why a stand-in is no more than one is told on the "
            "page of its study.\n\n")  # fmt: skip
    return head + table(rows)


MEASURED = """# Measured by simulation

How often intervals cover the truth, how often a verdict errs, how long things take: the tables as
the scripts in `benchmarks/` wrote them. `make bench` makes them again.

"""


def write_measured(folder: Path) -> None:
    """The tables of benchmarks/, as they stand, with their figures and the files of counts."""
    files = sorted((ROOT / "benchmarks").iterdir())
    for path in files:
        if path.suffix in {".md", ".png", ".csv"}:
            shutil.copyfile(path, folder / path.name)
    pages = [path.stem for path in files if path.suffix == ".md"]
    counts = [f"- {{download}}`{p.name}`" for p in files if p.suffix == ".csv"]
    text = MEASURED + toctree(pages) + "\n## Files\n\n" + "\n".join(counts) + "\n"
    (folder / "index.md").write_text(text, encoding="utf-8")


NOTEBOOKS = """# Notebooks

One question each, in reading order. They are shown as they were executed and committed; the test
suite runs each one and compares. `make lab` opens them in JupyterLab.

"""


def write_notebooks(folder: Path) -> None:
    origin = ROOT / "notebooks"
    found = [p for p in sorted(origin.rglob("*.ipynb")) if ".ipynb_checkpoints" not in p.parts]
    names = []
    for path in found:
        name = path.relative_to(origin)
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        book = json.loads(path.read_text(encoding="utf-8"))
        (folder / name).write_text(json.dumps(book), encoding="utf-8")
        names.append(name.with_suffix("").as_posix())
    main = [name for name in names if "/" not in name]
    text = NOTEBOOKS + toctree(main)
    if exercises := [name for name in names if "/" in name]:
        text += "\n## Exercises\n\n" + toctree(exercises)
    (folder / "index.md").write_text(text, encoding="utf-8")
