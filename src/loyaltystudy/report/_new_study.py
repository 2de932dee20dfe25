"""A new study: a folder with all that a survey needs before the first answer."""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from loyaltystudy.claims import make_plan, write_plan
from loyaltystudy.errors import SurveyError
from loyaltystudy.report._files import filled
from loyaltystudy.report._notebook import analysis_notebook
from loyaltystudy.report._questionnaire import (
    FORMS,
    export_questionnaire,
    form_codebook,
    minutes,
    name_company,
    read_form,
    word_for_donors,
    write_key,
)
from loyaltystudy.report._templates import template_text
from loyaltystudy.report._translations import check_language
from loyaltystudy.survey import (
    Codebook,
    data_folder,
    held,
    load_codebook,
    make_codebook,
    read_yaml,
    write_whole,
    yaml_text,
)

FIXED = (
    "README.md",
    "analysis.ipynb",
    "checklist.md",
    "codebook.yaml",
    "plan.yaml",
    "questionnaire-key.csv",
    "questionnaire-limesurvey.txt",
    "questionnaire.xlsx",
)
DONORS = "donors"  # the short form, worded for those who give to a charity


def new_study(
    folder,
    *,
    form: str = "short",
    language: str | Sequence[str] = "en",
    company: str | None = None,
    records: bool = False,
) -> Path:
    """Make the folder of a new study.

    Parameters
    ----------
    folder : str or Path
        A new or empty folder (or one that holds just what an interrupted run with the same
        options left). Its name becomes the study's: letters, digits, ``-`` and ``_``.
    form : {"short", "full", "brief", "donors"}
        Of the instrument's questionnaire; ``"donors"`` is the short form for those who give to a
        charity.
    language : {"en", "sv", "nb"} or a sequence of them
        One or several of the questionnaire; the first is that of all else.
    company : str, optional
        The one company that the survey is about: its name stands in the questions. Without,
        respondents choose a company themselves.
    records : bool
        Whether the company's records are to be joined; see
        :func:`~loyaltystudy.report.export_questionnaire`.

    Returns
    -------
    Path
        The folder: ``codebook.yaml``, ``questionnaire.xlsx`` (XLSForm) and
        ``questionnaire-limesurvey.txt``, each with all languages, ``questionnaire.html`` (with
        several languages one page each, such as ``questionnaire-sv.html``),
        ``questionnaire-key.csv`` (what the numbers on the page stand for), ``plan.yaml``
        (locked), ``analysis.ipynb``, ``README.md``, ``checklist.md``.

    Raises
    ------
    SurveyError
        If the folder holds anything, its name cannot be a study's, or an option is unknown.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as home:
    ...     made = new_study(Path(home, "my-study"), language="nb")
    ...     print(*sorted(path.name for path in made.iterdir()), sep=", ")
    README.md, analysis.ipynb, checklist.md, codebook.yaml, plan.yaml, questionnaire-key.csv, questionnaire-limesurvey.txt, questionnaire.html, questionnaire.xlsx
    """  # noqa: E501
    given, folder = Path(folder), Path(folder).resolve()
    languages = [language] if isinstance(language, str) else list(dict.fromkeys(language))
    _check(folder.name, languages, form, company)
    raw, book = _codebook(folder.name, form, languages, company)
    asked = "short" if form == DONORS else form
    with filled(given if given.is_symlink() else folder, {*FIXED, *_pages(languages)}) as made:
        _write_all(book, raw, made, languages, asked, records)
    return given


def _pages(languages: Sequence[str]) -> list[str]:
    if len(languages) == 1:
        return ["questionnaire.html"]
    return [f"questionnaire-{code}.html" for code in languages]


def _write_all(book, raw, folder, languages, asked, records) -> None:
    _write_codebook(raw, folder / "codebook.yaml")
    _write_questionnaires(book, folder, languages, asked, records)
    plan = make_plan(book)
    write_plan(plan, folder / "plan.yaml")
    _write_notebook(folder / "analysis.ipynb", languages[0])
    lines = {
        "study": book.study,
        "minutes": round(minutes(book, asked)),
        "claims": len(plan.claims) - len(plan.notes),
        "pages": ", ".join(f"`{name}`" for name in _pages(languages)),
    }
    for name in ("README", "checklist"):
        text = template_text(f"{name}.{languages[0]}.md").format(**lines)
        write_whole(folder / f"{name}.md", text)


def _write_questionnaires(book, folder, languages, form, records) -> None:
    """The questionnaire for every tool."""
    export = {"form": form, "records": records}
    for to, name in (
        ("xlsform", "questionnaire.xlsx"),
        ("limesurvey", "questionnaire-limesurvey.txt"),
    ):
        export_questionnaire(book, to=to, language=languages, path=folder / name, **export)
    for code, name in zip(languages, _pages(languages), strict=True):
        export_questionnaire(book, to="html", language=code, path=folder / name, **export)
    asked = read_form(book, language=languages[0], form=form)
    write_whole(folder / "questionnaire-key.csv", lambda part: write_key(asked, part))


