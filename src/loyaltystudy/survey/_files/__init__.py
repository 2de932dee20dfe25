"""Tables from files as they were written: text stays text, nothing is taken for missing."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from loyaltystudy.errors import SurveyError
from loyaltystudy.survey._files.detect import kind_of

_OPTIONS = {"text": ("encoding", "delimiter"), "sav": ("encoding",), "dta": ("encoding",)}


def read_table(
    path, *, encoding: str | None = None, delimiter: str | None = None, sheet: str | None = None
) -> pd.DataFrame:
    """Read answers from a file of any of the usual kinds.

    The content decides what kind a file is; an extension that promises another kind is an error.

    Parameters
    ----------
    path : str or Path
        Delimited text, XLSX, Parquet, SPSS (``.sav``, ``.zsav``) or Stata (``.dta``). Delimited
        text may be a Qualtrics export with its three header rows.
    encoding : str, optional
        Of delimited text: needed when it is not UTF-8 (with or without a mark) and not UTF-16
        or UTF-32 with a mark. Nothing else is ever taken for granted: every file of single
        bytes can be read as cp1252, latin-1, cp850 and mac-roman alike, with other letters.
        Of SPSS and Stata: where the file names the wrong one.
    delimiter : str, optional
        Of delimited text. Found among ``,`` ``;`` tab and ``|`` where exactly one of them cuts
        every row into as many cells as the header has.
    sheet : str, optional
        Of XLSX: needed when more than one sheet holds cells.

    Returns
    -------
    DataFrame
        One row a respondent. Cells of delimited text are text, as they were written. What a
        file says about itself is in ``.attrs``: ``labels`` (column to code to label),
        ``user_missing`` (column to pairs of low and high), ``wording``, ``provenance``.

    Raises
    ------
    SurveyError
        If there is no such file, or it is empty, damaged, of another kind than its extension
        says, ragged, ambiguous (two delimiters, two sheets, an unknown encoding), or holds
        merged cells, formulas without values or error values.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "a.csv").write_text("t1;t2\\n5;None\\n")
    ...     read_table(Path(folder, "a.csv"))
      t1    t2
    0  5  None
    """
    path = Path(path)
    kind = kind_of(path)
    given = {"encoding": encoding, "delimiter": delimiter, "sheet": sheet}
    given = {name: value for name, value in given.items() if value is not None}
    allowed = _OPTIONS.get(kind, ("sheet",) if kind == "xlsx" else ())
    idle = [name for name in given if name not in allowed]
    if idle:
        raise SurveyError(f"{path.name}: {idle[0]}= means nothing for a {kind} file; leave it out.")
    if kind == "text":
        from loyaltystudy.survey._files.delimited import read_delimited as reader
    elif kind == "xlsx":
        from loyaltystudy.survey._files.spreadsheets import read_spreadsheet as reader
    elif kind == "parquet":
        from loyaltystudy.survey._files.columnar import read_parquet as reader
    else:
        from loyaltystudy.survey._files.statistical import read_statistical as reader
    return reader(path, **given)
