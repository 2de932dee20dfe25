"""The evidence that ships: the settled matrix and the verdicts beside it."""

import re

import pytest

import loyaltystudy as ls
from loyaltystudy.claims._register import register
from loyaltystudy.claims._shipped_evidence import CONTRIBUTED, settled_matrix
from loyaltystudy.report._reproduce import all_claims
from loyaltystudy.survey._shipped import data_folder


@pytest.fixture(scope="module")
def claims():
    return all_claims(progress=False)


def test_every_claim_stands_on_every_study_that_it_could_be_put_to(claims):
    given = {
        path.parent.name for path in data_folder().glob(f"*/{CONTRIBUTED}")
    }  # what is measured
    claims = claims[~claims["study"].isin(given)]
    asked = {(name, c.takes) for name, c in register().items()}
    panels = set(ls.list_panels()["panel"])
    kinds = {name: {"panel"} if name in panels else {"study"} for name in claims["study"]}
    kinds["nordic-simulated"] = {"study", "panel"}  # its respondents, and its households
    wanted = {(c, s) for c, takes in asked for s, kind in kinds.items() if takes in kind}
    assert set(zip(claims["claim"], claims["study"], strict=True)) == wanted
    unread = set(ls.list_studies().query("available == 'fetch'")["name"]) - set(kinds)
    assert unread <= {"stack-overflow-2017"}  # nobody has fetched its file yet
    assert set(kinds) == {*ls.list_studies()["name"], *panels} - unread - given
    assert claims.groupby("study")["kind"].nunique().eq(1).all()


def test_the_real_evidence_is_the_settled_matrix(claims):
    real = claims[(claims["kind"] == "real") & (claims["measured"] != "none")]
    found = real.set_index(["claim", "study"])["measured"].to_dict()
    drawn = set(claims.loc[claims["kind"] == "simulated", "study"])  # rehearsals that were given
    cells = settled_matrix()
    settled = cells[~cells["study"].isin(drawn)].set_index(["claim", "study"])
    assert settled.index.is_unique
    assert found == settled.loc[settled["settled"] != "struck", "settled"].to_dict()


def test_every_settled_cell_is_told_in_the_readme_of_its_study():
    for cell in settled_matrix().itertuples():
        folders = [data_folder() / cell.study, data_folder() / "panels" / cell.study]
        text = next(f / "README.md" for f in folders if f.is_dir()).read_text(encoding="utf-8")
        if cell.settled == "struck":
            lines = [part for part in re.split(r"\n(?=\|)|(?<=[.:]) ", text) if cell.claim in part]
            assert any("struck" in line for line in lines) and cell.why, cell
        elif cell.claim != "polygamous":
            assert cell.claim in text, cell


SETTLED_ROW = re.compile(r"\| ([a-z0-9.-]+) \| \W*(full|proxy|part|struck)\b")


def test_a_readme_settles_no_cell_in_another_way_than_the_matrix():
    settled = settled_matrix().set_index(["claim", "study"])["settled"]
    compared = 0
    for path in [*data_folder().glob("*/README.md"), *data_folder().glob("panels/*/README.md")]:
        rows = dict(SETTLED_ROW.findall(path.read_text(encoding="utf-8")))
        own = {claim: word for claim, word in rows.items() if (claim, path.parent.name) in settled}
        assert own == {claim: settled[claim, path.parent.name] for claim in own}, path.parent.name
        compared += len(own)
    assert compared > 60
