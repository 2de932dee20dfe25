"""What may be given away of one's own study: moments, never a row."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from loyaltystudy.errors import SurveyError
from loyaltystudy.explain import make_release, model_frame, write_release
from loyaltystudy.report._files import REPORT, filled, is_complete
from loyaltystudy.report._templates import template_text
from loyaltystudy.survey import (
    Study,
    csv_text,
    file_hash,
    load_codebook,
    read_study,
    read_yaml,
    write_whole,
    yaml_text,
)

LICENCE = "CC0-1.0"
SMALLEST = 10
VERDICTS = "verdicts.csv"
FILES = ("codebook.yaml", "README.md", "provenance.yaml", VERDICTS, "matrix.csv")
MOMENTS = ("moments.csv", "estimates.csv")
CONTRIBUTED = (*FILES, *MOMENTS)
DESIGN = ("respondent", "weight", "cluster", "strata", "margins")


def contribute(
    results,
    *,
    answers=None,
    codebook=None,
    out="contribution",
    licence: str = LICENCE,
    blocks: Sequence[str] | None = None,
) -> list[Path]:
    """Make a folder of what may be given away of a study that ``check`` has reported on.

    Parameters
    ----------
    results : path
        Folder of a finished report.
    answers, codebook : path or None
        The files that the report was made of; None looks for them beside ``results``, one folder
        below, and where ``rehearse`` puts them in a study's folder there. They must be the very
        files (SHA-256).
    out : path
        Folder to make; it must not exist, be empty, or hold just what an interrupted run left.
    licence : str
        Of what is given away; a codebook of the instrument keeps the licence of its wording too.
    blocks : list of str, optional
        Of the report's comparison, whose moments are given away; default: all. Many columns
        need many people.

    Returns
    -------
    list of Path
        The files: ``codebook.yaml`` (without open questions), ``README.md``, ``provenance.yaml``,
        ``verdicts.csv``, ``matrix.csv``, and ``moments.csv`` with ``estimates.csv`` where the
        rule of release lets them (else the README says why not). No row, no respondent's number,
        no date.

    Raises
    ------
    SurveyError
        If the report is not finished, the files are not at hand or not those of the report, or
        the folder is not empty.
    """
    results, out = Path(results), Path(out)
    about = _about(results)
    answers = _input(results, answers, about["answers_sha256"], "answers")
    codebook = _input(results, codebook, about["codebook_sha256"], "codebook")
    compared = _compared(about, blocks)
    with filled(out, CONTRIBUTED, "--out ") as made:
        study = read_study(answers, load_codebook(codebook), **about.get("reading", {}))
        verdicts = _verdicts(results / "claims.csv", study.name)
        public = public_codebook(read_yaml(codebook), study, licence)
        write_whole(made / "codebook.yaml", yaml_text(public))
        write_whole(made / VERDICTS, csv_text(verdicts))
        write_whole(made / "matrix.csv", csv_text(_matrix(verdicts)))
        said = _released(study, compared, made)
        about_it = _provenance(study, about, licence)
        write_whole(made / "provenance.yaml", yaml_text(about_it))
        write_whole(made / "README.md", _readme(study, verdicts, said, licence))
    return [out / name for name in CONTRIBUTED if (out / name).is_file()]


def _about(results: Path) -> dict:
    """What the report says of its inputs."""
    if not is_complete(results / REPORT) or not (results / "about.json").is_file():
        raise SurveyError(
            f"{results.name!r} holds no finished report. Run `loyaltystudy check` first, on one "
            "study."
        )
    return json.loads((results / "about.json").read_text(encoding="utf-8"))


def _input(results: Path, given, digest: str, what: str) -> Path:
    """The file that the report was made of, known by its hash."""
    if given is not None:
        path = Path(given)
        if not path.is_file() or file_hash(path) != digest:
            raise SurveyError(
                f"--{what} {path.name!r} is not the file that the report was made of."
            )
        return path
    near = (path for path in _near(results) if file_hash(path) == digest)
    if (found := next(near, None)) is None:
        raise SurveyError(
            f"The {what} of the report are not beside {results.name!r}. Give --{what}."
        )
    return found


def _near(results: Path) -> Iterable[Path]:
    """Files beside the results, one folder below, and those of a rehearsal there."""
    around = results.resolve().parent
    for pattern in ("*", "*/*", "*/rehearsal/*"):
        yield from (p for p in sorted(around.glob(pattern)) if p.is_file())


def _compared(about: dict, blocks: Sequence[str] | None) -> dict:
    """Outcome and blocks of the report's comparison, or those of its blocks that are named."""
    compared = about.get("comparison") or {"outcome": "loyalty", "blocks": None}
    if blocks is None:
        return compared
    known = compared["blocks"] or {}
    if unknown := [b for b in blocks if b not in known]:
        raise SurveyError(f"--blocks: not in the report: {unknown}. There are: {[*known]}.")
    return compared | {"blocks": {b: known[b] for b in blocks}}


