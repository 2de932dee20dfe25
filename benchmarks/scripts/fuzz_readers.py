"""Mutated files for every reader: each is read or is one SurveyError; nothing crashes or hangs.

python benchmarks/scripts/fuzz_readers.py [INPUTS] [SEED] [READER ...]

INPUTS mutated inputs for each reader (default 200). SPSS and Stata files, which the package reads
in another process, are read in forks of one that has imported the reader. Counts, the longest
time and the largest memory (peak resident size above that before, less the file's own size; of a
fork its whole resident size) with the numbers of their inputs, and every failure stand in
benchmarks/results/fuzz.csv, a row each reader and seed. A run that was ended goes on where it was.
"""

from __future__ import annotations

import io
import random
import sys
import time
import warnings
import zipfile
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import yaml

from loyaltystudy.claims import make_plan, read_plan, write_plan
from loyaltystudy.errors import SurveyError
from loyaltystudy.purchases import read_panel
from loyaltystudy.survey import (
    draft_codebook,
    load_codebook,
    make_codebook,
    read_study,
    read_table,
    write_whole,
)
from loyaltystudy.survey._files import child
from loyaltystudy.survey._shared_moments import moments_table

RESULTS = Path(__file__).parents[1] / "results" / "fuzz.csv"
STEP = 500  # inputs between two notes of how far a run is
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
MOST = 1_000_000_000  # bytes beyond the file's own size


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
    zsav = content("z.zsav", lambda p: pyreadstat.write_sav(FRAME, str(p), compress=True))
    old = content("o.dta", lambda p: pyreadstat.write_dta(FRAME, str(p), version=12))
    plan = content("p.yaml", lambda p: write_plan(make_plan(made), p))
    side = b"package: loyaltystudy\nrespondents: 12\ncodebook:\n  sha256: 0\n"
    moments = "n,weight,weight2,variable,mean,a,b\n20,20,20,a,1,9,\n20,20,20,b,2,3,8\n"
    return {
        "csv": ([text, semicolons, text.decode().encode("utf-16")], ".csv", study),
        "xlsx": ([xlsx], ".xlsx", study),
        "parquet": ([parquet], ".parquet", study),
        "sav": ([sav, zsav], ".sav", study),
        "dta": ([dta, old], ".dta", study),
        "codebook": ([codebook], ".yaml", load_codebook),
        "panel": ([text, semicolons], ".csv", lambda path: read_panel(path, SPEC)),
        "panel.yaml": ([spec], ".yaml", lambda path: read_panel(FRAME, path)),
        "moments": ([moments.encode()], ".csv", moments_table),
        "draft": ([text, semicolons], ".csv", draft_codebook),
        "table": ([xlsx, parquet, text], "", read_table),
        "plan": ([plan], ".yaml", read_plan),
        "provenance": ([side], ".provenance.yaml", lambda path: study(_beside(path, text))),
    }


def _beside(side: Path, text: bytes) -> Path:
    answers = side.with_name(side.name.replace(".provenance.yaml", ".csv"))
    answers.write_bytes(text)
    return answers


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


@dataclass
class Tally:
    """What a reader did with its inputs."""

    reader: str
    seed: int
    inputs: int = 0
    read: int = 0
    refused: int = 0
    longest_s: float = 0.0
    longest_input: int = -1
    memory_mb: float = 0.0
    memory_input: int = -1
    failures: int = 0
    failed: str = ""

    def fails(self, number: int, what: str) -> None:
        self.failures += 1
        self.failed = f"{self.failed} | {number}: {what}".removeprefix(" | ")[:2000]


def fuzz(tally: Tally, corpus, ending: str, read, inputs: int, folder: Path, server=None) -> Tally:
    """Go on until so many inputs were tried; every input follows from reader, seed and number."""
    path = folder / f"{tally.reader}-input{ending}"
    for number in range(tally.inputs, inputs):
        draw = random.Random(f"{tally.reader} {tally.seed} {number}")
        path.write_bytes(mutated(draw.choice(corpus), draw))
        before, start = _resident(reset=True), time.perf_counter()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                read(path)
            tally.read += 1
        except SurveyError:
            tally.refused += 1
        except Exception as error:
            tally.fails(number, f"{type(error).__name__}: {str(error)[:150]}")
        took = time.perf_counter() - start
        memory = max(_resident() - before, server.rss if server else 0) - path.stat().st_size
        if took > tally.longest_s:
            tally.longest_s, tally.longest_input = round(took, 2), number
        if memory / 1e6 > tally.memory_mb:
            tally.memory_mb, tally.memory_input = round(memory / 1e6, 1), number
        if took > LIMIT or memory > MOST:
            tally.fails(number, f"took {took:.0f} s, {memory / 1e6:.0f} MB")
        tally.inputs = number + 1
    return tally


def _resident(reset: bool = False) -> int:
    """The resident size now (after a reset of its peak), or the peak since; 0 but on Linux."""
    try:
        if reset:
            Path("/proc/self/clear_refs").write_text("5")
        status = Path("/proc/self/status").read_text()
    except OSError:
        return 0
    return int(status.split("VmRSS:" if reset else "VmHWM:")[1].split()[0]) * 1024


@contextmanager
def forks(folder: Path):
    """SPSS and Stata files read in forks, as long as this lasts."""
    from helpers.fork_server import ForkServer

    server, usual = ForkServer(folder), child._run
    child._run = server.run
    try:
        yield server
    finally:
        child._run = usual
        server.close()


def done_before(seed: int) -> dict[str, Tally]:
    """Tallies of a run with this seed that was ended, by reader."""
    if not RESULTS.exists():
        return {}
    rows = pd.read_csv(RESULTS, keep_default_na=False).to_dict("records")
    return {row["reader"]: Tally(**row) for row in rows if row["seed"] == seed}


def note(tallies: dict[str, Tally], seed: int) -> None:
    others = pd.DataFrame()
    if RESULTS.exists():
        others = pd.read_csv(RESULTS, keep_default_na=False).query("seed != @seed")
    table = pd.concat([others, pd.DataFrame([asdict(t) for t in tallies.values()])])
    write_whole(RESULTS, table.to_csv(index=False))


def main(inputs: int = 200, seed: int = 1, *names: str) -> int:
    tallies = done_before(seed)
    with TemporaryDirectory() as home, forks(Path(home)) as server:
        corpora = seeds(Path(home))
        chosen = names or [*corpora]
        for upto in range(STEP, inputs + STEP, STEP):  # all readers get on alike
            for name in chosen:
                tally = tallies.setdefault(name, Tally(name, seed))
                if tally.inputs < min(upto, inputs):
                    fuzz(tally, *corpora[name], min(upto, inputs), Path(home), server)
                    server.rss = 0
                    note(tallies, seed)
    for name in chosen:
        print(*asdict(tallies[name]).values())
    return sum(tallies[name].failures for name in chosen)


if __name__ == "__main__":
    given = sys.argv[1:]
    counts = [int(value) for value in given[:2]]
    sys.exit(bool(main(*counts, *given[2:])))