def rehearse(folder, *, n: int = 300, seed: int = 0, world: str = "all-true") -> Path:
    """Simulate answers to a study's own questionnaire, to see a report before any are in.

    Parameters
    ----------
    folder : str or Path
        Made by :func:`new_study`.
    n : int
        Respondents.
    seed : int
    world : str
        A name in :func:`loyaltystudy.simulation.list_worlds`.

    Returns
    -------
    Path
        The folder ``rehearsal``, with ``answers.csv`` and a ``codebook.yaml`` that calls them
        simulated and names their world. The answers hold what the form asks and no more: records
        that may be joined later (such as who left) are not in them.

    Raises
    ------
    SurveyError
        If the folder has no codebook, or world or n are not possible.
    """
    from loyaltystudy.simulation import simulate_study

    if not (Path(folder) / "codebook.yaml").is_file():
        raise SurveyError(f"No study in {Path(folder).name!r}: make one with `loyaltystudy new`.")
    book, raw = load_codebook(folder), read_yaml(Path(folder) / "codebook.yaml")
    answers = simulate_study(world, n=n, seed=seed).answers
    asked = [
        name
        for name, column in book.columns.items()
        if name in answers and (column.page or not book.pages)
    ]
    named = book.design.respondent
    table = answers[asked].copy()  # one block of memory: adding a column is cheap then
    if named:  # the tool numbers the answers
        table = table.assign(**{named: range(1, n + 1)})
    table = table.to_csv(index=False, lineterminator="\n")
    drawn = {"kind": "simulated", "population": "simulated", "world": world}
    with held(Path(folder) / "rehearsal") as out:
        write_whole(out / "answers.csv", table)
        _write_codebook(raw | drawn, out / "codebook.yaml")
    return Path(folder) / "rehearsal"


def _check(name: str, languages: Sequence[str], form: str, company: str | None) -> None:
    if not languages:
        raise SurveyError("language: name one language or more.")
    for language in languages:
        check_language(language)
    if form not in (*FORMS, DONORS):
        raise SurveyError(f"form={form!r} is not known. Take one of {[*FORMS, DONORS]}.")
    if form == DONORS and company is not None:
        raise SurveyError("form='donors' speaks of an organisation: leave `company` out.")
    if not re.fullmatch(r"[^\W_][\w-]{0,59}", name):
        raise SurveyError(
            f"{name!r} cannot name a study: take letters, digits, '-' and '_', at most 60."
        )


def _codebook(
    name: str, form: str, languages: Sequence[str], company: str | None
) -> tuple[dict, Codebook]:
    """The instrument's codebook cut down to a form, as plain data and as it is read."""
    raw = read_yaml(data_folder() / "instrument" / "codebook.yaml")
    if form == DONORS:
        raw, form = word_for_donors(raw), "short"
    if company is not None:
        raw = name_company(raw, company)
    whole = make_codebook(raw)
    book = form_codebook(whole, form)
    languages = tuple(dict.fromkeys((*languages, *whole.languages)))
    title = whole.titles[languages[0]]
    book = replace(book, study=name, title=title, languages=languages)
    raw |= {"study": name, "title": title, "languages": list(languages)}
    for kind in ("items", "variables", "scales"):
        raw[kind] = {key: raw[kind][key] for key in getattr(book, kind)}
    raw["blocks"] = {block: list(members) for block, members in book.blocks.items()}
    for key, scale in book.scales.items():
        entry = raw["scales"][key]
        entry["items"] = list(scale.items)
        if scale.construct is None:
            entry.pop("construct", None)
        if scale.stands_in_for:
            entry["stands_in_for"] = dict(scale.stands_in_for)
    asked = {
        entry["answers"]
        for kind in ("items", "variables")
        for entry in raw[kind].values()
        if isinstance(entry.get("answers"), str)
    }
    raw["answers"] = {key: value for key, value in raw["answers"].items() if key in asked}
    return raw, book


_HEAD = """\
# What was asked, which answers are possible, and what each scale measures. Made from the instrument
# of loyaltystudy (wording CC BY 4.0). None of its items is validated yet, in any language.
"""


def _write_codebook(raw: dict, path: Path) -> None:
    write_whole(path, _HEAD + yaml_text(raw))


def _write_notebook(path: Path, language: str) -> None:
    import nbformat

    book = analysis_notebook(
        language, answers="answers.csv", codebook="codebook.yaml", plan="plan.yaml", out="results"
    )
    write_whole(path, nbformat.writes(book) + "\n")
