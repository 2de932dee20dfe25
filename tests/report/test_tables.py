"""Tables as files."""

import numpy as np
import pandas as pd

from loyaltystudy.report._tables import write_table

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


def test_tables_escape_what_latex_and_html_would_run(tmp_path):
    table = pd.DataFrame({"scale_name": [EVIL, r"\input{secret} $x$"], "alpha": [0.12345, np.nan]})
    write_table(table, tmp_path, "t", EVIL)
    page, tex = (tmp_path / "t.html").read_text(), (tmp_path / "t.tex").read_text()
    assert "<script>alert" not in page and "<img src=x" not in page and "0.123" in page
    assert r"\input{" not in tex and r"\textbackslash input\{secret\}" in tex and "0.123" in tex
