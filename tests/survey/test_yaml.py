"""YAML that is read, and all that is refused, with its line."""

import pytest

from loyaltystudy.errors import SurveyError
from loyaltystudy.survey._yaml import DEEPEST, LARGEST, read_with_lines, read_yaml


@pytest.fixture
def written(tmp_path):
    def write(text):
        path = tmp_path / "book.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def test_every_key_and_entry_has_its_line(written):
    data, lines = read_with_lines(written("a: 1\nb:\n  - x\n  - y: 2\n007: z\n"))
    assert data == {"a": 1, "b": ["x", {"y": 2}], 7: "z"}
    assert [lines[at] for at in [("a",), ("b", "1", "y"), ("007",), ("7",)]] == [1, 4, 5, 5]


def test_a_mark_of_utf8_at_the_start_is_no_letter(written):
    assert read_yaml(written("\ufeffa: å\n")) == {"a": "å"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\nb: 2\na: 3\n", "line 3: the key 'a' stands on line 1 already"),
        ("a: &x [1]\nb: *x\n", "an alias of this stands elsewhere; write it out."),
        ("a: [1,\n", "line 2: not readable as YAML"),
        ("a: 2026-13-45\n", "not readable as YAML: month must be in 1..12"),
        ("a: !!python/object/apply:os.system ['true']\n", "not readable as YAML"),
        ("- 1\n- 2\n", "expected keys with values, found list"),
        ("", "expected keys with values, found NoneType"),
        (b"a: \xff\n", "byte 3 is not UTF-8"),
        ("a: " + "[" * (DEEPEST + 1), f"nested more than {DEEPEST} levels deep"),
    ],
)
def test_what_is_refused(written, text, message):
    with pytest.raises(SurveyError) as caught:
        read_yaml(written(text))
    assert message in str(caught.value) and str(caught.value).startswith("book.yaml")


def test_a_large_file_is_read_where_that_is_allowed(written):
    path = written("a: 1\n# " + "x" * LARGEST)
    with pytest.raises(SurveyError, match="at most 1000000 are read. Allow more"):
        read_yaml(path)
    assert read_yaml(path, limit=2) == {"a": 1}


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(SurveyError, match="No file 'none.yaml' here"):
        read_yaml(tmp_path / "none.yaml")
