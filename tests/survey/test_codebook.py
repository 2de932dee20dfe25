"""Codebooks: what is read, and every mistake told with its line, all at once."""

import pytest

from loyaltystudy.errors import SurveyError
from loyaltystudy.survey._codebook import constructs, list_constructs, load_codebook, make_codebook
from loyaltystudy.survey._shipped import data_folder

GOOD = """\
study: mine
title: Mine
population: customers
missing: [99]
answers:
  agree: {range: [1, 5]}
items:
  t1: {answers: agree, wording: {en: I trust it, sv: Jag litar på det}}
  t2: {answers: agree, reversed: true}
scales:
  trust: {construct: trust, items: [t1, t2]}
variables:
  gender: {kind: nominal, construct: gender, answers: {codes: {1: woman, 2: man}}}
blocks:
  trust: [trust]
"""

# what is changed in the good codebook, and what the error must say
MISTAKES = {
    "required key": ("title: Mine\n", "", "title: this key is required."),
    "unknown key": ("title: Mine", "titel: Mine", "line 2, titel: this key is not known"),
    "population": ("customers", "people", "line 3, population: Input should be 'customers'"),
    "duplicate key": ("title: Mine\n", "title: Mine\ntitle: Two\n", "line 3: the key 'title'"),
    "endless keys": ("title: Mine", "title: " + "{a: " * 99_999, "line 2: nested more than 30"),
    "alias": ("title: Mine", "title: &a Mine\nlicence: *a", "line 2: an alias"),
    "not yaml": ("title: Mine", "title: [Mine", "not readable as YAML"),
    "tag": ("title: Mine", "title: !!python/object/apply:os.system [ls]", "not readable as YAML"),
    "answer set": ("t1: {answers: agree,", "t1: {answers: agre,", "no answer set 'agre'; declared"),
    "no answers": ("t2: {answers: agree,", "t2: {", "items > t2: no declared answers"),
    "falling range": ("[1, 5]", "[5, 1]", "the range [5.0, 1.0] does not rise"),
    "range of one": ("[1, 5]", "[1]", "items > t1 > answers > range"),
    "range of text": ("[1, 5]", "[low, high]", "items > t1 > answers > range > 0"),
    "reversed": ("reversed: true", "reversed: perhaps", "line 9, items > t2 > reversed"),
    "misspelt": ("reversed: true", "reverse: true", "items > t2 > reverse: this key is not known"),
    "construct": ("construct: trust,", "construct: trus,", "construct 'trus' is not in the voc"),
    "near": ("construct: trust,", "construct: trus,", "near: ['trust'"),
    "item": ("[t1, t2]", "[t1, t3]", "line 11, scales > trust: items not declared: ['t3']"),
    "item twice": ("[t1, t2]", "[t1, t1]", "items named twice: ['t1']"),
    "no items": ("[t1, t2]", "[]", "scales > trust > items"),
    "items as text": ("[t1, t2]", "t1", "scales > trust > items"),
    "minimum": ("[t1, t2]}", "[t1, t2], minimum_answered: 2}", "scales > trust > minimum_answered"),
    "kind": ("kind: nominal", "kind: nominl", "variables > gender > kind"),
    "code as text": ("{1: woman", "{one: woman", "variables > gender > answers > codes > one"),
    "yes and no": ("1: woman", "1: Yes", "variables > gender > answers > codes > 1"),
    "name twice": ("  gender:", "  t1:", "this name is an item or a scale already"),
    "block member": ("  trust: [trust]", "  trust: [trst]", "neither a scale nor a variable; near"),
    "block as text": ("  trust: [trust]", "  trust: trust", "blocks > trust: expected a list"),
    "empty block": ("  trust: [trust]", "  trust: []", "blocks > trust: expected a list"),
    "two blocks": ("  trust: [trust]", "  a: [trust]\n  b: [trust]", "'trust' is in block 'a' alr"),
    "same column": ("t2: {answers", "t2: {column: t1, answers", "column 't1' is read by 't1'"),
    "weight": ("blocks:", "design: {weight: w}\nblocks:", "design > weight: 'w' is not among"),
    "missing code": ("t1: {answers", "t1: {missing: [3], answers", "[3.0] are declared both"),
    "not a mapping": (
        "items:\n",
        "items: [1]\nmore:\n",
        "items: expected names with their entries",
    ),
}


