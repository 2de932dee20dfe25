"""What was known of a rule before: where it was registered, and what its earlier versions said."""

from itertools import product

import numpy as np
import pandas as pd

from loyaltystudy.survey import data_folder

EARLIER = (1, 2, 3)  # versions whose verdicts are kept as they were found
KEYS = ["claim", "study"]


def earlier_verdicts() -> pd.DataFrame:
    """What earlier versions of the rules said: ``claim, study, verdict_1, rule_hash_1``; 2 and 3.

    Empty where that version had not judged.
    """
    tables = [
        earlier_rules(version).set_index(KEYS)[["verdict", "rule_hash"]].add_suffix(f"_{version}")
        for version in EARLIER
    ]
    return pd.concat(tables, axis=1).fillna("").reset_index()


def earlier_rules(version: int) -> pd.DataFrame:
    """The verdicts of one earlier version, with the hashes of its rules."""
    return _shipped(f"verdicts_version_{version}.csv")


def with_earlier_versions(table: pd.DataFrame) -> pd.DataFrame:
    """Claims with ``verdict_1``, ``rule_hash_1``, and the same of the second and third version.

    What an earlier version of the rule said, as it was found, or says today where it is the one
    of today. Empty where it had not judged (claims and studies that came later).

    Parameters
    ----------
    table : DataFrame
        From :func:`loyaltystudy.check_claims`.

    Examples
    --------
    >>> table = pd.DataFrame({"claim": ["responsibility-matters"], "study": ["mobile-ecsi"],
    ...                       "verdict": "not robust", "rule_version": 2, "rule_hash": "8d3"})
    >>> with_earlier_versions(table)[["verdict_1", "verdict_2"]].iloc[0].tolist()
    ['supported', 'not robust']
    """
    was = earlier_verdicts().set_index(KEYS).reindex(pd.MultiIndex.from_frame(table[KEYS]))
    found = {column: was[column].fillna("").to_numpy() for column in was}
    for version, column in product(EARLIER[1:], ("verdict", "rule_hash")):
        own = f"{column}_{version}"
        found[own] = np.where(table["rule_version"] == version, table[column], found[own])
    return table.assign(**found)


def with_registration(table: pd.DataFrame) -> pd.DataFrame:
    """Claims with ``registered``: the commit in which the rule that judged a row was registered.

    Empty where no commit is known for the row's very rule: it was changed since.

    Parameters
    ----------
    table : DataFrame
        From :func:`loyaltystudy.check_claims`.

    Examples
    --------
    >>> table = pd.DataFrame({"claim": ["polygamous"], "rule_hash": ["d95c8867726a"]})
    >>> with_registration(table)["registered"].item()
    '7680a72'
    """
    keys = ["claim", "rule_hash"]
    known = _shipped("registered_rules.csv").set_index(keys)["commit"]
    found = known.reindex(pd.MultiIndex.from_frame(table[keys]))
    return table.assign(registered=found.fillna("").to_numpy())


def _shipped(name: str) -> pd.DataFrame:
    return pd.read_csv(data_folder() / name, dtype=str)
