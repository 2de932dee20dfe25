"""In which commit each rule was registered, for all to see that it stood before its verdicts."""

import pandas as pd

from loyaltystudy.survey import data_folder

REGISTERED = "registered_rules.csv"


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
    known = pd.read_csv(data_folder() / REGISTERED, dtype=str).set_index(["claim", "rule_hash"])
    keys = pd.MultiIndex.from_frame(table[["claim", "rule_hash"]])
    return table.assign(registered=known["commit"].reindex(keys).fillna("").to_numpy())
