"""How far a sheet reaches is known before a library unfolds it: it may end the process."""

import zipfile

import openpyxl
import pytest

from loyaltystudy.errors import SurveyError
from loyaltystudy.survey import read_table
from loyaltystudy.survey._files.sheet_xml import cell_name, column_number, place, sheet_facts

SHEET, BOOK = "xl/worksheets/sheet1.xml", "xl/workbook.xml"


@pytest.fixture
def changed(tmp_path):
    """A workbook of three rows of which one file of the archive is changed."""
    book = openpyxl.Workbook()
    for row in (("id", "t1"), (1, 5), (2, 7)):
        book.active.append(row)
    book.save(tmp_path / "sound.xlsx")

    def change(old: bytes, new: bytes, part: str = SHEET):
        path = tmp_path / "changed.xlsx"
        with (
            zipfile.ZipFile(tmp_path / "sound.xlsx") as sound,
            zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out,
        ):
            for name in sound.namelist():
                content = sound.read(name)
                assert name != part or old in content
                out.writestr(name, content.replace(old, new) if name == part else content)
        return path

    return change


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'<c r="B3"', b'<c r="B18446744073"'),
        (b'<c r="B3"', b"<c r='B999999999'"),
        (b'<c r="B3"', b'<c r = "XFE3"'),
        (b'<c r="B3"', b'<c r="zzzz3"'),
        (b'<row r="3"', b'<row r="4294967295"'),
    ],
)
def test_cells_beyond_the_format_are_refused_as_damage(changed, old, new):
    with pytest.raises(SurveyError, match="beyond row 1048576 or column 16384"):
        read_table(changed(old, new))


@pytest.mark.parametrize("cell", [b"XFD1048576", b"zz900000", b"AAA1048576"])
def test_a_stray_cell_far_out_is_refused_with_its_extent(changed, cell):
    path = changed(b'<c r="B3"', b'<c r="%s"' % cell)
    with pytest.raises(SurveyError, match=r"reaches row \d+, column \d+: a stray cell far out"):
        read_table(path)


def test_every_sheet_is_looked_at_where_the_list_of_sheets_cannot_be_read(changed):
    path = changed(b'name="Sheet"', b"name='Sheet'", BOOK)
    assert sheet_facts(path, 0, 1).rows == 3
    assert len(read_table(path)) == 2


def test_one_far_row_of_few_columns_is_read(changed):
    path = changed(b'<c r="B3"', b'<c r="B90000"')
    assert sheet_facts(path, 0, 1).rows == 90_000
    assert len(read_table(path)) == 3


def test_names_of_cells_and_their_places():
    assert [column_number(letters) for letters in ("A", "Z", "AA", "XFD")] == [1, 26, 27, 16384]
    assert place("B3") == (2, 1) and cell_name(2, 1) == "B3" and cell_name(0, 26) == "AA1"
