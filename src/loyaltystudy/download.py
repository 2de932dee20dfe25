"""Open data files that may not ship: fetched once, checked by SHA-256, kept in a folder."""

from __future__ import annotations

import os
from pathlib import Path

from loyaltystudy.errors import SurveyError
from loyaltystudy.shelf import shelf


def registry():
    """The files that can be fetched: one row each, as in ``data/registry.tsv``."""
    import pandas as pd

    return pd.read_csv(shelf() / "registry.tsv", sep="\t").set_index("file")


def folder() -> Path:
    """Where fetched files are kept: ``LOYALTYSTUDY_DATA``, else the user's cache folder."""
    named = os.environ.get("LOYALTYSTUDY_DATA")
    if named:
        return Path(named).expanduser().resolve()
    import pooch

    return Path(pooch.os_cache("loyaltystudy"))


def at_hand(*files: str) -> bool:
    """Whether all the files lie in the folder, without looking at the network."""
    return all((folder() / file).is_file() for file in files)


def fetch(file: str) -> Path:
    """The path of a registered file, downloaded at its pinned commit if it is not at hand.

    Parameters
    ----------
    file : str
        A name in ``data/registry.tsv``.

    Raises
    ------
    SurveyError
        If the name is not registered, or the file is neither at hand nor to be had, or it is
        not the file it should be (SHA-256).
    """
    import pooch

    known = registry()
    if file not in known.index:
        raise SurveyError(f"No file {file!r} in the registry. Known: {sorted(known.index)}.")
    row = known.loc[file]
    address = f"https://raw.githubusercontent.com/{row.repository}/{row.commit}/{row.path}"
    store = pooch.create(
        path=folder(),
        base_url="",
        registry={file: f"sha256:{row.sha256}"},
        urls={file: address},
    )
    logger = pooch.get_logger()
    level, logger.level = logger.level, 40  # it would print the folder into notebooks
    try:
        return Path(store.fetch(file, downloader=pooch.HTTPDownloader(timeout=20)))
    except Exception as error:  # requests' and pooch's errors share no base class but this
        raise SurveyError(
            f"File {file!r} is not at hand and could not be fetched ({type(error).__name__}). "
            "Set LOYALTYSTUDY_DATA to a folder that holds it, or run "
            "`loyaltystudy data fetch` where there is a network."
        ) from None
    finally:
        logger.level = level
