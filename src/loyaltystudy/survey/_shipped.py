"""Where the files that ship with the package lie: its own, and the data."""

from pathlib import Path


def package_folder() -> Path:
    """The folder of the package: templates, translations.

    Examples
    --------
    >>> (package_folder() / "report" / "translations.yaml").is_file()
    True
    """
    return Path(__file__).resolve().parents[1]


def data_folder() -> Path:
    """The folder ``data``: inside the installed package, else beside ``src`` in a checkout.

    Examples
    --------
    >>> (data_folder() / "constructs.yaml").is_file()
    True
    """
    installed = package_folder() / "data"
    return installed if installed.is_dir() else package_folder().parents[1] / "data"
