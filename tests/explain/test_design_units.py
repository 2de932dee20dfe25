"""Clusters and strata of the rows of a comparison."""

import pandas as pd
import pytest

from loyaltystudy.errors import SurveyError
from loyaltystudy.explain._design_units import design_units
from loyaltystudy.survey._schema import Design

ROWS = pd.DataFrame({"shop": [7, 7, 9, 9, 3], "town": [1, 1, 2, 2, 1]})


def test_nothing_declared_leaves_rows_to_be_left_out():
    assert design_units(ROWS, Design()) == (None, None)


def test_clusters_are_numbered_and_each_has_its_stratum():
    clusters, strata = design_units(ROWS, Design(cluster="shop", strata="town"))
    assert clusters.tolist() == [1, 1, 2, 2, 0] and strata.tolist() == [1, 1, 2]


def test_strata_alone_are_those_of_the_rows():
    clusters, strata = design_units(ROWS, Design(strata="town"))
    assert clusters is None and strata.tolist() == [1, 1, 2, 2, 1]


def test_one_cluster_and_clusters_in_two_strata_are_refused():
    with pytest.raises(SurveyError, match=r"Cluster 'shop': all complete rows are in \[7\]"):
        design_units(ROWS[:2], Design(cluster="shop"))
    astride = ROWS.assign(town=[1, 2, 2, 2, 1])
    with pytest.raises(SurveyError, match=r"Clusters that lie in several strata: \['7'\]"):
        design_units(astride, Design(cluster="shop", strata="town"))
