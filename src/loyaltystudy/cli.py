"""The command ``loyaltystudy``."""

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path
from textwrap import fill
from threading import Event, Thread
from time import monotonic
from typing import NoReturn

from loyaltystudy.errors import SurveyError, did_you_mean
from loyaltystudy.survey import package_folder, read_yaml, write_whole

TYPES = {"int": int, "float": float, "list": lambda text: text.split(",")}
READING = ("encoding", "delimiter", "decimal", "sheet", "limit", "unfinished")
ENDINGS = {"xlsform": ".xlsx", "limesurvey": ".txt", "html": ".html"}
INTERRUPTED = 130
FIRST = 2  # seconds after which a command says how long it has run
WIDTH = 79  # letters of a line of help
WITH_BAR = ("check", "reproduce", "label")  # which show their own progress, or wait for answers
TWO_REPORTS = (
    "Note: the report that stood here was made of other answers. Who has both can work out what "
    "the few people answered who are in one of them alone. Give one of them away, not both."
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 if it went well, 2 after an error, which it prints."""
    given = sys.argv[1:] if arguments is None else arguments
    for stream in (sys.stdout, sys.stderr):  # a terminal that knows no å must not end a command
        getattr(stream, "reconfigure", lambda **_: None)(errors="backslashreplace")
    options = _parser().parse_args(given or ["--help"])
    try:
        with _clock(options.command):
            return options.run(options) or 0
    except SurveyError as error:
        print(f"loyaltystudy: {error}{_next(options, error)}", file=sys.stderr)
        return 2
    except OSError as error:  # a disk that is full, a folder that may not be written
        print(f"loyaltystudy: {error.strerror or error}: {error.filename or ''}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"\nloyaltystudy: interrupted; {_kept(options)}", file=sys.stderr)
        return INTERRUPTED


def _next(options, error: SurveyError) -> str:
    """The command that makes the file that a command did not find."""
    first = {k: v[0] if isinstance(v, list) and v else v for k, v in vars(options).items()}
    for name, said in _commands()[options.command].get("missing", {}).items():
        if f"No file {Path(first[name]).name!r}" in str(error):
            return f" {said.format(**first)}"
    return ""


@contextmanager
def _clock(command: str) -> Iterator[None]:
    """On a terminal, from two seconds on, how long a command without a bar of its own has run."""
    if command in WITH_BAR or not sys.stderr.isatty():
        yield
        return
    done, started = Event(), monotonic()

    def tell() -> None:
        if done.wait(FIRST):
            return
        while True:
            said = f"{command}: {monotonic() - started:.0f} seconds"
            print(f"\r{said}", end="", file=sys.stderr, flush=True)
            if done.wait(1):
                print(f"\r{' ' * len(said)}\r", end="", file=sys.stderr, flush=True)
                return

    thread = Thread(target=tell, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _kept(options) -> str:
    """What an interrupted command leaves."""
    out = Path(getattr(options, "out", None) or getattr(options, "folder", None) or "")
    again = "Run the same command again; it ends the same."
    if not out.name or not out.is_dir():
        return f"no file was left half written. {again}"
    done = [path for path in out.rglob("*") if path.is_file()]
    whole = [p for p in done if not p.name.startswith(".") and p.name != "UNFINISHED.txt"]
    return f"finished files kept in {out.name!r}: {len(whole)}. {again}"


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in a line or two, with the command that helps."""

    def error(self, message: str) -> NoReturn:
        wrong = re.match(r"argument COMMAND: invalid choice: '([^']*)'", message)
        if wrong:
            message = f"no command {wrong[1]!r}.{did_you_mean(wrong[1], RUNS)}"
        name = self.prog.split()[-1]
        first = _commands().get(name, {}).get("missing", {}).get("codebook", "")
        more = first.replace("{answers}", "ANSWERS") if message.endswith("--codebook") else ""
        lines = [f"{self.prog}: {message}", more, f"Help: {self.prog} --help"]
        self.exit(2, "\n".join(filter(None, lines)) + "\n")


@cache
def _commands() -> dict:
    """The commands, as ``report/commands.yaml`` has them."""
    return read_yaml(package_folder() / "report" / "commands.yaml")


def _parser() -> argparse.ArgumentParser:
    table, plain = dict(_commands()), argparse.RawDescriptionHelpFormatter
    about = "From a survey of customer loyalty to a report and a paper."
    parser = _Parser(
        prog="loyaltystudy", description=about, epilog=table.pop("way"), formatter_class=plain
    )
    parser.add_argument("--version", action="version", version=f"loyaltystudy {_version()}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")
    groups = table.pop("groups")
    for name, entry in table.items():
        said = fill(f"{entry['does']}. {entry.get('more', '')}".strip(), WIDTH)
        example = f"example:\n  {entry['example']}"
        command = commands.add_parser(
            name, help=entry["does"], description=said, epilog=example, formatter_class=plain
        )
        command.set_defaults(run=RUNS[name])
        for argument, how in entry["arguments"].items():
            _add(command, groups[argument] if how == "group" else {argument: how})
    return parser


def _add(command, arguments: dict) -> None:
    for name, how in arguments.items():
        kind = {"type": TYPES[how["type"]]} if "type" in how else {}
        command.add_argument(name, **how | kind)


def _version() -> str:
    return import_module("loyaltystudy").__version__


def _new(options) -> None:
    from loyaltystudy.report import new_study

    given = {name: getattr(options, name) for name in ("form", "company", "records")}
    languages = options.languages or options.language
    folder = new_study(options.folder, language=languages, **given)
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
    kept = {name: getattr(old, name) for name in ("careless", "respondents", "primary")}
    plan = make_plan(book, list(old.claims), **kept)
    text = Path(options.plan).with_name("preregistration.md")
    with held(text.parent, f"{Path(options.plan).name} in ", below=False):
        write_plan(plan, options.plan)
        write_whole(text, registration_text(plan, book))
    print(f"Locked {len(plan.claims)} claims: {plan.lock}\nText for a registry: {text}")


def _check(options) -> None:
    from loyaltystudy.report import check, made_of, write_notebooks

    before = made_of(options.out)
    given = {name: getattr(options, name) for name in ("plan", "outcome", "out", "language")}
    given["reading"] = reading_of(options)
    page = check(options.answers, options.codebook, **given)
    print(f"Report: {page}", flush=True)
    if (word := page.parent / "manuscript" / "manuscript.docx").is_file():
        print(f"Manuscript: {word}", flush=True)
    after = made_of(options.out)
    if any(after.get(study, sha) != sha for study, sha in before.items()):
        print(TWO_REPORTS, flush=True)
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


def _draft(options) -> None:
    from loyaltystudy.survey import draft_codebook

    out = Path(options.out)
    if out.exists():
        raise SurveyError(
            f"--out {out.name!r} is there already; name another file, or go on with this one: "
            f"loyaltystudy label {out}"
        )
    text = draft_codebook(options.answers, language=options.language, **reading_of(options))
    write_whole(out, text)
    undecided = text.count("construct: undecided")
    print(f"Drafted {out}: {undecided} undecided. Read it, then: loyaltystudy label {out}")


def _label(options) -> None:
    from loyaltystudy.survey import label_codebook

    label_codebook(options.codebook)
    print(f"Next: loyaltystudy check ANSWERS --codebook {options.codebook}")


def reading_of(options) -> dict:
    """The options that were given, as :func:`~loyaltystudy.survey.read_table` takes them."""
    given = {name: getattr(options, name, None) for name in READING}
    return {name: value for name, value in given.items() if value is not None}


RUNS = {
    "new": _new,
    "rehearse": _rehearse,
    "plan": _plan,
    "check": _check,
    "contribute": _contribute,
    "questionnaire": _questionnaire,
    "data": _data,
    "reproduce": _reproduce,
    "draft": _draft,
    "label": _label,
}


if __name__ == "__main__":
    sys.exit(main())
