"""What was known of a rule before: where it was registered, and what its earlier versions said."""

from __future__ import annotations

import pandas as pd

from loyaltystudy.survey import data_folder

EARLIER = (1, 2)  # versions whose verdicts are kept as they were found


def with_earlier_versions(table: pd.DataFrame) -> pd.DataFrame:
    """Claims with ``verdict_1``, ``rule_hash_1`` and the same of the second version of the rules.

    What an earlier version of the rule said, as it was found. Empty where it had not judged
    (claims and studies that came later), and where that version is the one of today.

    Parameters
    ----------
    table : DataFrame
        From :func:`loyaltystudy.check_claims`.

    Examples
    --------
    >>> table = pd.DataFrame({"claim": ["responsibility-matters"], "study": ["mobile-ecsi"]})
    >>> with_earlier_versions(table)["verdict_1"].item()
    'supported'
    """
    keys, columns = ["claim", "study"], ["verdict", "rule_hash"]
    for version in EARLIER:
        was = _shipped(f"verdicts_version_{version}.csv").set_index(keys)[columns]
        found = was.add_suffix(f"_{version}").reindex(pd.MultiIndex.from_frame(table[keys]))
        table = table.assign(**{c: found[c].fillna("").to_numpy() for c in found})
    return table


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