def write(tmp_path, text):
    path = tmp_path / "codebook.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_good_codebook_reads(tmp_path):
    book = load_codebook(write(tmp_path, GOOD))
    assert book.scales["trust"].items == ("t1", "t2")
    assert book.items["t2"].reversed and not book.items["t1"].reversed
    assert (book.items["t1"].low, book.items["t1"].high) == (1, 5)
    assert book.items["t1"].wording["sv"] == "Jag litar på det"
    assert repr(book) == "Codebook 'mine': 1 scales of 2 items, 1 variables, 1 blocks"


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistake_is_told(tmp_path, mistake):
    old, new, said = MISTAKES[mistake]
    assert old in GOOD
    with pytest.raises(SurveyError) as error:
        load_codebook(write(tmp_path, GOOD.replace(old, new, 1)))
    assert said in str(error.value)


def test_all_mistakes_at_once_in_order_of_lines(tmp_path):
    text = (
        GOOD.replace("customers", "people").replace("[t1, t2]", "[t9]").replace("[1, 5]", "[5, 1]")
    )
    with pytest.raises(SurveyError) as error:
        load_codebook(write(tmp_path, text))
    lines = [int(p.split(",")[0].removeprefix("line ")) for p in error.value.problems]
    assert lines == sorted(lines) and len(lines) == 4
    assert str(error.value).startswith("codebook.yaml: 4 problems.\n- line 3, population")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe\x00s", "is not UTF-8. Save the file as UTF-8."),
        (b"- a\n- b\n", "expected keys with values, found list."),
        (b"", "expected keys with values, found NoneType."),
        (b"a: " + b"[" * 1000, "line 1: nested more than 30 levels deep."),
        (b"a: [1", "not readable as YAML"),
        (b"d: 2001-99-99\n", "not readable as YAML"),
    ],
)
def test_damaged_files(tmp_path, content, said):
    path = tmp_path / "codebook.yaml"
    path.write_bytes(content)
    with pytest.raises(SurveyError, match=said.replace("(", r"\(")):
        load_codebook(path)


def test_missing_file_and_large_file(tmp_path):
    with pytest.raises(SurveyError, match="No file 'codebook.yaml' here"):
        load_codebook(tmp_path)
    (tmp_path / "codebook.yaml").write_bytes(b"a" * 5_000_001)
    with pytest.raises(SurveyError, match="at most 1000000 are read"):
        load_codebook(tmp_path)


def test_a_full_measure_comes_before_a_stand_in():
    raw = {
        "study": "s",
        "title": "S",
        "population": "customers",
        "items": {n: {"answers": {"range": [1, 7]}} for n in "ab"},
        "scales": {
            "proxy": {"items": ["a"], "stands_in_for": {"trust": "near"}},
            "full": {"items": ["b"], "construct": "trust"},
        },
    }
    assert make_codebook(raw).measures("trust").name == "full"
    del raw["scales"]["full"]
    assert make_codebook(raw).measures("trust").stands_in_for == {"trust": "near"}
    assert make_codebook(raw).measures("loyalty") is None


def test_vocabulary_is_complete_in_three_languages():
    blocks = {
        "demographics",
        "sociological_background",
        "trust",
        "engagement",
        "emotional_bonds",
        "calculative_bonds",
        "moral_bonds",
        "relationship",
        "programmes",
        "community",
        "fandom",
        "outcomes",
        "context",
    }
    assert {c["block"] for c in constructs().values()} == blocks
    for name, entry in constructs().items():
        assert set(entry["label"]) == {"en", "sv", "nb"}, name
        assert all(entry["label"].values()) and entry["source"], name
    assert list(list_constructs().columns) == ["construct", "block", "label", "source"]


def test_questions_table():
    book = load_codebook(data_folder() / "mobile-reputation")
    table = book.questions("trust")
    assert table["item"].tolist() == ["qual_5", "qual_6", "qual_7"]
    assert table["asked"][2] == "The company is a trustworthy company."
    with pytest.raises(SurveyError, match="No scale 'turst'"):
        book.questions("turst")
