"""Verdicts that ship because the rows behind them may not, and what each study measures.

``make evidence`` (tools/evidence.py) writes them where the raw files are at hand.
"""

import pandas as pd

from loyaltystudy.claims._check import check_claims
from loyaltystudy.claims._register import register
from loyaltystudy.survey import Study, data_folder, list_studies, load_study

STORED, CONTRIBUTED = "evidence.csv", "verdicts.csv"


def claims_on(data) -> pd.DataFrame:
    """A study's or panel's rows of :func:`check_claims`: the claims about data of its kind."""
    kind = "study" if isinstance(data, Study) else "panel"
    return check_claims(data, [c.name for c in register().values() if c.takes == kind])


def stored_evidence(*, unmeasured: bool = False) -> pd.DataFrame:
    """The rows of ``evidence.csv`` and of the studies that users gave.

    Those of which a study measures nothing only if asked for.
    """
    given = sorted(data_folder().glob(f"*/{CONTRIBUTED}"))
    table = pd.concat(
        [pd.read_csv(path) for path in (data_folder() / STORED, *given)], ignore_index=True
    )
    return table if unmeasured else table[table["measured"] != "none"].reset_index(drop=True)


def evidence_on(claims) -> pd.DataFrame:
    """Real verdicts on some claims: computed where answers or purchases ship, else as stored.

    Parameters
    ----------
    claims : sequence of str
        Names in :func:`loyaltystudy.list_claims`.

    Returns
    -------
    DataFrame
        The columns of :func:`loyaltystudy.check_claims`, a row for each study that measures some
        of a claim by :func:`settled_matrix`; customers and members first.

    Examples
    --------
    >>> evidence_on(["would-miss"])["study"].tolist()
    ['mobile-reputation']
    """
    from loyaltystudy.purchases import list_panels, load_panel

    matrix = settled_matrix()
    matrix = matrix[matrix["claim"].isin(claims) & (matrix["settled"] != "struck")]
    panels = set(list_panels().query("shipped")["panel"])
    rows = set(list_studies().query("available == 'rows'")["name"])
    # rehearsals that were given as studies are stored, and are no evidence
    tables = [stored_evidence().query("claim in @claims and kind != 'simulated'")]
    for study, own in matrix.groupby("study", sort=False)["claim"]:
        if study in panels or study in rows:
            data = load_panel(study) if study in panels else load_study(study, source="shipped")
            tables.append(check_claims(data, own.tolist()))
    found = pd.concat(tables, ignore_index=True).query("measured != 'none'")
    found = found.drop_duplicates(["claim", "study"], keep="last")
    place = {name: i for i, name in enumerate(register())}
    apart = ~found["population"].isin(["customers", "members"])
    found = found.assign(apart=apart, place=found["claim"].map(place))
    found = found.sort_values(["place", "apart", "study"], kind="stable", ignore_index=True)
    return found.drop(columns=["apart", "place"])


def settled_matrix() -> pd.DataFrame:
    """Which open study measures which claim, settled from the questions' wording.

    Returns
    -------
    DataFrame
        ``claim, study, settled`` (``full``, ``proxy``, ``part`` or ``struck``: looked at, and
        found not to measure it), ``why``.

    Examples
    --------
    >>> settled_matrix().query("claim == 'would-miss'")[["study", "settled"]].values.tolist()[0]
    ['mobile-reputation', 'full']
    """
    return pd.read_csv(data_folder() / "matrix.csv", keep_default_na=False)
