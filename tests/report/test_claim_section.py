"""A claim on the page."""

import numpy as np
import pandas as pd
import pytest

from loyaltystudy.claims._register import register
from loyaltystudy.report._claim_section import claim_block


@pytest.mark.parametrize(
    ("measured", "sentence"),
    [
        (["none"], "The questions that this needs were not asked."),
        (["full"], "The questions were asked, but these answers cannot settle this"),
        (["full", "none", "part"], "Not all of the questions that this needs were asked."),
    ],
)
def test_a_claim_left_unmeasured_says_how_much_was_asked(measured, sentence):
    rows = pd.DataFrame(
        {
            "study": [f"s{i}" for i in range(len(measured))],
            "measured": measured,
            "kind": "real",
            "verdict": "not measured",
            "population": "customers",
            "why": "",
            "n": 50,
            "estimate": np.nan,
            "low": np.nan,
            "high": np.nan,
        }
    )
    block = claim_block(register()["would-miss"], rows, "en")
    assert sentence in block.split("</summary>")[0]
