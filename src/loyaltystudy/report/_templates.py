"""Pages from the templates of the package: every value escaped, every fixed text in a language."""

from functools import cache

from loyaltystudy.report._translations import say
from loyaltystudy.survey import package_folder

TEMPLATES = package_folder() / "report" / "templates"


@cache
def _environment():
    from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(["html", "xml"]),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
    )


def template_text(name: str) -> str:
    """A template as it stands."""
    return (TEMPLATES / name).read_text(encoding="utf-8")


def rendered(name: str, language: str, **values) -> str:
    """A template with its values; ``say("key", ...)`` in it is a text in the language."""
    return _environment().get_template(name).render(_words(language) | values)


def part(name: str, language: str, *values) -> str:
    """A part of a page, by the name of its macro in ``parts.html``."""
    return str(getattr(_parts(language), name)(*values))


@cache
def _parts(language: str):
    return _environment().get_template("parts.html").make_module(_words(language))


def _words(language: str) -> dict:
    def said(key: str, *places: object) -> str:
        return say(key, language, *places)

    return {"language": language, "say": said}
