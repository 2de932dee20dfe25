"""Everything that ships: each notebook executed and rendered, the claims table, the page."""

from pathlib import Path

import pandas as pd

from loyaltystudy.claims import (
    COLUMNS,
    check_claims,
    claims_on,
    register,
    stored_evidence,
    with_earlier_versions,
    with_registration,
)
from loyaltystudy.errors import SurveyError
from loyaltystudy.purchases import list_panels, load_panel
from loyaltystudy.report._analysis import analyse
from loyaltystudy.report._notebook import execute, to_html
from loyaltystudy.report._page import (
    claim_sections,
    figure_html,
    make_page,
    paragraph,
    section,
    verdict_counts,
)
from loyaltystudy.report._simulated_truth import truths
from loyaltystudy.report._tables import write_figure
from loyaltystudy.report._templates import rendered
from loyaltystudy.report._translations import say
from loyaltystudy.simulation import nordic_panels
from loyaltystudy.survey import SOURCES as STUDIES, csv_text, held, load_study, write_whole

HEADLINE_STUDY = "mobile-reputation"  # demographics, background, trust and bonds of real customers


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
        If there are no notebooks, one of them fails (naming it and the error), or the folder of
        results holds the notebooks, is a link, or is held by another run.
    """
    notebooks, given = Path(notebooks).resolve(), Path(out)
    found = sorted(notebooks.glob("*.ipynb"))
    if not found:
        raise SurveyError(f"No notebooks in {notebooks.name!r}. Run this in a checkout.")
    if given.resolve() == notebooks:
        raise SurveyError(f"--out {given.name!r} holds the notebooks; name another folder.")
    with held(given, "--out ") as out:
        _write_all(found, out, progress)
    return given / "index.html"


def _write_all(found: list[Path], out: Path, progress: bool) -> None:
    from tqdm import tqdm

    steps = tqdm(found, desc="notebooks", disable=None if progress else True)
    titles = {}
    for path in steps:
        steps.set_postfix_str(path.stem)
        titles[path.stem] = render(path, out)
    claims = all_claims(progress=progress)
    write_whole(out / "claims.csv", csv_text(claims))
    write_whole(out / "index.html", index_page(claims, titles, headline(out)))


def render(notebook: Path, out: Path) -> str:
    """Execute a notebook in a fresh kernel, write it as HTML and .ipynb; its title."""
    import nbformat

    book = nbformat.read(notebook, as_version=4)
    execute(book, notebook.name, folder=notebook.parent)
    write_whole(out / f"{notebook.stem}.html", to_html(book))
    write_whole(out / notebook.name, nbformat.writes(book) + "\n")
    first = next(c.source for c in book.cells if c.cell_type == "markdown")
    return first.splitlines()[0].lstrip("# ")


def all_claims(*, progress: bool = True) -> pd.DataFrame:
    """Every claim on every study and panel: those that ship computed, the others as stored.

    Returns
    -------
    DataFrame
        The columns of :func:`loyaltystudy.check_claims` and ``evidence``: ``live`` (computed
        now, from answers that ship) or ``stored`` (``data/evidence.csv``: computed where the
        answers were at hand). One row for each claim on each study that it could be put to;
        ``measured`` is ``none`` where the study asks nothing of it (studies that users gave have
        no such rows). ``truth`` says of simulated
        rows whether the claim is true there (empty: not set, or real). ``verdict_1``,
        ``rule_hash_1``, ``verdict_2`` and ``rule_hash_2`` are those of earlier versions of the
        rules (empty where that version is today's); ``registered`` is the commit in
        which the rule that judged the row was registered.
    """
    from tqdm import tqdm

    panels = list_panels().query("shipped")["panel"].tolist()
    names = [*shipped_studies(), *panels]
    tables = []
    for name in tqdm(names, desc="claims", disable=None if progress else True):
        data = load_panel(name) if name in panels else load_study(name, source="shipped")
        tables.append(claims_on(data))
    tables += [check_claims(panel, [claim]) for claim, panel in nordic_panels().items()]
    live = pd.concat(tables).assign(evidence="live")
    stored = stored_evidence(unmeasured=True).assign(evidence="stored")
    stored = stored[~stored["study"].isin(live["study"])]
    table = pd.concat([live, stored], ignore_index=True)
    place = {name: i for i, name in enumerate(register())}
    table = table.sort_values("claim", key=lambda claim: claim.map(place), kind="stable")
    table["truth"] = [truths().get((r.claim, r.study), "") for r in table.itertuples()]
    table = table[[*COLUMNS, "evidence", "truth"]].reset_index(drop=True)
    return with_registration(with_earlier_versions(table))


def shipped_studies() -> list[str]:
    """Studies of which single answers ship with the package or its dependencies."""
    return [name for name, origin in STUDIES.items() if origin.shipped is not None]


def headline(out: Path) -> str:
    """The comparison that the texts are about, on the open study that measures most of it."""
    import matplotlib.pyplot as plt

    analysis = analyse(load_study(HEADLINE_STUDY, source="shipped"), language="en")
    ax = analysis.plot("comparison")
    write_figure(ax, out / "figures", "headline")
    plt.close(ax.figure)
    answer, found = " ".join(analysis.answer), analysis.comparison
    whose = (
        f"From {analysis.study.codebook.title}: the {found.n} people who answered all that is "
        f"needed, of {analysis.study.n}. Others are in the notebooks below; associations are not "
        "causes."
    )
    figure = figure_html(out / "figures" / "headline.svg", answer)
    return section(say("answer heading", "en"), paragraph(answer, "lead"), figure, paragraph(whose))


def index_page(claims: pd.DataFrame, titles: dict[str, str], opening: str = "") -> str:
    """The page that opens with the headline comparison, then verdicts, claims and notebooks."""
    values = {
        "opening": opening,
        "counts": verdict_counts(claims[claims["measured"] != "none"], "en"),
        "claims": claim_sections(claims, "en"),
        "titles": titles,
    }
    body = rendered("index.html", "en", **values)
    return make_page("What explains customer loyalty?", [body], "en")
