"""Mutated files for every reader: each is read or is one SurveyError; nothing crashes or hangs.

python benchmarks/scripts/fuzz_readers.py [RUNS] [SEED] [READER ...]

RUNS mutated inputs for each reader (default 200; SPSS and Stata take half a second each, since
another process reads them). Prints, a line each reader: inputs, how many were read, how many were
refused, the longest time, and every failure with the seed that makes it again.
"""

from __future__ import annotations

import io
import random
import sys
import time
import warnings
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import yaml

from loyaltystudy.errors import SurveyError
from loyaltystudy.purchases import read_panel
from loyaltystudy.survey import (
    draft_codebook,
    load_codebook,
    make_codebook,
    read_study,
    read_table,
)
from loyaltystudy.survey._shared_moments import moments_table

TOP = {"study": "m", "title": "M", "population": "public"}
BOOK = {
    **TOP,
    "missing": [-9],
    "items": {
        "t1": {"answers": {"range": [1, 7]}, "wording": {"en": "I trust it", "sv": "Jag litar"}},
        "t2": {"answers": {"codes": {1: "No", 2: "Maybe", 3: "Yes"}}, "recode": {"x": None}},
    },
    "scales": {"trust": {"construct": "trust", "items": ["t1"]}},
    "variables": {"why": {"kind": "text"}, "w": {"kind": "numeric", "answers": {"range": [0, 9]}}},
    "blocks": {"trust": ["trust"]},
    "design": {"respondent": "id", "weight": "w"},
}
SPEC = {"name": "o", "title": "t", "columns": {"household": "id", "brand": "t2", "spend": "w"}}
FRAME = pd.DataFrame(
    {
        "id": range(1, 13),
        "t1": [5.0, 7, 1, 2, 3, 4] * 2,
        "t2": [1.0, 3, 2] * 4,
        "why": ["därför", "None", "NA", "@1+1", "a;b", ""] * 2,
        "w": [0.5, 1.5, 1] * 4,
    }
)
LIMIT = 20.0  # seconds an input may take


def seeds(folder: Path) -> dict[str, tuple[list[bytes], str, object]]:
    """For each reader: sound files, the ending, and what reads one."""
    import pyreadstat

    made = make_codebook(BOOK)

    def study(path):
        return read_study(path, made)

    def content(name: str, write) -> bytes:
        write(folder / name)
        return (folder / name).read_bytes()

    text = FRAME.to_csv(index=False).encode()
    semicolons = FRAME.to_csv(index=False, sep=";", decimal=",").encode("cp1252")
    codebook = yaml.safe_dump(BOOK, sort_keys=False, allow_unicode=True).encode()
    spec = yaml.safe_dump(SPEC, sort_keys=False).encode()
    labels = {"t2": {1: "No", 2: "Maybe", 3: "Yes"}}
    xlsx = content("s.xlsx", lambda p: FRAME.to_excel(p, index=False))
    sav = content(
        "s.sav", lambda p: pyreadstat.write_sav(FRAME, str(p), variable_value_labels=labels)
    )
    dta = content(
        "s.dta", lambda p: pyreadstat.write_dta(FRAME, str(p), variable_value_labels=labels)
    )
    parquet = content("s.parquet", lambda p: FRAME.to_parquet(p, index=False))
    moments = "n,weight,weight2,variable,mean,a,b\n20,20,20,a,1,9,\n20,20,20,b,2,3,8\n"
    return {
        "csv": ([text, semicolons, text.decode().encode("utf-16")], ".csv", study),
        "xlsx": ([xlsx], ".xlsx", study),
        "parquet": ([parquet], ".parquet", study),
        "sav": ([sav], ".sav", study),
        "dta": ([dta], ".dta", study),
        "codebook": ([codebook], ".yaml", load_codebook),
        "panel": ([text, semicolons], ".csv", lambda path: read_panel(path, SPEC)),
        "panel.yaml": ([spec], ".yaml", lambda path: read_panel(FRAME, path)),
        "moments": ([moments.encode()], ".csv", moments_table),
        "draft": ([text, semicolons], ".csv", draft_codebook),
        "table": ([xlsx, parquet, text], "", read_table),
    }


