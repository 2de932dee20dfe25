"""How long reading takes: an XLSX of many rows, a codebook and wording of many questions.

python benchmarks/scripts/reading_speed.py [ROWS] [QUESTIONS] prints seconds, one line each.
"""

from __future__ import annotations

import sys
import time
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from loyaltystudy.survey import load_codebook, make_codebook, read_study, read_table

COLUMNS = 10


def workbook(path: Path, rows: int) -> None:
    """A sheet of numbers and some text, written as plain XML: openpyxl would take minutes."""
    import openpyxl

    openpyxl.Workbook().save(path.with_suffix(".frame.xlsx"))
    letters = "ABCDEFGHIJ"
    with (
        zipfile.ZipFile(path.with_suffix(".frame.xlsx")) as frame,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out,
    ):
        for name in frame.namelist():
            if name != "xl/worksheets/sheet1.xml":
                out.writestr(name, frame.read(name))
        with out.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(
                b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
            )
            head = "".join(f'<c r="{x}1" t="inlineStr"><is><t>t{x}</t></is></c>' for x in letters)
            sheet.write(f'<row r="1">{head}</row>'.encode())
            for n in range(2, rows + 2):
                cells = "".join(
                    f'<c r="{x}{n}"><v>{1 + (n + k) % 5}</v></c>' for k, x in enumerate(letters)
                )
                sheet.write(f'<row r="{n}">{cells}</row>'.encode())
            sheet.write(b"</sheetData></worksheet>")


def codebook_text(questions: int) -> str:
    lines = [
        "study: m",
        "title: M",
        "population: public",
        "answers:",
        "  a: {range: [1, 5]}",
        "items:",
    ]
    lines += [
        f"  i{n}: {{answers: a, wording: {{en: Question number {n} about trust}}}}"
        for n in range(questions)
    ]
    return "\n".join([*lines, "scales:", "  trust: {construct: trust, items: [i0, i1]}"]) + "\n"


def timed(what: str, run):
    start = time.perf_counter()
    found = run()
    print(f"{what}: {time.perf_counter() - start:.2f} s", flush=True)
    return found


def main(rows: int = 1_000_000, questions: int = 3000) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "many.xlsx")
        workbook(path, rows)
        size = path.stat().st_size / 1e6
        frame = timed(
            f"XLSX of {rows} rows x {COLUMNS} ({size:.0f} MB), read_table", lambda: read_table(path)
        )
        items = {name: {"answers": {"range": [1, 5]}} for name in frame}
        raw = {"study": "m", "title": "M", "population": "public", "items": items}
        made = make_codebook({**raw, "scales": {"s": {"items": [*items][:3]}}})
        timed("the same, checked (read_study of the frame)", lambda: read_study(frame, made))
        book = Path(folder, "codebook.yaml")
        book.write_text(codebook_text(questions))
        made = timed(
            f"codebook of {questions} questions, load_codebook", lambda: load_codebook(book)
        )
        words = [f"Question number {n} about trust" for n in range(questions)]
        table = pd.DataFrame([[3] * questions] * 50, columns=words)
        timed(
            f"{questions} questions found by wording, read_study", lambda: read_study(table, made)
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
