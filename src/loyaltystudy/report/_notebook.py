"""Notebooks: the package's own template, execution in a fresh kernel, HTML with no network."""

import logging
import os
import re
import tempfile
from collections.abc import Callable
from copy import deepcopy

from loyaltystudy.errors import SurveyError
from loyaltystudy.report._page import make_page
from loyaltystudy.report._translations import say

PARAMETERS = ("answers", "codebook", "reading", "plan", "outcome", "out", "language")
CELLS = (  # the key of a text, or code; the parameters come first
    ("notebook intro", ""),
    (
        "notebook read",
        "import loyaltystudy as ls\nstudy = ls.read_study(answers, codebook, **reading)",
    ),
    ("", "analysis = ls.analyse(study, plan, outcome=outcome, language=language)"),
    ("", "analysis"),
    ("notebook study", "study"),
    ("notebook plan", "analysis.deviations"),
    ("notebook answers", "analysis.answers.round(2)"),
    ("", "analysis.profile.round(2)"),
    ("notebook measured", "analysis.reliability.round(2)"),
    ("", 'ax = analysis.plot("reliability")'),
    ("notebook careful", "analysis.screening"),
    ("notebook scores", "analysis.scores.round(2)"),
    ("notebook explains", "analysis.comparison"),
    ("", 'ax = analysis.plot("comparison")'),
    ("notebook claims", "analysis.judged"),
    ("", 'ax = analysis.plot("claims")'),
    ("notebook files", "if out:\n    analysis.write(out)"),
    ("notebook limits", ""),
)


def analysis_notebook(language: str, **parameters):
    """The analysis of one study as a notebook, its parameters in the first code cell.

    ``language`` {"en", "sv", "nb"}: of the words between the cells; the code is the same in all;
    ``**parameters``: ``answers``, ``codebook``, ``reading`` (options of read_study), ``plan`` and
    ``outcome`` (None: none), ``out`` (None: nothing is written).
    """
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

    cells = []
    for i, (key, code) in enumerate(CELLS):
        if key:
            cells.append(new_markdown_cell(say(key, language).strip()))
        if i == 0:
            code = parameter_cell(language=language, **parameters)
        if code:
            cells.append(new_code_cell(code))
    for i, cell in enumerate(cells):
        cell["id"] = f"cell-{i:02d}"  # random ids would make every copy another file
    first = next(cell for cell in cells if cell.cell_type == "code")
    first.metadata["tags"] = ["parameters"]
    metadata = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    return new_notebook(cells=cells, metadata=metadata)


def parameter_cell(**parameters) -> str:
    given = {"reading": {}} | parameters
    return "\n".join(f"{name} = {given.get(name)!r}" for name in PARAMETERS)


def execute(book, name: str, *, folder=None, each: Callable[[], object] | None = None) -> None:
    """Run every cell in a fresh kernel.

    ``book``: changed in place: outputs and counts; ``name``: what an error calls it; ``folder``:
    where it runs. None takes a new empty folder, so that no file beside the answers can be taken
    for a Python module; ``each``: called after every code cell.
    """
    from asyncio import CancelledError

    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    options = {"on_cell_executed": lambda **_: each()} if each else {}
    with tempfile.TemporaryDirectory(prefix="ls") as empty, tempfile.TemporaryDirectory() as talk:
        client = NotebookClient(
            book,
            timeout=3600,
            record_timing=False,
            config=_private(talk),
            resources={"metadata": {"path": str(folder or empty)}},
            **options,
        )
        try:
            client.execute()
        except CellExecutionError as error:
            if error.ename == "SurveyError":  # says in itself what is wrong and where
                raise SurveyError(error.evalue) from None
            raise SurveyError(f"Notebook {name}: {error.ename}: {error.evalue}") from None
        except CancelledError:  # Ctrl-C while the kernel was starting
            raise _interrupted() from None
        except Exception:
            # at Ctrl-C nbclient shuts the kernel down under itself and then finds it dead
            if hasattr(client, "_async_cleanup_kernel_future"):
                raise _interrupted() from None
            raise
        if hasattr(client, "_async_cleanup_kernel_future"):  # Ctrl-C while the kernel was closing
            raise _interrupted()
    book.metadata.pop("language_info", None)  # the version of Python makes another file


def _interrupted() -> KeyboardInterrupt:
    """Ctrl-C, without what asyncio would log of the tasks that it broke off."""
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    return KeyboardInterrupt()


def _private(folder: str):
    """Talk to the kernel through this user's files, not through ports that others can hear."""
    from traitlets.config import Config

    config = Config()
    if os.name != "nt":
        config.KernelManager.transport = "ipc"
        config.KernelManager.ip = os.path.join(folder, "k")
    return config


def to_html(book, language: str = "en") -> str:
    """The notebook as a page like the report's: no network, no script, light and dark.

    A figure is described by the heading that it stands under; what may be wider than a phone
    can be scrolled with the keyboard.
    """
    from nbconvert import HTMLExporter

    title, described = _described(book, language)
    exporter = HTMLExporter(
        template_name="basic",
        exclude_anchor_links=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
    )
    body = exporter.from_notebook_node(described)[0]
    body = body.replace("<th></th>", "<td></td>")  # the empty corner of a frame heads nothing
    body = body.replace('<div class="output_area">', '<div class="output_area" tabindex="0">')
    return make_page(title, [body], language, skip=False, styles=("page.css", "notebook.css"))


def _described(book, language: str) -> tuple:
    """The notebook's title, and a copy whose figures have words for those who do not see them."""
    book, headings = deepcopy(book), []
    for cell in book.cells:
        if cell.cell_type == "markdown":
            headings += re.findall(r"^#+ (.+)", cell.source, flags=re.M)
        elif headings:
            cell.metadata.setdefault("alt", say("figure", language, headings[-1]))
    return (headings or [""])[0], book