def mutated(whole: bytes, draw: random.Random) -> bytes:
    """One to four changes: bytes, cuts, copies, and pieces that readers stumble over."""
    if whole.startswith(b"PK") and draw.random() < 0.8:
        return rezipped(whole, draw)
    data = bytearray(whole)
    for _ in range(draw.choice((1, 1, 1, 2, 4))):
        at = draw.randrange(len(data) + 1)
        kind = draw.choice((0, 0, 0, 1, 2, 3, 4, 5, 5, 5, 6))
        if kind == 0 and at < len(data):
            data[at] = draw.randrange(256)
        elif kind == 1:
            del data[at : at + draw.randint(1, 40)]
        elif kind == 2:
            data[at:at] = bytes(draw.randrange(256) for _ in range(draw.randint(1, 8)))
        elif kind == 3:
            data = data[:at]
        elif kind == 4:
            piece = data[at : at + draw.randint(1, 200)]
            data[at:at] = piece
        elif kind == 5:
            data[at:at] = draw.choice(PIECES)
        elif at + 1 < len(data):
            other = draw.randrange(len(data))
            data[at], data[other] = data[other], data[at]
    return bytes(data)


def rezipped(whole: bytes, draw: random.Random) -> bytes:
    """A workbook with one of its files mutated, and sound as an archive."""
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    sheets = [name for name in files if "sheet" in name or "workbook" in name or "shared" in name]
    chosen = draw.choice(sheets)
    files[chosen] = mutated(files[chosen], draw)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


PIECES = [
    b"\x00",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b'"',
    b"\r",
    b"\n\n",
    b";;;;",
    b",,,,",
    b"\t",
    b"1e999",
    b"nan",
    b"[[",
    b"{}",
    b"&a *a",
    b"- ",
    b": ",
    b"007",
    b"=cmd()",
    b"NA",
    "’ö\u2028".encode(),
    b"-9",
    b"'",
    b"!!x",
    b"18446744073709551616",
    b"2024-13-45",
    b"null: null",
    b"\x85",
    b"\xed\xa0\x80",
    b"<",
    b"\\",
]


def fuzz(name: str, corpus: list[bytes], ending: str, read, runs: int, seed: int, folder: Path):
    """Inputs, read, refused, longest, and failures (seed of the input, what was raised)."""
    read_right, refused, longest, failures = 0, 0, 0.0, []
    path = folder / f"input{ending}"
    for number in range(runs):
        draw = random.Random(f"{name} {seed} {number}")
        path.write_bytes(mutated(draw.choice(corpus), draw))
        start = time.perf_counter()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                read(path)
            read_right += 1
        except SurveyError:
            refused += 1
        except Exception as error:
            failures.append((number, f"{type(error).__name__}: {str(error)[:150]}"))
        took = time.perf_counter() - start
        longest = max(longest, took)
        if took > LIMIT:
            failures.append((number, f"took {took:.0f} s"))
    return read_right, refused, longest, failures


def main(runs: int = 200, seed: int = 1, *names: str) -> int:
    failed = 0
    with TemporaryDirectory() as home:
        for name, (corpus, ending, read) in seeds(Path(home)).items():
            if names and name not in names:
                continue
            for whole in corpus:
                (Path(home) / f"sound{ending}").write_bytes(whole)
                read(Path(home) / f"sound{ending}")
            found = fuzz(name, corpus, ending, read, runs, seed, Path(home))
            print(
                f"{name:10} {runs} inputs, seed {seed}: {found[0]} read, {found[1]} refused, "
                f"longest {found[2]:.2f} s, {len(found[3])} failures",
                flush=True,
            )
            for number, what in found[3][:10]:
                print(f"    {number}: {what}")
            failed += len(found[3])
    return failed


if __name__ == "__main__":
    given = sys.argv[1:]
    counts = [int(value) for value in given[:2]]
    sys.exit(bool(main(*counts, *given[2:])))
