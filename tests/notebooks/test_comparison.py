"""The comparison of notebooks sees what a reader would see: tampered copies fail."""

import base64
import importlib.util
import io
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
SPEC = importlib.util.spec_from_file_location("shown", ROOT / "notebooks/conftest.py")
shown = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(shown)

SOURCE = {
    "table": "import pandas as pd\npd.DataFrame({'share': [0.25, 0.5]}, index=['trust', 'bond'])",
    "picture": "import matplotlib.pyplot as plt\n"
    "fig, ax = plt.subplots(figsize=(3, 2))\n"
    "ax.set_title('0.354')\nax.plot([1, 2])\nplt.show()",
    "sentence": "from IPython.display import Markdown\n"
    "Markdown(f'Trust accounts for {1 / 4:.0%}.')",
}


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """A small notebook, executed in this environment."""
    from nbclient import NotebookClient

    cells = [nbformat.v4.new_code_cell(text) for text in SOURCE.values()]
    made = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(made, timeout=120).execute()
    return made


def copy(book):
    return nbformat.reads(nbformat.writes(book), as_version=4)


def edited(book, cell: int, kind: str, *changes: tuple[str, str]):
    """A copy with some text of one output changed."""
    made = copy(book)
    data = made.cells[cell].outputs[0].data
    for before, after in changes:
        assert before in data[kind]
        data[kind] = data[kind].replace(before, after)
    return made


@pytest.fixture(scope="module")
def refused(book, tmp_path_factory) -> dict[str, int]:
    """How many cells nbval refuses in each copy, with the notebooks' own conftest."""
    from nbclient import NotebookClient

    other = copy(book)
    other.cells[1].source = other.cells[1].source.replace("0.354", "0.254")
    NotebookClient(other, timeout=120).execute()
    swapped = copy(book)
    swapped.cells[1].outputs = other.cells[1].outputs
    copies = {
        "untouched": book,
        "number": edited(book, 0, "text/html", ("0.25", "0.26")),
        "markup": edited(book, 0, "text/html", ("<td>", '<td class="new">'), ("\n", " ")),
        "picture": swapped,
        "sentence": edited(book, 2, "text/markdown", ("25%", "26%")),
    }
    folder = tmp_path_factory.mktemp("copies")
    shutil.copy(ROOT / "notebooks/conftest.py", folder / "conftest.py")
    for name, made in copies.items():
        nbformat.write(made, folder / f"{name}.ipynb")
    command = [sys.executable, "-m", "pytest", "-q", "-rA", "-p", "no:cacheprovider", "--nbval"]
    run = subprocess.run(
        [*command, "--nbval-current-env", "--rootdir", str(folder), str(folder)],
        capture_output=True,
        text=True,
        cwd=folder,
    )
    assert run.stdout.count("PASSED") + run.stdout.count("FAILED") == 3 * len(copies), run.stdout
    return {name: run.stdout.count(f"FAILED {name}.ipynb") for name in copies}


def test_an_untouched_notebook_passes(refused):
    assert refused["untouched"] == 0


def test_a_number_in_an_html_table_is_seen(refused):
    assert refused["number"] == 1


def test_other_markup_of_the_same_table_passes(refused):
    assert refused["markup"] == 0


def test_another_digit_in_a_picture_is_seen(refused):
    assert refused["picture"] == 1


def test_a_digit_in_a_sentence_is_seen(refused):
    assert refused["sentence"] == 1


def test_a_slightly_other_rasteriser_passes():
    import matplotlib.pyplot as plt

    rng, fig = np.random.default_rng(1), plt.figure(figsize=(2, 2))
    fig.text(0.2, 0.5, "0.354 [0.268, 0.441]")
    buffer = io.BytesIO()
    fig.savefig(buffer, format="png")
    first = base64.b64encode(buffer.getvalue()).decode()
    image = plt.imread(io.BytesIO(buffer.getvalue()))[..., :3]
    noisy = np.clip(image + rng.normal(0, 0.02, image.shape), 0, 1)
    buffer = io.BytesIO()
    plt.imsave(buffer, noisy, format="png")
    plt.close(fig)
    second = base64.b64encode(buffer.getvalue()).decode()
    assert shown.Picture(first) == shown.Picture(second)
