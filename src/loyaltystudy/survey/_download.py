"""Open data files that may not ship: fetched once, checked by SHA-256, kept in a folder."""

from __future__ import annotations

import os
from pathlib import Path

from loyaltystudy.errors import SurveyError
from loyaltystudy.survey._shipped import shelf


def _pooch():
    """pooch; the progress bar that it brings warns in notebooks without ipywidgets."""
    import warnings

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="IProgress not found")
        import pooch
    return pooch


def registry():
    """The files that can be fetched: one row each, as in ``data/registry.tsv``."""
    import pandas as pd

    return pd.read_csv(shelf() / "registry.tsv", sep="\t").set_index("file")


def folder() -> Path:
    """Where fetched files are kept: ``LOYALTYSTUDY_DATA``, else the user's cache folder."""
    named = os.environ.get("LOYALTYSTUDY_DATA")
    if named:
        return Path(named).expanduser().resolve()
    return Path(_pooch().os_cache("loyaltystudy"))


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
    pooch, known = _pooch(), registry()
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


def copies() -> Path:
    """Where copies of slow tables are kept: always the user's cache folder."""
    return Path(_pooch().os_cache("loyaltystudy"))


def kept_table(name: str, make):
    """A table that is slow to read, from its Parquet copy in the user's cache folder.

    Parameters
    ----------
    name : str
        Of the copy; it should hold the file's hash, so that a copy is never out of date.
    make : callable
        Reads the table where there is no copy yet.
    """
    import pandas as pd

    # never beside the fetched file: that folder may be shared, or meant to stay as it is
    copy = copies() / f"{name}.parquet"
    if copy.is_file():
        return pd.read_parquet(copy)
    frame = make()
    part = copy.with_suffix(f".{os.getpid()}")
    try:
        copy.parent.mkdir(parents=True, exist_ok=True)
        frame.to_parquet(part, index=False)
        part.replace(copy)  # whole or not at all
    except OSError:
        part.unlink(missing_ok=True)
    return frame
