"""Tables from files as they were written: text stays text, nothing is taken for missing."""

from pathlib import Path

import pandas as pd

from loyaltystudy.errors import SurveyError
from loyaltystudy.survey._files.detect import kind_of

_OPTIONS = {
    "text": ("encoding", "delimiter", "decimal"),
    "xlsx": ("sheet", "limit"),
    "parquet": ("limit",),
    "sav": ("encoding", "limit"),
    "dta": ("encoding", "limit"),
}


def read_table(
    path,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    decimal: str | None = None,
    sheet: str | None = None,
    limit: float | None = None,
) -> pd.DataFrame:
    """Read answers from a file of any of the usual kinds.

    The content decides what kind a file is; an extension that promises another kind is an error.

    Parameters
    ----------
    path : str or Path
        Delimited text, XLSX, Parquet, SPSS (``.sav``, ``.zsav``) or Stata (``.dta``). Delimited
        text may be a Qualtrics export with its three header rows.
    encoding : str, optional
        Of delimited text: needed when it is not UTF-8 (with or without a mark), not UTF-16 or
        UTF-32 with a mark, and its letters leave a doubt: every file of single bytes can be read
        as cp1252, cp850 and mac-roman alike, and only where one of them alone gives usual
        Nordic or German letters throughout, it is taken. Of SPSS and Stata: where the file names
        the wrong one.
    delimiter : str, optional
        Of delimited text. Found among ``,`` ``;`` tab and ``|`` where exactly one of them cuts
        every row into as many cells as the header has.
    decimal : {".", ","}, optional
        Of delimited text. Found: a comma where cells are cut by another mark and numbers have
        commas and none has a point.
    sheet : str, optional
        Of XLSX: needed when more than one sheet holds cells.
    limit : float, optional
        Of files that can unfold: how many times the usual limits to allow. Usual are 50 million
        cells (XLSX, Parquet); 2 GB unpacked (XLSX); for SPSS and Stata, which another process
        reads, 1 GB of memory beside 40 times the file's size, and 20 seconds beside one for each
        200,000 bytes.

    Returns
    -------
    DataFrame
        One row a respondent. Cells of delimited text are text, as they were written. What a
        file says about itself is in ``.attrs``: ``labels`` (column to code to label),
        ``user_missing`` (column to pairs of low and high), ``wording``, ``provenance``,
        ``decimal``, ``cell_faults`` (column to what is wrong with cells of XLSX), ``blank_rows``
        (places, from 1, of rows without any cell, which are left out).

    Raises
    ------
    SurveyError
        If there is no such file, or it is empty, damaged, of another kind than its extension
        says, ragged, ambiguous (two delimiters, two sheets, an unknown encoding), beyond the
        limits, or cut short since :func:`~loyaltystudy.scales.write_study` wrote it.

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
    kind = kind_of(path, limit=limit or 1.0)
    text = {"encoding": encoding, "delimiter": delimiter, "decimal": decimal}
    options = text | {"sheet": sheet, "limit": limit}
    given = {name: value for name, value in options.items() if value is not None}
    idle = [name for name in given if name not in (*_OPTIONS[kind], "limit")]
    if kind == "text":
        given.pop("limit", None)
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
