"""The clusters of the rows of a comparison, and the strata of its units."""

import pandas as pd

from loyaltystudy.errors import SurveyError


def design_units(rows: pd.DataFrame, design):
    """Cluster of each row, numbered; and the stratum of each unit (cluster, else row)."""
    clusters = strata = None
    if design.cluster:
        clusters, names = pd.factorize(rows[design.cluster], sort=True)
        if len(names) < 2:
            raise SurveyError(
                f"Cluster {design.cluster!r}: all complete rows are in {[*names]}; at least 2 "
                "clusters are needed to leave one out. Take it out of the design, or add clusters."
            )
    if design.strata:
        strata = rows[design.strata].to_numpy()
        if clusters is not None:
            first = pd.Series(strata).groupby(clusters).agg(["first", "nunique"])
            astride = first["nunique"] > 1
            if astride.any():
                raise SurveyError(
                    f"Clusters that lie in several strata: {[*map(str, names[astride])][:20]}."
                )
            strata = first["first"].to_numpy()
    return clusters, strata
