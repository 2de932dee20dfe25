"""A study into a file, with its labels, its scores and where they come from."""

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd

from loyaltystudy.errors import SurveyError
from loyaltystudy.survey._files.write import WRITERS, Written, takes_name, write_table
from loyaltystudy.survey._schema import Codebook, Column
from loyaltystudy.survey._study import Study


def write_study(study: Study, path, *, language: str | None = None) -> Path:
    """Write answers and scores to SPSS, Stata, Parquet or CSV, with labels and provenance.

    The answers are written as asked (reversed items are not turned), under the column names and
    in the codes that the codebook reads, so that ``read_study(path, study.codebook)`` gives the
    same answers. Beside them stand, for each scale whose items are at hand, ``<scale>_score``
    (:func:`~loyaltystudy.score`) and ``<scale>_n``, the number of its items that were answered.
    An existing file is replaced.

    Parameters
    ----------
    study : Study
    path : str or Path
        Ending in ``.sav``, ``.dta``, ``.parquet`` or ``.csv``. SPSS and Stata take the declared
        names where a column's name in the answers is no name to them; SPSS drops spaces at
        the end of text.
    language : str, optional
        Of the labels; by default the codebook's first.

    Returns
    -------
    Path
        Where it was written. The provenance (real or simulated, SHA-256 of the codebook,
        package version, and of each scale the items, the reversed ones, the range, the missing
        rule and how many answers and scores there are) stands in the metadata of Parquet, in
        the notes of SPSS, and in ``<name>.provenance.yaml`` beside CSV and Stata; labels of
        score columns sum it up.

    Raises
    ------
    SurveyError
        For another extension, an unknown language, a study without answers, and names or labels
        that the format cannot hold.

    Notes
    -----
    Text cells of CSV that a spreadsheet would run as a formula (starting with ``=``, ``+``,
    ``-``, ``@``, tab or a line break, after any apostrophes) get an apostrophe in front, which
    is taken off again on reading where the side file says that the CSV came from here.

    Examples
    --------
    >>> import pandas as pd
    >>> from tempfile import TemporaryDirectory
    >>> from loyaltystudy.survey._study import load_study, read_study
    >>> study = load_study("mobile-ecsi")
    >>> with TemporaryDirectory() as folder:
    ...     path = write_study(study, Path(folder, "ecsi.sav"))
    ...     again = read_study(path, study.codebook)
    >>> again.answers.equals(study.answers)
    True
    """
    path = Path(path)
    suffix, book = path.suffix.lower(), study.codebook
    if suffix not in WRITERS:
        raise SurveyError(f"path={path.name!r}: take an ending among {', '.join(WRITERS)}.")
    if language is not None and language not in book.languages:
        raise SurveyError(f"language={language!r} is not in the codebook: {[*book.languages]}.")
    if len(study.answers) == 0:
        raise SurveyError(f"Study '{study.name}' has no answers of single respondents to write.")
    language = language or (book.languages[0] if book.languages else "en")
    frame, labels, columns = _answers(study, suffix, language)
    provenance = provenance_of(study)
    for name, values, label in _scores(study, provenance):
        if name in frame:
            raise SurveyError(f"Column {name!r} is an answer already; rename it in the codebook.")
        frame[name], columns[name] = values, label
    frame = pd.DataFrame(frame)
    unfit = [name for name in frame if not takes_name(suffix, name)]
    if unfit:
        raise SurveyError(
            f"{suffix} cannot hold columns of these names: {unfit}. Take .parquet or .csv."
        )
    write_table(Written(frame, columns, labels, provenance), path)
    return path


def codebook_hash(book: Codebook) -> str:
    """SHA-256 of all that the codebook declares, whatever the layout of its file."""
    declared = asdict(book)
    for key in ("wave", "base_weight", "margins"):  # plans of codebooks without keep their hash
        if not declared["design"][key]:
            del declared["design"][key]
    for variable in declared["variables"].values():
        if not variable["label"]:
            del variable["label"]
    return hashlib.sha256(json.dumps(declared, sort_keys=True).encode()).hexdigest()


def provenance_of(study: Study) -> dict:
    """Where scores come from: plain values, ready for YAML and JSON."""
    from importlib.metadata import version

    book, scales = study.codebook, {}
    for scale in (s for s in book.scales.values() if study.has_answers(s.name)):
        items = [book.items[item] for item in scale.items]
        answered = study.answers[list(scale.items)].notna().sum(axis=1)
        enough = answered >= np.ceil(scale.minimum_answered * len(items) - 1e-9)
        scales[scale.name] = {
            "score": "mean of the answered items, reversed ones turned",
            "items": list(scale.items),
            "reversed": [item.name for item in items if item.reversed],
            "range": [float(items[0].low), float(items[0].high)],
            "minimum_answered": float(scale.minimum_answered),
            "answers": int(answered.sum()),
            "scored": int(enough.sum()),
        }
    return {
        "package": "loyaltystudy",
        "version": version("loyaltystudy"),
        "kind": book.kind,
        "codebook": {"study": book.study, "sha256": codebook_hash(book)},
        "respondents": len(study.answers),
        "scales": scales,
    }


def _answers(study: Study, suffix: str, language: str):
    """Answers in the file's terms, labels of codes, and labels of columns."""
    book, frame, labels, columns = study.codebook, {}, {}, {}
    if book.design.respondent and not book.design.wave:  # with waves it is one of the answers
        ids = study.answers.index
        frame[book.design.respondent] = ids if ids.dtype.kind == "i" else ids.astype(object)
    for name in study.answers:
        entry = book.columns[name]
        column = entry.column or name
        column = column if takes_name(suffix, column) else name
        if column in frame:  # two entries read it: its answers are written once
            continue
        codes = _raw_codes(entry)
        values = study.answers[name]
        frame[column] = values.replace(codes).to_numpy() if codes else values.to_numpy()
        columns[column] = _words(entry.wording, language) or name
        labels[column] = {
            codes.get(code, code): _words(words, language)
            for code, words in entry.answers.codes.items()
            if _words(words, language)
        }
    return frame, {c: known for c, known in labels.items() if known}, columns


def _raw_codes(entry: Column) -> dict[float, float]:
    """Codes that ``recode`` would turn into others on reading, to what it turns into them."""
    back = {}
    for code in {c for c in entry.recode.values() if c is not None}:
        read_as = entry.recode.get(f"{code:g}", code)
        if read_as != code:
            keys = [raw for raw, to in entry.recode.items() if to == code]
            numbers = [float(raw) for raw in keys if raw.lstrip("-").replace(".", "", 1).isdigit()]
            if not numbers:
                raise SurveyError(
                    f"'{entry.name}': {code:g} would be read back as {read_as}, and only the words "
                    f"{keys} stand for it. Declare `recode` without numbers, or with them only."
                )
            back[float(code)] = numbers[0]
    return back


def _words(words: dict[str, str], language: str) -> str:
    return words.get(language) or next(iter(words.values()), "")


def _scores(study: Study, provenance: dict):
    scored = study.scores()
    short = provenance["codebook"]["sha256"][:8]
    for name, lines in provenance["scales"].items():
        turned = ", ".join(lines["reversed"]) or "none"
        label = (
            f"Mean of {len(lines['items'])}, {lines['minimum_answered']:.0%} answered, "
            f"codebook {short}, reversed: {turned}"
        )
        yield f"{name}_score", scored[name].to_numpy(dtype=float), label
        answered = study.answers[lines["items"]].notna().sum(axis=1).to_numpy(dtype=float)
        yield f"{name}_n", answered, f"Items of {name} answered, of {len(lines['items'])}"
