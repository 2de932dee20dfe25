"""The command ``loyaltystudy``."""

import argparse
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from loyaltystudy.errors import SurveyError
from loyaltystudy.survey import add_draft, add_label, add_reading_options, reading_of, write_whole

LANGUAGES, FORMS = ("en", "sv", "nb"), ("brief", "short", "full")
ENDINGS = {"xlsform": ".xlsx", "limesurvey": ".txt", "html": ".html"}
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 if it went well, 2 after an error, which it prints."""
    given = sys.argv[1:] if arguments is None else arguments
    for stream in (sys.stdout, sys.stderr):  # a terminal that knows no å must not end a command
        getattr(stream, "reconfigure", lambda **_: None)(errors="backslashreplace")
    options = _parser().parse_args(given or ["--help"])
    try:
        return options.run(options) or 0
    except SurveyError as error:
        print(f"loyaltystudy: {error}", file=sys.stderr)
        return 2
    except OSError as error:  # a disk that is full, a folder that may not be written
        print(f"loyaltystudy: {error.strerror or error}: {error.filename or ''}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"\nloyaltystudy: interrupted; {_kept(options)}", file=sys.stderr)
        return INTERRUPTED


def _kept(options) -> str:
    """What an interrupted command leaves."""
    out = Path(getattr(options, "out", None) or getattr(options, "folder", None) or "")
    again = "Run the same command again; it ends the same."
    if not out.name or not out.is_dir():
        return f"no file was left half written. {again}"
    done = [path for path in out.rglob("*") if path.is_file()]
    whole = [p for p in done if not p.name.startswith(".") and p.name != "UNFINISHED.txt"]
    return f"finished files kept in {out.name!r}: {len(whole)}. {again}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="loyaltystudy", description="Survey research on customer loyalty."
    )
    parser.add_argument("--version", action="version", version=f"loyaltystudy {_version()}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for add in (
        _add_new,
        _add_rehearse,
        _add_plan,
        _add_check,
        _add_contribute,
        _add_questionnaire,
        _add_data,
        _add_reproduce,
        add_draft,
        add_label,
    ):
        add(commands)
    return parser


def _version() -> str:
    return import_module("loyaltystudy").__version__


def _command(commands, name: str, does: str, run, more: str = ""):
    command = commands.add_parser(name, help=does, description=f"{does}. {more}".strip())
    command.set_defaults(run=run)
    return command


def _add_new(commands) -> None:
    command = _command(
        commands,
        "new",
        "Start a study: codebook, questionnaire, plan, analysis, checklist",
        _new,
        "The folder must not exist, or be empty.",
    )
    command.add_argument("folder", help="folder to make; its name becomes the study's")
    command.add_argument(
        "--form", choices=(*FORMS, "donors"), default="short", help="default: short"
    )
    _add_languages(command)
    command.add_argument("--company", metavar="NAME", help="the one company that it is about")
    command.add_argument(
        "--records",
        action="store_true",
        help="ask for a number by which records are joined: not anonymous then",
    )


def _add_languages(command) -> None:
    command.add_argument("--language", choices=LANGUAGES, default="en", help="default: en")
    command.add_argument(
        "--languages",
        type=lambda text: text.split(","),
        metavar="sv,nb,en",
        help="several, in one XLSForm or LimeSurvey file, a page for each; the first leads",
    )


def _add_rehearse(commands) -> None:
    command = _command(
        commands,
        "rehearse",
        "Simulate answers to a new study's questionnaire",
        _rehearse,
        "To see a report before any answers are in; it is labelled simulated.",
    )
    command.add_argument("folder", help="made by `loyaltystudy new`")
    command.add_argument("--n", type=int, default=300, help="respondents: %(default)s")
    command.add_argument("--seed", type=int, default=0, help="default: %(default)s")


def _add_plan(commands) -> None:
    command = _command(
        commands, "plan", "Lock a plan anew after editing it, before answers are in", _plan
    )
    command.add_argument("plan", help="the plan.yaml; it is rewritten with fresh hashes")
    command.add_argument("--codebook", required=True, help="the codebook.yaml that goes with it")


def _add_check(commands) -> None:
    command = _command(
        commands,
        "check",
        "Say what your own answers tell, and write report.html",
        _check,
        "Several files of answers are compared side by side.",
    )
    command.add_argument("answers", nargs="+", help="CSV, XLSX, Parquet, .sav or .dta")
    command.add_argument(
        "--codebook", nargs="+", required=True, help="one for all answers, or one for each"
    )
    command.add_argument("--plan", help="a plan.yaml, locked before the answers were seen")
    command.add_argument(
        "--outcome",
        help="scale or variable to explain; default: what measures loyalty, else recommend, "
        "remain or satisfaction",
    )
    command.add_argument("--out", default="results", help="folder for the results: %(default)s")
    command.add_argument(
        "--language", choices=LANGUAGES, help="of the report; default: the codebook's first"
    )
    add_reading_options(command)
    command.add_argument(
        "--unfinished", choices=("keep", "leave out"), help="previews and answers broken off"
    )
    command.add_argument(
        "--no-notebook",
        dest="notebook",
        action="store_false",
        help="leave out the executed notebook that follows the report",
    )


def _add_contribute(commands) -> None:
    command = _command(
        commands,
        "contribute",
        "Make a folder of what may be given away of your study: moments, no row",
        _contribute,
        "Every file is shown before the command ends.",
    )
    command.add_argument("results", help="folder of a finished report of one study")
    command.add_argument("--answers", help="the file that the report was made of")
    command.add_argument("--codebook", help="the codebook that the report was made with")
    command.add_argument("--out", default="contribution", help="folder to make: %(default)s")
    command.add_argument("--licence", default="CC0-1.0", help="default: %(default)s")
    command.add_argument(
        "--blocks",
        type=lambda text: text.split(","),
        help="of the report's comparison, by commas, whose moments are given away; default: all",
    )


def _add_questionnaire(commands) -> None:
    command = _command(
        commands,
        "questionnaire",
        "Write a codebook's questionnaire for a survey tool",
        _questionnaire,
    )
    command.add_argument("codebook", help="a codebook.yaml, or `instrument` for the one that ships")
    command.add_argument(
        "--to",
        choices=("xlsform", "limesurvey", "html"),
        default="html",
        help="XLSForm, LimeSurvey structure or a page; default: html",
    )
    _add_languages(command)
    command.add_argument("--form", choices=FORMS, default="full", help="default: full")
    command.add_argument("--out", help="file to write; default: questionnaire with its ending")


def _add_data(commands) -> None:
    command = _command(commands, "data", "List open studies, or fetch their files", _data)
    command.add_argument("action", nargs="?", default="list", choices=["list", "fetch"])
    command.add_argument("studies", nargs="*", help="studies to fetch; none means all")


def _add_reproduce(commands) -> None:
    command = _command(
        commands,
        "reproduce",
        "Execute every notebook and write the report",
        _reproduce,
        "For a checkout of the repository.",
    )
    command.add_argument("--notebooks", default="notebooks", help="folder of the notebooks")
    command.add_argument("--out", default="reports", help="folder for the results")


def _new(options) -> None:
    from loyaltystudy.report import new_study

    folder = new_study(
        options.folder,
        form=options.form,
        language=options.languages or options.language,
        company=options.company,
        records=options.records,
    )
    print(f"Made {folder}. Read {folder / 'README.md'} first.")


def _rehearse(options) -> None:
    from loyaltystudy.report import rehearse

    out = rehearse(options.folder, n=options.n, seed=options.seed)
    print(
        f"Simulated {options.n} answers. Now:\nloyaltystudy check {out / 'answers.csv'} "
        f"--codebook {out / 'codebook.yaml'} "
        f"--out {out.parent / 'rehearsal-results'}"
    )


def _plan(options) -> None:
    from loyaltystudy.claims import make_plan, read_plan, write_plan
    from loyaltystudy.report import registration_text
    from loyaltystudy.survey import held, load_codebook

    old, book = read_plan(options.plan), load_codebook(options.codebook)
    plan = make_plan(
        book,
        list(old.claims),
        careless=old.careless,
        respondents=old.respondents,
        primary=old.primary,
    )
    text = Path(options.plan).with_name("preregistration.md")
    with held(text.parent, f"{Path(options.plan).name} in ", below=False):
        write_plan(plan, options.plan)
        write_whole(text, registration_text(plan, book))
    print(f"Locked {len(plan.claims)} claims: {plan.lock}\nText for a registry: {text}")


def _check(options) -> None:
    from loyaltystudy.report import check, write_notebooks

    given = {name: getattr(options, name) for name in ("plan", "outcome", "out", "language")}
    given["reading"] = reading_of(options)
    page = check(options.answers, options.codebook, **given)
    print(f"Report: {page}", flush=True)
    if options.notebook:
        try:
            for path in write_notebooks(options.answers, options.codebook, **given):
                print(f"Notebook: {path}")
        except (SurveyError, ImportError) as error:
            line = str(error).splitlines()[0]
            print(f"loyaltystudy: the report is whole; no notebook: {line}", file=sys.stderr)


def _contribute(options) -> None:
    from loyaltystudy.report import contribute

    names = ("answers", "codebook", "out", "licence", "blocks")
    files = contribute(options.results, **{name: getattr(options, name) for name in names})
    for path in files:
        print(f"---- {path}\n{path.read_text(encoding='utf-8')}")
    print(f"{len(files)} files in {options.out!r}, all of them shown above. Nothing has been sent.")


def _questionnaire(options) -> None:
    from loyaltystudy.report import export_questionnaire
    from loyaltystudy.survey import data_folder, load_codebook

    shipped = options.codebook == "instrument" and not Path(options.codebook).exists()
    book = load_codebook(data_folder() / "instrument" if shipped else options.codebook)
    path = Path(options.out or f"questionnaire{ENDINGS[options.to]}")
    languages = options.languages or [options.language]
    files = {path: languages}
    if options.to == "html" and len(languages) > 1:
        files = {path.with_stem(f"{path.stem}-{code}"): code for code in languages}
    for file, language in files.items():
        export_questionnaire(book, to=options.to, language=language, form=options.form, path=file)
        print(f"Questionnaire: {file}")


def _data(options) -> None:
    from loyaltystudy.survey import SOURCES, fetch, list_studies

    if options.action == "list":
        print(list_studies().to_string(index=False))
        return
    unknown = [name for name in options.studies if name not in SOURCES]
    if unknown:
        raise SurveyError(f"No studies {unknown}. Known: {sorted(SOURCES)}.")
    for name in options.studies or SOURCES:
        for file in SOURCES[name].files:
            print(f"{name}: {fetch(file).name} is at hand")


def _reproduce(options) -> None:
    from loyaltystudy.report import reproduce

    page = reproduce(options.notebooks, options.out)
    print(f"Report: {page}\nClaims: {page.parent / 'claims.csv'}")


if __name__ == "__main__":
    sys.exit(main())
