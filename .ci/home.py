"""Write the address of the repository (GitHub's owner/name) into every file that links to it."""

import re
import subprocess
import sys
from pathlib import Path

STATED = re.search(
    r'^Repository = "https://github\.com/([\w.-]+/[\w.-]+)"',
    Path("pyproject.toml").read_text(),
    re.M,
)[1]


def main(repository: str) -> int:
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", repository):
        print(f"make home REPOSITORY=owner/name (now {STATED})", file=sys.stderr)
        return 2
    link = re.compile(rf"(github\.com|/github|/gh)/{re.escape(STATED)}(?![\w-])")
    found = subprocess.run(["git", "ls-files"], capture_output=True, text=True, check=True).stdout
    for path in map(Path, found.splitlines()):
        if path.suffix in {".md", ".toml", ".cff", ".ipynb"}:
            text = path.read_text(encoding="utf-8")
            new = link.sub(rf"\1/{repository}", text)
            if new != text:
                path.write_text(new, encoding="utf-8")
                print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
