"""Write the rows that ship: ``answers.parquet`` of studies, the tables of purchase panels.

python -m tools.ship_rows            (from the root of the repository, raw files at hand)
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from loyaltystudy.purchases import read_spec
from loyaltystudy.survey import data_folder, load_codebook
from loyaltystudy.survey._checks import check_answers
from tools.raw_panels import PANELS
from tools.raw_rows import READERS

MOST_BYTES = 6_000_000


def plain(frame: pd.DataFrame) -> pd.DataFrame:
    """The same values in types that take little room: whole numbers, text as categories."""
    kept = {}
    for name, column in frame.reset_index(drop=True).items():
        if column.dtype == object or isinstance(column.dtype, pd.StringDtype):
            column = column.astype(object).where(column.notna(), None)
            column = column if column.nunique() > len(column) / 2 else column.astype("category")
        elif column.dtype.kind == "f" and (column.dropna() % 1 == 0).all():
            column = pd.to_numeric(column.astype("Int64"), downcast="integer")
        kept[str(name)] = column
    return pd.DataFrame(kept)


def coded(name: str) -> pd.DataFrame:
    """Answers as codes, checked against the codebook: no text, no number of a respondent."""
    book = load_codebook(data_folder() / name)
    return check_answers(READERS[name](), book, name=name).reset_index(drop=True)


def write(frame: pd.DataFrame, path: Path) -> None:
    """One Parquet file, compressed; the same bytes for the same rows."""
    frame.to_parquet(path, index=False, compression="zstd", compression_level=19)


def used(name: str, part: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Of purchases the columns that the panel's specification reads; other tables whole."""
    spec = read_spec(data_folder() / "panels" / name / "panel.yaml")
    if part != "purchases" or spec.records == "use":
        return frame
    asked = [*spec.columns.named(), *spec.keep, *(rule.column for rule in spec.leave_out)]
    return frame[list(dict.fromkeys(asked))]


def main() -> None:
    for name in READERS:
        write(plain(coded(name)), data_folder() / name / "answers.parquet")
    for name, read in PANELS.items():
        for part, frame in read().items():
            path = data_folder() / "panels" / name / f"{part}.parquet"
            write(plain(used(name, part, frame)), path)
    size = sum(path.stat().st_size for path in data_folder().rglob("*.parquet"))
    print(f"{size:,} bytes of rows")
    if size > MOST_BYTES:
        raise SystemExit(f"More than {MOST_BYTES:,} bytes; ship fewer columns.")


if __name__ == "__main__":
    main()
