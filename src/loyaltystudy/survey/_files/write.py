"""Frames into files: each format keeps labels and provenance as it can."""

import csv
import io
import json
import re
import shutil
from dataclasses import dataclass, field
from errno import ENOSPC
from functools import partial
from pathlib import Path

import pandas as pd

from loyaltystudy.errors import SurveyError
from loyaltystudy.survey._atomic import write_whole
from loyaltystudy.survey._faults import rows_shown
from loyaltystudy.survey._files.guard import guard_text
from loyaltystudy.survey._files.provenance import beside, read_beside
from loyaltystudy.survey._yaml import yaml_text

FULL = 1_000_000  # bytes free on a disk that counts as full
BESIDE = (".csv", ".dta")  # formats whose provenance stands in a file beside them
WRITERS = (".csv", ".parquet", ".sav", ".dta")
_NAME = {  # what the format takes for a column name
    ".sav": re.compile(r"[^\W\d_][\w.]*(?<![._])"),
    ".dta": re.compile(r"(?=.{1,32}$)[A-Za-z_][A-Za-z0-9_]*"),
}
_LONGEST = {".sav": 64, ".dta": 32}  # bytes of a name
LONGEST_TEXT = 32_767  # bytes of a text cell that SPSS can hold
_RESERVED = {"ALL", "AND", "BY", "EQ", "GE", "GT", "LE", "LT", "NE", "NOT", "OR", "TO", "WITH"}


@dataclass(frozen=True, eq=False)
class Written:
    """A table to be written: ``columns`` labels columns, ``labels`` codes, by column name."""

    frame: pd.DataFrame
    columns: dict[str, str] = field(default_factory=dict)
    labels: dict[str, dict[float, str]] = field(default_factory=dict)
    provenance: dict = field(default_factory=dict)


def takes_name(suffix: str, name: str) -> bool:
    """Whether the format can hold a column of this name."""
    rule = _NAME.get(suffix)
    if rule is None:
        return True
    fits = rule.fullmatch(name) and len(name.encode()) <= _LONGEST[suffix]
    return bool(fits) and name.upper() not in _RESERVED


def write_table(table: Written, path: Path) -> None:
    """Write by extension; CSV and Stata get a side file for the whole provenance."""
    writer = {".csv": _csv, ".parquet": _parquet, ".sav": _sav, ".dta": _dta}
    if not path.parent.is_dir():
        raise SurveyError(f"{path.name}: could not be written: its folder is not there.")
    _refuse_shared(table, path)
    try:
        writer[path.suffix.lower()](table, path)
    except SurveyError:
        raise
    except Exception as error:  # pyreadstat's own class is not public, pyarrow has several
        raise SurveyError(
            f"{path.name}: {path.suffix} cannot hold this table: {error}. Take .parquet or .csv."
        ) from None


def _refuse_shared(table: Written, path: Path) -> None:
    """a.csv and a.dta have one side file, which cannot speak of two studies."""
    ending = path.suffix.lower()
    twins = [path.with_suffix(other) for other in BESIDE if ending in BESIDE and other != ending]
    held = [twin.name for twin in twins if twin.is_file()]
    said = (held and read_beside(path)) or table.provenance
    if said.get("respondents") != table.provenance["respondents"]:
        raise SurveyError(
            f"{path.name}: its provenance would take the place of that of {held[0]}; "
            "name one of them otherwise."
        )


def _beside(table: Written, path: Path) -> None:
    write_whole(beside(path), yaml_text(table.provenance, width=70))


def _csv(table: Written, path: Path) -> None:
    """Numbers in their shortest exact form; text that a spreadsheet would run is guarded."""
    columns = [[_cell(value) for value in table.frame[c].tolist()] for c in table.frame]
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([guard_text(column) for column in table.frame])
    writer.writerows(zip(*columns, strict=True))
    write_whole(path, text.getvalue())
    _beside(table, path)


def _cell(value):
    if isinstance(value, str):
        if "\0" in value:
            raise SurveyError(f"{value[:30]!r} holds a zero byte, which CSV cannot. Remove it.")
        return guard_text(value)
    if value is None or value != value:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return repr(value) if isinstance(value, float) else value


