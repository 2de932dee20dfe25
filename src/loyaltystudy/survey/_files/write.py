"""Frames into files: each format keeps labels and provenance as it can."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from loyaltystudy.errors import SurveyError
from loyaltystudy.survey._files.provenance import beside, guard_text

WRITERS = (".csv", ".parquet", ".sav", ".dta")
_NAME = {  # what the format takes for a column name
    ".sav": re.compile(r"(?=.{1,64}$)[A-Za-z][A-Za-z0-9_.]*(?<![._])"),
    ".dta": re.compile(r"(?=.{1,32}$)[A-Za-z_][A-Za-z0-9_]*"),
}
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
    return rule is None or (bool(rule.fullmatch(name)) and name.upper() not in _RESERVED)


def write_table(table: Written, path: Path) -> None:
    """Write by extension; CSV and Stata get a side file for the whole provenance."""
    writer = {".csv": _csv, ".parquet": _parquet, ".sav": _sav, ".dta": _dta}
    try:
        writer[path.suffix.lower()](table, path)
    except SurveyError:
        raise
    except (OSError, UnicodeError) as error:
        raise SurveyError(f"{path.name}: could not be written: {error}.") from None
    except Exception as error:  # pyreadstat's own class is not public, pyarrow has several
        raise SurveyError(
            f"{path.name}: {path.suffix} cannot hold this table: {error}. Take .parquet or .csv."
        ) from None


def yaml_text(provenance: dict) -> str:
    import yaml

    return yaml.safe_dump(provenance, sort_keys=False, allow_unicode=True, width=70)


def _beside(table: Written, path: Path) -> None:
    beside(path).write_text(yaml_text(table.provenance), encoding="utf-8")


def _csv(table: Written, path: Path) -> None:
    """Numbers in their shortest exact form; text that a spreadsheet would run is guarded."""
    columns = [[_cell(value) for value in table.frame[c].tolist()] for c in table.frame]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([guard_text(column) for column in table.frame])
        writer.writerows(zip(*columns, strict=True))
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
    pq.write_table(arrow.replace_schema_metadata(metadata), path)


def _sav(table: Written, path: Path) -> None:
    import pyreadstat

    notes = yaml_text(table.provenance).splitlines()
    long = [line for line in notes if len(line.encode()) > 80]
    if long:
        raise SurveyError(f"{path.name}: too long for a note of an SPSS file: {long[:3]}.")
    pyreadstat.write_sav(
        _blanks(table.frame),
        str(path),
        file_label=_headline(table, 64),
        column_labels=_cut(table.columns, 256),
        variable_value_labels={c: _cut(codes, 120) for c, codes in table.labels.items()},
        note=notes,
    )


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
    pyreadstat.write_dta(
        _blanks(table.frame),
        str(path),
        file_label=_headline(table, 80),
        column_labels={c: label[:80] for c, label in table.columns.items()},
        variable_value_labels={
            c: {int(code): label for code, label in codes.items()}
            for c, codes in table.labels.items()
        },
    )
    _beside(table, path)


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
