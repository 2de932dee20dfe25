"""Real panels by name: their rows ship as Parquet files beside what says which column is what."""

from pathlib import Path

import pandas as pd

from loyaltystudy.errors import SurveyError, did_you_mean
from loyaltystudy.purchases._panel import Panel
from loyaltystudy.purchases._reading import read_panel
from loyaltystudy.purchases._spec import read_spec
from loyaltystudy.survey import data_folder


def load_panel(name: str) -> Panel:
    """Load a real panel by name; no network is needed.

    What each can bear witness to is written in ``data/panels/<name>/README.md``, limits first.

    Parameters
    ----------
    name : str
        A name in :func:`list_panels`.

    Returns
    -------
    Panel

    Raises
    ------
    SurveyError
        If there is no panel of that name.

    Examples
    --------
    >>> from loyaltystudy.purchases import load_panel
    >>> load_panel("catsup")
    Panel 'catsup': 2798 purchases of 4 brands by 300 households, in order
    """
    folders = _folders()
    if name not in folders:
        raise SurveyError(
            f"name={name!r}: no such panel.{did_you_mean(name, folders)} Panels: {sorted(folders)}."
        )
    folder = folders[name]
    people, contacts = (_table(folder, part) for part in ("households", "contacts"))
    purchases = _table(folder, "purchases")
    return read_panel(purchases, folder / "panel.yaml", households=people, contacts=contacts)


def list_panels() -> pd.DataFrame:
    """List the panels of purchases that :func:`load_panel` knows, a row each.

    Returns
    -------
    DataFrame
        ``panel, title, records`` (purchases or use), ``timed, shipped, licence``.

    Examples
    --------
    >>> from loyaltystudy.purchases import list_panels
    >>> list_panels().query("timed")["panel"].tolist()
    ['detailing', 'journey']
    """
    rows = []
    for _, folder in sorted(_folders().items()):
        spec = read_spec(folder / "panel.yaml")
        timed = spec.columns.time is not None
        rows.append((spec.name, spec.title, spec.records, timed, True, spec.licence))
    columns = ["panel", "title", "records", "timed", "shipped", "licence"]
    return pd.DataFrame(rows, columns=columns)


def _folders() -> dict[str, Path]:
    return {
        path.parent.name: path.parent for path in (data_folder() / "panels").glob("*/panel.yaml")
    }


def _table(folder: Path, part: str) -> pd.DataFrame | None:
    """Purchases, households or contacts of a panel; categories as the text that they stand for."""
    path = folder / f"{part}.parquet"
    if not path.is_file():
        return None
    frame = pd.read_parquet(path)
    text = [column for column in frame if frame[column].dtype == "category"]
    return frame.astype(dict.fromkeys(text, object))