def _parquet(table: Written, path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from loyaltystudy.survey._files.columnar import KEY

    arrow = pa.Table.from_pandas(table.frame, preserve_index=False)
    kept = {"labels": table.labels, "columns": table.columns, "provenance": table.provenance}
    metadata = {**(arrow.schema.metadata or {}), KEY: json.dumps(kept, ensure_ascii=False)}
    labelled = arrow.replace_schema_metadata(metadata)
    write_whole(path, lambda part: pq.write_table(labelled, part))


def _sav(table: Written, path: Path) -> None:
    import pyreadstat

    notes = yaml_text(table.provenance, width=70).splitlines()
    long = [line for line in notes if len(line.encode()) > 80]
    if long:
        raise SurveyError(f"{path.name}: too long for a note of an SPSS file: {long[:3]}.")
    _refuse_texts(table, path)
    write = partial(
        pyreadstat.write_sav,
        _blanks(table.frame),
        file_label=_headline(table, 64),
        column_labels=_cut(table.columns, 256),
        variable_value_labels={c: _cut(codes, 120) for c, codes in table.labels.items()},
        note=notes,
    )
    write_whole(path, lambda part: _written(write, pyreadstat.read_sav, part, table.frame))


def _written(write, read, part: Path, frame: pd.DataFrame) -> None:
    """Write, and count the rows that can be read: on a full disk the writer may say nothing."""
    first = str(frame.columns[0])
    try:
        write(str(part))
        found, _ = read(str(part), usecols=[first], output_format="dict")
        whole = len(found[first]) == len(frame)
    except Exception:
        if shutil.disk_usage(part.parent).free >= FULL:
            raise
        whole = False
    if not whole:
        raise OSError(ENOSPC, "not all of it reached the disk, which may be full")


def _dta(table: Written, path: Path) -> None:
    import pyreadstat

    broken = {c: code for c, codes in table.labels.items() for code in codes if code % 1}
    if broken:
        raise SurveyError(
            [
                f"column {c!r}: Stata cannot label {code:g}, which is no whole number. Take .sav."
                for c, code in broken.items()
            ],
            heading=path.name,
        )
    write = partial(
        pyreadstat.write_dta,
        _blanks(table.frame),
        file_label=_headline(table, 80),
        column_labels={c: label[:80] for c, label in table.columns.items()},
        variable_value_labels={
            c: {int(code): label for code, label in codes.items()}
            for c, codes in table.labels.items()
        },
    )
    write_whole(path, lambda part: _written(write, pyreadstat.read_dta, part, table.frame))
    _beside(table, path)


def _refuse_texts(table: Written, path: Path) -> None:
    """SPSS takes names without case, and cuts longer texts in silence."""
    names: dict[str, list[str]] = {}
    for name in table.frame:
        names.setdefault(name.casefold(), []).append(name)
    problems = [
        f"columns {alike} differ by capitals only, which SPSS does not tell apart; rename one."
        for alike in names.values()
        if len(alike) > 1
    ]
    for name in table.frame.select_dtypes(exclude="number"):
        cells = table.frame[name].tolist()
        long = [n for n, cell in enumerate(cells, 1) if _too_long(cell)]
        if long:
            problems.append(
                f"column {name!r}: texts of more than {LONGEST_TEXT} bytes, which SPSS cannot "
                f"hold, in {rows_shown(long)}."
            )
    if problems:
        raise SurveyError([*problems, "Take .parquet or .csv."], heading=path.name)


def _too_long(cell) -> bool:
    return isinstance(cell, str) and len(cell.encode()) > LONGEST_TEXT


def _headline(table: Written, most: int) -> str:
    """The file label: who wrote it, from which codebook."""
    source = table.provenance
    return f"{source['package']} {source['version']}, codebook {source['codebook']['sha256'][:12]}"[
        :most
    ]


def _blanks(frame: pd.DataFrame) -> pd.DataFrame:
    """Missing text as empty text: the only way both formats know."""
    texts = [c for c in frame if frame[c].dtype == object]
    return frame.assign(**{c: frame[c].where(frame[c].notna(), "").astype(str) for c in texts})


def _cut(labels: dict, most: int) -> dict:
    """Labels at most so many bytes long, cut between letters."""
    return {
        key: label.encode()[:most].decode(errors="ignore") for key, label in labels.items() if label
    }
