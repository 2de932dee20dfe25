"""The verdicts of the first version of the rules, as they were found, beside those of today."""

import pandas as pd

from loyaltystudy.survey import data_folder

FIRST = "verdicts_version_1.csv"


def with_first_version(table: pd.DataFrame) -> pd.DataFrame:
    """Claims with ``verdict_1`` and ``rule_hash_1``: what the first version of the rules said.

    Empty where it had not judged: claims and studies that came later.

    Parameters
    ----------
    table : DataFrame
        From :func:`loyaltystudy.check_claims`.

    Examples
    --------
    >>> table = pd.DataFrame({"claim": ["responsibility-matters"], "study": ["mobile-ecsi"]})
    >>> with_first_version(table)["verdict_1"].item()
    'supported'
    """
    first = pd.read_csv(data_folder() / FIRST).rename(
        columns={"verdict": "verdict_1", "rule_hash": "rule_hash_1"}
    )
    keys = ["claim", "study"]
    found = table[keys].merge(first[[*keys, "verdict_1", "rule_hash_1"]], on=keys, how="left")
    return table.assign(
        verdict_1=found["verdict_1"].fillna("").to_numpy(),
        rule_hash_1=found["rule_hash_1"].fillna("").to_numpy(),
    )