def public_codebook(raw: dict, study: Study, licence: str) -> dict:
    """A codebook under the licence given, without open questions and respondents' numbers."""
    raw = {key: value for key, value in raw.items() if value not in ({}, [], None)}
    variables = raw.get("variables", {})
    design = {k: v for k, v in raw.get("design", {}).items() if k in DESIGN[1:]}
    kept = {n: v for n, v in variables.items() if v.get("kind") != "text"}
    blocks = {
        b: [m for m in ms if m not in variables or m in kept]
        for b, ms in raw.get("blocks", {}).items()
    }
    book = study.codebook
    public = raw | {"kind": book.kind, "population": book.population, "respondents": study.n}
    public |= {"variables": kept, "blocks": {b: ms for b, ms in blocks.items() if ms}}
    public |= {"design": design, "licence": _with_wording(licence, book.licence)}
    return {key: value for key, value in public.items() if value not in ({}, [], "")}


def _with_wording(licence: str, own: str) -> str:
    """The licence given, and that of the instrument's wording where the codebook holds it."""
    return f"{licence}; {own}" if own.endswith("(wording)") else licence


def _verdicts(path: Path, name: str) -> pd.DataFrame:
    """The claims that were measured; figures on under ten people stay here."""
    table = pd.read_csv(path)
    table = table[table["measured"] != "none"].assign(study=name)
    groups = table["smallest_group"] if "smallest_group" in table else table["n"]
    return table[groups.fillna(SMALLEST).ge(SMALLEST) & table["n"].ge(SMALLEST)]


def _matrix(verdicts: pd.DataFrame) -> pd.DataFrame:
    """Which claim the study measures, in the form of ``data/matrix.csv``."""
    cells = verdicts[["claim", "study", "measured"]].rename(columns={"measured": "settled"})
    return cells.assign(why="")


def _released(study: Study, compared: dict, out: Path) -> str:
    """Write moments and estimates; what was done, or why it may not be."""
    try:
        frame = model_frame(study, compared["outcome"], compared["blocks"])
        release = make_release(frame, [list(frame.blocks)])
    except SurveyError as error:
        return f"No moments are given away: {error}"
    write_release(release, out)
    done = "; ".join(release.done) or "nothing had to be joined or coded"
    return f"Moments of {len(release.rows)} complete rows. So that nobody stands out: {done}."


def _provenance(study: Study, about: dict, licence: str) -> dict:
    book = study.codebook
    return {
        "study": study.name,
        "title": book.title,
        "kind": book.kind,
        "population": book.population,
        "country": book.country or "not stated",
        "respondents": study.n,
        "licence": licence,
        "made_by": f"loyaltystudy {about['version']} contribute",
        "plan": "locked before the answers were in" if about.get("lock") else "none",
    }


def _readme(study: Study, verdicts: pd.DataFrame, said: str, licence: str) -> str:
    book = study.codebook
    return template_text("contribution.md").format(
        name=study.name,
        n=study.n,
        population=book.population,
        simulated="**Simulated: nobody was asked.** " if book.kind == "simulated" else "",
        said=said,
        title=book.title,
        licence=licence,
        rows="\n".join(f"| {r.claim} | {r.measured} |" for r in verdicts.itertuples()),
    )
