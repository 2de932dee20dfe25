"""Where data are opened: whether they fit in memory, and if not, who reads them.

The one place at which the rooms, lazily, come to :mod:`loyaltystudy.outofcore`.
"""

from pathlib import Path
from types import ModuleType


def reader_of_partitions(data) -> ModuleType | None:
    """What reads a Dask DataFrame or a folder with Parquet files; None for all other data.

    >>> import pandas as pd
    >>> reader_of_partitions(pd.DataFrame()) is None
    True
    """
    if not _in_partitions(data):
        return None
    from loyaltystudy import outofcore

    return outofcore


def _in_partitions(data) -> bool:
    if isinstance(data, str | Path):
        folder = Path(data)
        return folder.is_dir() and any(path.is_file() for path in folder.glob("*.parquet"))
    return type(data).__module__.split(".")[0] in ("dask", "dask_expr")
