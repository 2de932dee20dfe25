"""Internal links of the built site: every file and every anchor that a page points to is there.

    python docs/check_links.py docs/_build/html

Says too which pages load anything from another host: none may.
"""

from __future__ import annotations

import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit


class Page(HTMLParser):
    """The anchors of a page, its links, and what it loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs) -> None:
        values = {key: value for key, value in attrs if value}
        self.anchors |= {values[key] for key in ("id", "name") if key in values}
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        elif tag != "a":
            loads = tag != "link" or values.get("rel") not in ("canonical", "author")
            self.loads += [values[k] for k in ("src", "href") if k in values and loads]


def main(folder: str) -> int:
    root = Path(folder).resolve()
    found = [p for p in sorted(root.rglob("*.html")) if "_static" not in p.relative_to(root).parts]
    pages = {path: Page(path.read_text(encoding="utf-8")) for path in found}
    problems, checked = [], 0
    for path, page in pages.items():
        for link in [*page.links, *page.loads]:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                if link in page.loads and parts.scheme != "data":
                    problems.append(f"{path.relative_to(root)} loads {link}")
                continue
            checked += 1
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            target = target / "index.html" if target.is_dir() else target
            anchor = unquote(parts.fragment)
            if not target.is_file():
                problems.append(f"{path.relative_to(root)} -> {link}: no such file")
            elif anchor and target in pages and anchor not in pages[target].anchors:
                problems.append(f"{path.relative_to(root)} -> {link}: no such anchor")
    print("\n".join(problems))
    print(f"{len(pages)} pages, {checked} internal links, {len(problems)} problems")
    return 1 if problems or not pages else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
