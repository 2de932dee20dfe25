"""The README and the site's first pages: their commands run, their figures are those of results."""

import importlib.util
import io
import re
import shlex
import shutil
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
import pytest

import loyaltystudy as ls
from loyaltystudy.cli import main
from loyaltystudy.survey import data_folder

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
START = (ROOT / "docs" / "start.md").read_text(encoding="utf-8")
RESULTS = ROOT / "benchmarks" / "results"
DECISIONS = [
    *("trust", "affective_commitment", "monetary_value", "engagement", "responsibility"),
    *("loyalty", "satisfaction", "recommend", "age", "gender", "own_education", "books_at_home"),
]


def commands(text: str) -> list[str]:
    """Every line of every block of commands, without its comment."""
    blocks = re.findall(r"```sh\n(.*?)```", text, re.S)
    lines = [line.partition("#")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line]


def plain(text: str) -> str:
    return " ".join(text.split())


def test_it_is_short():
    assert len(README.splitlines()) <= 130


def test_example_prints_what_the_readme_shows_and_draws_its_picture(capsys):
    code = re.search(r"```python\n(import loyaltystudy.*?)```", README, re.S).group(1)
    exec(code, {})
    shown = re.search(r"```text\n(.*?)```", README, re.S).group(1)
    assert capsys.readouterr().out.strip() == shown.strip()
    drawn, file = plt.imread(_drawn()), plt.imread(ROOT / "docs" / "_static" / "headline.png")
    plt.close("all")
    conftest = importlib.util.spec_from_file_location("shown", ROOT / "notebooks" / "conftest.py")
    looks = importlib.util.module_from_spec(conftest)
    conftest.loader.exec_module(looks)
    grey = [255 * picture[..., :3].mean(axis=-1) for picture in (drawn, file)]
    assert looks.furthest(*grey) <= looks.TOLERANCE


def _drawn() -> io.BytesIO:
    picture = io.BytesIO()
    plt.gcf().savefig(picture, format="png", dpi=150)
    picture.seek(0)
    return picture


def test_no_point_of_the_table_lies_outside_its_interval():
    shown = re.search(r"```text\n(.*?)```", README, re.S).group(1)
    found = re.findall(r"(-?\d\.\d{3}) \[(-?\d\.\d{3}), (-?\d\.\d{3})\]", shown)
    assert len(found) == 12
    assert all(float(low) <= float(point) <= float(high) for point, low, high in found)


def test_the_line_on_satisfaction_says_what_the_comparison_gives():
    from loyaltystudy.report import compared, figure

    study = ls.load_study("mobile-reputation", source="shipped")
    blocks = ["demographics", "sociological_background", "trust", "emotional_bonds"]
    found = ls.compare_blocks(study, "loyalty", [*blocks, "relationship"])
    said = {b: figure(found, b, "dominance") for b in ("relationship", "emotional_bonds", "trust")}
    sentence = (
        f"satisfaction leads by dominance {said['relationship']}, bond {said['emotional_bonds']}, "
        f"trust {said['trust']}."
    )
    assert sentence in plain(README)
    for other in ("emotional_bonds", "trust"):  # "leads", by the interval of the difference
        assert compared(found, "relationship", other, "dominance").startswith("relationship ")
    assert study.codebook.blocks["relationship"] == ("satisfaction",)
    assert study.codebook.blocks["demographics"] == ("age", "household_size")


def test_counts_are_those_of_today():
    claims = len(ls.list_claims())
    assert f"{claims} claims" in README
    assert f"{claims} claims" in (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    words = {12: "Twelve", 13: "Thirteen", 14: "Fourteen"}
    books = len(list((ROOT / "notebooks").glob("*.ipynb")))
    assert f"{words[books]} notebooks" in README


def percent(value: float) -> str:
    return f"{value:.3f}".removeprefix("0")


def test_what_it_says_of_coverage_is_what_the_simulations_gave():
    table = pd.read_csv(RESULTS / "coverage.csv").query("method == 'jackknife'")
    covered = table["covered"] / table["simulations"]
    grid = pd.read_csv(RESULTS / "coverage_check.csv")["now"]
    said = plain(README)
    assert f"in {len(grid)} cells of the main grid" in said
    assert f"cover {percent(grid.min())} to {percent(grid.max())}," in said
    assert f"the worst of {len(table):,} cells covered {percent(covered.min())}." in said
    worlds = pd.read_csv(RESULTS / "worlds.csv")
    worlds = worlds.groupby(["world", "n", "measure", "block"])[["covered", "runs"]].sum()
    covered = worlds["covered"] / worlds["runs"]
    assert (
        f"{len(covered)} cells cover {percent(covered.min())} to {percent(covered.max())};" in said
    )
    rare = covered[covered.index.map(lambda at: "rare" in at[0] and at[3] < 3)]
    assert f"rare categories {percent(rare.min())} at least" in said
    alpha = pd.read_csv(RESULTS / "alpha_coverage.csv").query("method == 'adf'")
    weighted = alpha["world"].str.contains("weights")
    assert f"{percent(alpha[~weighted]['coverage'].min())} at least, but" in said
    assert f"but {percent(alpha['coverage'].min())} where weights" in said


def test_what_it_says_of_verdicts_and_speed_is_what_the_benchmarks_gave():
    head = (RESULTS / "verdicts.md").read_text(encoding="utf-8")
    counts = re.search(r"of (\d+) claims (\d+) are .* where false, .* and (\d+) in at least", head)
    claims, false, true = counts.groups()
    said = plain(README)
    assert f"give or take chance, for {false} of {claims}; true ones" in said
    assert f"in 80 % or more for {true} of {claims}, at n 1,000" in said
    assert "| love-beyond-money | quality |" in head
    speed = (RESULTS / "speed.md").read_text(encoding="utf-8")
    line = r"the whole call times faster a draw than pingouin.*?\| ([\d,]+) times"
    assert f"{re.search(line, speed).group(1)} times as fast as pingouin" in said


@pytest.mark.parametrize("text", [README, START], ids=["README", "start"])
def test_every_command_runs_from_an_empty_folder(text, tmp_path, monkeypatch, capsys):
    """`make` aside, whose targets are looked up: they make environments."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(data_folder() / "own-survey-example" / "answers.csv", tmp_path)
    given = iter([*DECISIONS, "none"])
    monkeypatch.setattr("builtins.input", lambda _: next(given))
    ran = 0
    for command in commands(text):
        first, *rest = shlex.split(command)
        if first == "loyaltystudy":
            extra = ["--no-notebook"] if rest[0] == "check" else []
            assert main([*rest, *extra]) == 0, (command, capsys.readouterr().err)
            ran += 1
        elif first == "make":
            makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
            assert re.search(rf"^{rest[0]}:", makefile, re.M), command
        else:
            assert command.startswith(("git clone https://", "cd loyaltystudy")), command
    assert ran >= 5
    assert (tmp_path / "results" / "report.html").is_file()
    assert (tmp_path / "results" / "manuscript" / "manuscript.docx").is_file()
    assert (tmp_path / "contribution").is_dir()


def test_pages_that_it_links_are_there():
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)
    assert links and not [link for link in links if not (ROOT / link).exists()]


def test_the_version_is_the_same_everywhere():
    cited = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"version: {ls.__version__}\n" in cited
    assert re.search(r"^## (\S+)", changes, re.M).group(1) == ls.__version__
