"""The report: every notebook executed and rendered, the claims table, a page that leads on."""

from __future__ import annotations

from html import escape
from pathlib import Path

import pandas as pd

from loyaltystudy.claims.check import check_claims
from loyaltystudy.claims.register import SOURCES, register
from loyaltystudy.errors import SurveyError
from loyaltystudy.study import list_studies, load_study

PAGE = Path(__file__).with_name("report.html").read_text  # called when a page is made


def reproduce(notebooks, out, *, progress: bool = True) -> Path:
    """Execute the notebooks, write ``claims.csv`` and ``index.html``.

    Uses only what ships, so that every machine writes the same claims table.

    Parameters
    ----------
    notebooks, out : str or Path
        Folders: of the notebooks, and for the results.
    progress : bool
        Whether to show a progress bar.

    Returns
    -------
    Path
        Of ``index.html``.

    Raises
    ------
    SurveyError
        If there are no notebooks, or one of them fails (naming its cell).
    """
    from tqdm import tqdm

    notebooks, out = Path(notebooks), Path(out)
    found = sorted(notebooks.glob("*.ipynb"))
    if not found:
        raise SurveyError(f"No notebooks in {notebooks.name!r}. Run this in a checkout.")
    out.mkdir(parents=True, exist_ok=True)
    steps = tqdm(found, desc="notebooks", disable=None if progress else True)
    titles = {}
    for path in steps:
        steps.set_postfix_str(path.stem)
        titles[path.stem] = render(path, out)
    claims = all_claims(progress=progress)
    write_text(out / "claims.csv", claims.to_csv(index=False, lineterminator="\n"))
    write_text(out / "index.html", index_page(claims, titles))
    return out / "index.html"


def render(notebook: Path, out: Path) -> str:
    """Execute a notebook in a fresh kernel, write it as HTML and .ipynb; its title."""
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError
    from nbconvert import HTMLExporter

    book = nbformat.read(notebook, as_version=4)
    client = NotebookClient(book, timeout=900, resources={"metadata": {"path": notebook.parent}})
    try:
        client.execute()
    except CellExecutionError as error:
        raise SurveyError(f"Notebook {notebook.name}: {error.ename}: {error.evalue}") from None
    # nothing on the page may come from the network
    exporter = HTMLExporter(mathjax_url="", require_js_url="", jquery_url="")
    write_text(out / f"{notebook.stem}.html", exporter.from_notebook_node(book)[0])
    nbformat.write(book, out / notebook.name)
    first = next(c.source for c in book.cells if c.cell_type == "markdown")
    return first.splitlines()[0].lstrip("# ")


def all_claims(*, progress: bool = True) -> pd.DataFrame:
    """Every study that ships put to every claim."""
    from tqdm import tqdm

    studies = list_studies()
    names = studies.loc[studies["available"].isin(["whole", "part", "moments"]), "name"]
    tables = []
    for name in tqdm(list(names), desc="claims", disable=None if progress else True):
        study = shipped(name)
        if study is not None:
            tables.append(check_claims(study))
    return pd.concat(tables, ignore_index=True)


def shipped(name: str):
    """A study as it ships, or None where nothing of it does."""
    try:
        return load_study(name, source="shipped")
    except SurveyError:
        return None


def index_page(claims: pd.DataFrame, titles: dict[str, str]) -> str:
    """The page that opens with the verdicts and leads on."""
    rows = "\n".join(_claim_rows(claims))
    links = "\n".join(
        f'<li><a href="{escape(stem)}.html">{escape(title)}</a></li>'
        for stem, title in titles.items()
    )
    counts = claims["verdict"].value_counts()
    summary = ", ".join(f"{n} {verdict}" for verdict, n in counts.items())
    page = PAGE(encoding="utf-8")
    for key, value in {"rows": rows, "links": links, "summary": summary}.items():
        page = page.replace(f"<!-- {key} -->", value)
    return page


def _claim_rows(claims: pd.DataFrame):
    known = register()
    for source, title in SOURCES.items():
        names = [n for n in dict.fromkeys(claims["claim"]) if known[n].source == source]
        if names:
            yield f'<tr class="source"><th colspan="5" scope="rowgroup">{escape(title)}</th></tr>'
        for name in names:
            yield from _rows_of_claim(known[name], claims[claims["claim"] == name])


def _rows_of_claim(claim, found: pd.DataFrame):
    measured = found[found["measured"] != "none"]
    said = (
        f"<strong>{escape(claim.name)}</strong><br><q lang='no'>{escape(claim.quote)}</q><br>"
        f"<span class='dim'>{escape(claim.english)}</span>"
    )
    if measured.empty:
        yield f"<tr><td>{said}</td><td colspan='4'>no study here measures it</td></tr>"
    for i, row in enumerate(measured.itertuples()):
        first = f"<td rowspan='{len(measured)}'>{said}</td>" if i == 0 else ""
        verdict = row.verdict.replace(" ", "-")
        yield (
            f"<tr>{first}<td>{escape(row.study)}<br><span class='dim'>{row.population}, "
            f"n {row.n}{', simulated' if row.kind == 'simulated' else ''}</span></td>"
            f"<td><span class='verdict {verdict}'>{row.verdict}</span><br>"
            f"<span class='dim'>{_HOW[row.measured]}</span></td>"
            f"<td class='number'>{_figures(row)}</td>"
            f"<td><details><summary>why</summary><p>{escape(row.why)}.</p>"
            f"<p><strong>Hypothesis:</strong> {escape(claim.hypothesis)}</p>"
            f"<p><strong>Rule:</strong> {escape(claim.rule)}.</p>"
            f"<p class='dim'>{escape(row.design)}. {escape(claim.limits)}</p></details></td></tr>"
        )


_HOW = {
    "full": "measured as defined",
    "proxy": "measured by a stand-in",
    "part": "measured in part",
    "none": "",
}


def _figures(row) -> str:
    if pd.isna(row.estimate):
        return "–"
    interval = "" if pd.isna(row.low) else f"<br>[{row.low:.3f}, {row.high:.3f}]"
    return f"{row.estimate:.3f}{interval}"


def write_text(path: Path, text: str) -> None:
    """Write whole or not at all, so that an interrupted run leaves no half file."""
    part = path.with_name(f".{path.name}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)
