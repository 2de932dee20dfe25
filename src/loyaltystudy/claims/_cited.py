"""What the texts cite or lean on, as printed: read from ``data/cited.yaml``, never typed."""

from dataclasses import dataclass

import pandas as pd

from loyaltystudy.errors import SurveyError
from loyaltystudy.survey import data_folder, read_yaml

FILE = "cited.yaml"
RELATIONS = ("replication", "reproduction", "neither")
FACTS = ("sample", "method", "finding", "open")
COLUMNS = ("measure", "group", "value", "other", "source")


@dataclass(frozen=True, eq=False)
class CitedStudy:
    """One study as printed: :func:`cited_study`.

    Attributes
    ----------
    name : str
    reference : str
        Author, year, title and where it stands.
    facts : dict
        ``sample``, ``method``, ``finding``, and ``open``: what open data let us ask again.
    claims : tuple of str
        The claims that lean on it.
    relation : {"replication", "reproduction", "neither"}
    why : str
    figures : DataFrame
        ``measure, group, value, other, source``: a printed figure a row; ``other`` is the figure
        beside it where two groups were printed.
    """

    name: str
    reference: str
    facts: dict[str, str]
    claims: tuple[str, ...]
    relation: str
    why: str
    figures: pd.DataFrame

    def __repr__(self) -> str:
        return f"<cited study {self.name}: {self.relation}>"

    def _repr_markdown_(self) -> str:
        said = {fact.replace("open", "open data"): words for fact, words in self.facts.items()}
        said |= {"claims": ", ".join(self.claims), "ours": f"**{self.relation}**: {self.why}"}
        lines = [f"- *{fact}*: {words}" for fact, words in said.items()]
        return "\n".join([self.reference, "", *lines])


def cited_studies() -> pd.DataFrame:
    """The studies that the five texts cite or lean on.

    Returns
    -------
    DataFrame
        ``study, author, year, relation`` (what our data can do: ``replication``,
        ``reproduction`` or ``neither``), ``claims``, ``printed`` (number of printed figures).

    Examples
    --------
    >>> cited_studies().set_index("study").loc["motista-2018", "relation"]
    'replication'
    """
    rows = []
    for name, facts in _read().items():
        by, printed = ", ".join(facts["by"]), len(facts["figures"])
        rows.append((name, facts["author"], str(facts["year"]), facts["relation"], by, printed))
    return pd.DataFrame(rows, columns=["study", "author", "year", "relation", "claims", "printed"])


def cited_study(name: str) -> CitedStudy:
    """One of :func:`cited_studies`, with what was printed.

    Raises
    ------
    SurveyError
        Naming the studies that are known.

    Examples
    --------
    >>> study = cited_study("motista-2018")
    >>> study.figures.set_index("group").loc["apparel", ["value", "other"]].tolist()
    [275.0, 699.0]
    """
    known = _read()
    if name not in known:
        raise SurveyError(f"Cited study {name!r} is not known. Take one of {[*known]}.")
    facts = known[name]
    figures = pd.DataFrame(facts["figures"], columns=list(COLUMNS))
    figures = figures.astype(dict.fromkeys(("value", "other"), float))
    named, by = {fact: facts[fact] for fact in FACTS}, tuple(facts["by"])
    ours = (facts["relation"], facts["why"])
    return CitedStudy(name, _reference(facts), named, by, *ours, figures)


def _reference(facts: dict) -> str:
    end = f" [doi:{facts['doi']}](https://doi.org/{facts['doi']})" if "doi" in facts else ""
    return f"**{facts['author']}** ({facts['year']}). *{facts['title']}*. {facts['where']}.{end}"


def _read() -> dict[str, dict]:
    return read_yaml(data_folder() / FILE)
