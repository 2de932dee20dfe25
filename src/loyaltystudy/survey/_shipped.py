"""Where the data that ship with the package lie."""

from __future__ import annotations

from pathlib import Path


def data_folder() -> Path:
    """The folder ``data``: inside the installed package, else beside ``src`` in a checkout.

    Examples
    --------
    >>> (data_folder() / "constructs.yaml").is_file()
    True
    """
    here = Path(__file__).resolve().parents[1]
    installed = here / "data"
    return installed if installed.is_dir() else here.parents[1] / "data"
