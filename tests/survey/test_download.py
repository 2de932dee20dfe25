"""Files at hand and copies in the cache are trusted by their own hash, never by their name."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd
import pytest

from loyaltystudy.errors import SurveyError
from loyaltystudy.survey import SOURCES, _download as download, list_studies, load_study

NAME = "mcdonalds-au"
FILE = "riya-maurya--Mc_Donald_Market_segmentation--mcdonalds.csv"


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setattr(download, "copies", lambda: tmp_path / "copies")
    return tmp_path / "copies"


def kept(calls, rows=5):
    def make():
        calls.append(1)
        return pd.DataFrame({"x": range(rows)})

    return download.kept_table("a.b", make)


@pytest.mark.parametrize(
    "harm", ["shorter", "cut", "empty", "other bytes", "no hash", "wrong hash"]
)
def test_a_copy_that_was_changed_is_made_anew(harm, cache):
    calls = []
    assert len(kept(calls)) == len(kept(calls)) == 5 and len(calls) == 1
    (copy,), seal = cache.glob("*.parquet"), cache / "hashes" / "a.b.parquet.sha256"
    if harm == "shorter":
        pd.DataFrame({"x": [1, 2]}).to_parquet(copy)
    elif harm == "no hash":
        seal.unlink()
    elif harm == "wrong hash":
        seal.write_text("0" * 64)
    else:
        whole = copy.read_bytes()
        copy.write_bytes({"cut": whole[:60], "empty": b"", "other bytes": whole[::-1]}[harm])
    assert len(kept(calls)) == 5 and len(calls) == 2
    assert len(kept(calls)) == 5 and len(calls) == 2


def test_a_cache_that_cannot_be_written_costs_time_alone(cache):
    cache.write_text("a file where the folder should be")
    calls = []
    assert len(kept(calls)) == len(kept(calls)) == 5 and len(calls) == 2


@pytest.mark.parametrize("content", [b"", b"cut", b"x" * 100_000])
def test_a_wrong_raw_file_is_named_and_left(content, tmp_path, monkeypatch):
    monkeypatch.setenv("LOYALTYSTUDY_DATA", str(tmp_path))
    (tmp_path / FILE).write_bytes(content)
    for call in (lambda: load_study(NAME), lambda: download.fetch(FILE)):
        with pytest.raises(SurveyError, match=r"is not the file it should be \(its SHA-256"):
            call()
    listed = list_studies().set_index("name")["available"]
    assert listed[NAME] == "wrong file" and "wrong file" not in [*listed.drop(NAME)]
    assert (tmp_path / FILE).read_bytes() == content
    (tmp_path / FILE).unlink()
    assert list_studies().set_index("name")["available"][NAME] != "wrong file"


def test_a_download_of_another_hash_is_not_kept(tmp_path, monkeypatch):
    monkeypatch.setenv("LOYALTYSTUDY_DATA", str(tmp_path))

    class Downloader:
        def __init__(self, **_):
            pass

        def __call__(self, address, path, pooch):
            Path(path).write_bytes(sent[0])

    fake = type("pooch", (), {"HTTPDownloader": Downloader, "os_cache": lambda _: tmp_path})
    monkeypatch.setattr(download, "_pooch", lambda: fake)
    sent = [b"a page that says no"]
    with pytest.raises(SurveyError, match="came in with another SHA-256"):
        download.fetch(FILE)
    assert not [*tmp_path.iterdir()]
    known = download.registry()
    known.loc[FILE, "sha256"] = hashlib.sha256(sent[0]).hexdigest()
    monkeypatch.setattr(download, "registry", lambda: known)
    assert download.fetch(FILE).read_bytes() == sent[0]


def test_nothing_of_ours_unpickles():
    source = Path(download.__file__).parents[1]
    words = (
        "import pickle",
        "read_pickle",
        "joblib.load",
        "allow_pickle=True",
        "yaml.load(",
        "eval(",
    )
    for path in source.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert not [word for word in words if word in text], path


@pytest.mark.parametrize("name", ["stack-overflow-2017", "e-mail-test"])
def test_what_cannot_be_fetched_is_named_with_its_address_and_identity(name, tmp_path, monkeypatch):
    """One sentence that says all: which file, from where, and how it is known to be the one."""
    monkeypatch.setenv("LOYALTYSTUDY_DATA", str(tmp_path))

    class Offline:
        def __init__(self, **_):
            pass

        def __call__(self, address, path, pooch):
            raise OSError("no network")

    fake = type("pooch", (), {"HTTPDownloader": Offline, "os_cache": lambda _: tmp_path})
    monkeypatch.setattr(download, "_pooch", lambda: fake)
    (file,) = SOURCES[name].files
    row = download.registry().loc[file]
    identity = row.sha256 if isinstance(row.sha256, str) else row.blob
    with pytest.raises(SurveyError) as caught:
        load_study(name)
    said = str(caught.value)
    assert said.count(". ") == 0 and len(said.splitlines()) == 1
    for part in (file, f"{row.repository}/{row.commit}/{row.path}", identity, "LOYALTYSTUDY_DATA"):
        assert part in said
    assert list_studies().set_index("name").loc[name, "available"] == "fetch"
