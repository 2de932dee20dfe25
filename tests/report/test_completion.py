"""Names of studies and claims complete in a running IPython."""

import subprocess
import sys

import pytest

from loyaltystudy.report._completion import names_for

ASK = """
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
shell.run_cell("import loyaltystudy as ls")
claims = 'x = 1\\nls.check_claims(s, ["would-miss", "two-'
for typed in ('ls.load_study("mo', claims, "open('tests/"):
    with provisionalcompleter():
        print(sorted({c.text for c in shell.Completer.completions(typed, len(typed))})[:3])
"""


@pytest.mark.parametrize(
    ("typed", "begun", "among"),
    [
        ("ls.load_study('", "", "mobile-ecsi"),
        ("ls.check_claims(ls.load_study('mobile-ecsi'), 'woul", "woul", "would-miss"),
        ('simulate_study("would-miss:', "would-miss:", "would-miss:false"),
        ("load_panel('cat", "cat", "catsup"),
    ],
)
def test_names_that_begin_so(typed, begun, among):
    found = names_for(typed)
    assert found[0] == begun and among in found[1]
    assert all(name.startswith(begun) for name in found[1])


@pytest.mark.parametrize("typed", ["", "load_study(", "load_study('mo')", "len('mo", "'load_study"])
def test_elsewhere_nothing_is_offered(typed):
    assert names_for(typed) is None


def test_a_running_ipython_is_told_at_import():
    run = subprocess.run([sys.executable, "-c", ASK], capture_output=True, text=True)
    studies, claims, files = run.stdout.splitlines()[-3:]
    assert studies == "['mobile-ecsi', 'mobile-reputation']", run.stderr
    assert claims == "['two-building-blocks', 'two-logics']"
    assert "mobile" not in files
