"""The commands ``draft`` and ``label``, and the options with which files are read."""

from pathlib import Path

from loyaltystudy.errors import SurveyError

READING = ("encoding", "delimiter", "decimal", "sheet", "limit")  # what read_table takes


def add_reading_options(command) -> None:
    """Options of every command that reads answers, for files that leave a doubt."""
    command.add_argument("--encoding", help="of the answers, e.g. cp1252; found where possible")
    command.add_argument("--delimiter", help="of cells, e.g. ';'; found where possible")
    command.add_argument("--decimal", choices=(".", ","), help="found where possible")
    command.add_argument("--sheet", help="of a workbook with several")
    command.add_argument("--limit", type=float, help="how many times the usual limits of size")


def reading_of(options) -> dict:
    """The options that were given, as :func:`~loyaltystudy.survey.read_table` takes them."""
    given = {name: getattr(options, name, None) for name in (*READING, "unfinished")}
    return {name: value for name, value in given.items() if value is not None}


def add_draft(commands) -> None:
    """Add `loyaltystudy draft` to the commands."""
    does = "Draft a codebook from a file of answers"
    more = "It reads unedited; what the scales measure is left to `loyaltystudy label`."
    command = commands.add_parser("draft", help=does, description=f"{does}. {more}")
    command.set_defaults(run=_draft)
    command.add_argument("answers", help="CSV, XLSX, Parquet, .sav or .dta")
    command.add_argument("--language", help="of the wording, e.g. sv")
    command.add_argument("--out", default="codebook.yaml", help="file to write: %(default)s")
    add_reading_options(command)


def add_label(commands) -> None:
    """Add `loyaltystudy label` to the commands."""
    does = "Decide what the scales of a drafted codebook measure"
    command = commands.add_parser("label", help=does, description=f"{does}, one after the other.")
    command.set_defaults(run=_label)
    command.add_argument("codebook", help="a codebook.yaml; decisions are written into it")


def _draft(options) -> None:
    from loyaltystudy.survey._atomic import write_whole
    from loyaltystudy.survey._draft import draft_codebook

    out = Path(options.out)
    if out.exists():
        raise SurveyError(f"--out {out.name!r} is there already; name another file.")
    text = draft_codebook(options.answers, language=options.language, **reading_of(options))
    write_whole(out, text)
    undecided = text.count("construct: undecided")
    print(f"Drafted {out}: {undecided} undecided. Read it, then: loyaltystudy label {out}")


def _label(options) -> None:
    from loyaltystudy.survey._label import label_codebook

    label_codebook(options.codebook)
