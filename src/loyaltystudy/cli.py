"""The command ``loyaltystudy``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from loyaltystudy.errors import SurveyError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 if it went well, 2 after an error that it tells in plain words."""
    options = _parser().parse_args(arguments)
    try:
        return options.run(options) or 0
    except SurveyError as error:
        print(f"loyaltystudy: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("loyaltystudy: interrupted; what was finished is kept.", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="loyaltystudy", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    command = commands.add_parser("reproduce", help="execute every notebook and write the report")
    command.add_argument("--notebooks", default="notebooks", help="folder of the notebooks")
    command.add_argument("--out", default="reports", help="folder for the results")
    command.set_defaults(run=_reproduce)
    command = commands.add_parser("data", help="list open studies, or fetch their files")
    command.add_argument("action", nargs="?", default="list", choices=["list", "fetch"])
    command.add_argument("studies", nargs="*", help="studies to fetch; none means all")
    command.set_defaults(run=_data)
    return parser


def _reproduce(options) -> None:
    from loyaltystudy.report import reproduce

    page = reproduce(options.notebooks, options.out)
    print(f"Report: {page}\nClaims: {page.parent / 'claims.csv'}")


def _data(options) -> None:
    from loyaltystudy.download import fetch
    from loyaltystudy.sources import SOURCES
    from loyaltystudy.study import list_studies

    if options.action == "list":
        print(list_studies().to_string(index=False))
        return
    unknown = [name for name in options.studies if name not in SOURCES]
    if unknown:
        raise SurveyError(f"No studies {unknown}. Known: {sorted(SOURCES)}.")
    for name in options.studies or SOURCES:
        for file in SOURCES[name].files:
            print(f"{name}: {fetch(file).name} is at hand")


if __name__ == "__main__":
    sys.exit(main())
