"""What one call touches: few modules of ours, and none for data beyond memory where none are."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy.survey import make_codebook

SOURCE = Path(ls.__file__).parent
BOOK = {
    "study": "mine",
    "title": "Mine",
    "population": "customers",
    "items": {name: {"answers": {"range": [1, 7]}} for name in ("t1", "t2")},
    "scales": {"trust": {"construct": "trust", "items": ["t1", "t2"]}},
}


def touched(call) -> set[str]:
    """The modules of ours of which a line ran."""
    found = set()

    def note(frame, event, argument):
        path = Path(frame.f_code.co_filename)
        if event == "call" and path.is_relative_to(SOURCE):
            found.add(".".join(path.relative_to(SOURCE).with_suffix("").parts))

    sys.setprofile(note)
    try:
        call()
    finally:
        sys.setprofile(None)
    return found


def test_a_comparison_of_columns_runs_in_ten_modules_at_most():
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(rng.normal(size=(100, 4)), columns=list("abcy"))

    def compare():
        ls.compare_blocks(frame, "y", {"one": ["a", "b"], "other": ["c"]})

    compare()  # what is imported at the first call is not of it
    found = touched(compare)
    assert {"explain._blocks", "rsquared._moments"} <= found
    assert len(found) <= 10, sorted(found)


def test_reading_and_comparing_load_only_the_rooms_that_they_need():
    """What a survey file and a comparison load: neither Dask nor the room for it."""
    code = f"""
import sys, tempfile, pathlib, pandas as pd, loyaltystudy as ls
from loyaltystudy.survey import make_codebook
path = pathlib.Path(tempfile.mkdtemp(), "a.csv")
path.write_text("t1,t2\\n" + "1,2\\n5,6\\n4,4\\n2,7\\n" * 9)
study = ls.read_study(path, make_codebook({BOOK!r}))
ls.compare_blocks(pd.read_csv(path), "t1", {{"a": ["t2"]}})
print(*(m for m in sys.modules if m.startswith(("dask", "loyaltystudy."))))
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = run.stdout.split()
    assert "loyaltystudy.survey._study" in loaded
    assert not [m for m in loaded if m.startswith(("dask", "loyaltystudy.outofcore"))]
    assert not [m for m in loaded if m.startswith(("loyaltystudy.report", "loyaltystudy.claims"))]


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_reading_a_small_file_touches_nothing_of_outofcore(tmp_path, suffix):
    path = tmp_path / f"answers{suffix}"
    frame = pd.DataFrame({"t1": [1, 5], "t2": [2, 6]})
    frame.to_csv(path, index=False) if suffix == ".csv" else frame.to_parquet(path)
    found = touched(lambda: ls.read_study(path, make_codebook(BOOK)))
    assert "survey._study" in found and not [m for m in found if m.startswith("outofcore")]
