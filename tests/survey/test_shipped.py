"""Where shipped files lie, in a checkout and installed."""

from pathlib import Path

from loyaltystudy.survey import _shipped
from loyaltystudy.survey._shipped import data_folder, package_folder

ROOT = Path(__file__).parents[2]


def test_in_a_checkout_data_lie_beside_src():
    assert package_folder() == ROOT / "src/loyaltystudy"
    assert data_folder() == ROOT / "data"


def test_installed_they_lie_inside_the_package(tmp_path, monkeypatch):
    (tmp_path / "survey").mkdir()
    (tmp_path / "data").mkdir()
    monkeypatch.setattr(_shipped, "__file__", str(tmp_path / "survey/_shipped.py"))
    assert (package_folder(), data_folder()) == (tmp_path, tmp_path / "data")


def test_what_the_package_reads_of_its_own_is_there():
    names = ("report/translations.yaml", "report/claim_names.yaml", "report/templates/page.html")
    assert all((package_folder() / name).is_file() for name in names)
