"""The page of references, made from references.bib."""

from __future__ import annotations

import re
from pathlib import Path

FILE = Path(__file__).with_name("references.bib")
ENTRY = re.compile(r"^@(\w+)\{([\w-]+),\n(.*?)^\}$", flags=re.M | re.S)
FIELD = re.compile(r"(\w+) = \{((?:[^{}]|\{[^{}]*\})*)\}")
HEAD = """# References

What notebooks and documentation cite. What the cited studies printed, and whether it comes out
again: [](notebooks/04-replicating-cited-studies.ipynb). The file: {download}`references.bib`.
"""


def references(text: str) -> dict[str, dict[str, str]]:
    """Key to the fields of each entry, its kind among them, without LaTeX.

    >>> references("@book{a1,\\n  title = {This \\\\& that}, year = {2000}\\n}\\n")
    {'a1': {'kind': 'book', 'title': 'This & that', 'year': '2000'}}
    """
    return {
        key: {"kind": kind} | {name: plain(value) for name, value in FIELD.findall(body)}
        for kind, key, body in ENTRY.findall(text)
    }


def plain(value: str) -> str:
    return re.sub(r"[{}]", "", value).replace("\\&", "&").replace("--", "–")


def sentence(entry: dict[str, str]) -> str:
    """An entry in words: authors, year, title, where it stands, address."""
    names = [" ".join(reversed(n.split(", "))) for n in entry["author"].split(" and ")]
    authors = ", ".join(names[:-1]) + (" and " if names[1:] else "") + names[-1]
    place = next(
        (
            entry[f]
            for f in ("journal", "booktitle", "publisher", "school", "howpublished")
            if f in entry
        ),
        "",
    )
    number = f"({entry['number']})" if "number" in entry else ""
    issue = f" {entry['volume']}{number}" if "volume" in entry else ""
    pages = f", {entry['pages']}" if "pages" in entry else ""
    where = f" *{place}*{issue}{pages}." if place else ""
    doi = f" [doi:{entry['doi']}](https://doi.org/{entry['doi']})" if "doi" in entry else ""
    return f"{authors} ({entry['year']}). {entry['title']}.{where}{doi}"


def references_page() -> str:
    """One list in the order of the alphabet; each entry can be linked by its key."""
    known = references(FILE.read_text(encoding="utf-8"))
    rows = sorted(known.items(), key=lambda item: (item[1]["author"].casefold(), item[1]["year"]))
    return HEAD + "".join(f"\n({key})=\n{sentence(entry)}\n" for key, entry in rows)
