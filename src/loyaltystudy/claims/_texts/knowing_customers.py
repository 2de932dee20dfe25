"""Claims of "Lojalitet krever emosjonelle bånd" (Morten Kjærnes): knowing and treating customers.

The text has the most claims; this module holds those on who customers are and how companies
meet them, ``bonds`` those on the bonds themselves.
"""

from __future__ import annotations

from functools import partial

from loyaltystudy.claims._register import claim
from loyaltystudy.claims._rules import above, absent, added, effect, share_above
from loyaltystudy.claims._statistics.base import lowest_quarter
from loyaltystudy.claims._statistics.explained import block_alone, blocks_gap
from loyaltystudy.claims._statistics.levels import group_gap, mean_difference, share
from loyaltystudy.claims._statistics.slopes import coefficient

bonds = partial(claim, source="bonds")
DEMOGRAPHICS, BACKGROUND = "demographics", "sociological_background"
AGE_AND_MORE = ("age", "gender|income")
EDUCATIONS = ("own_education", "father_education|mother_education")


@bonds(
    "listening-beats-boasting",
    quote="lytte … bedre enn å ture frem med egne fortreffeligheter",
    english="listening, better than charging ahead with one's own excellence",
    hypothesis="Felt listening goes with the affective bond, whatever is said in messages.",
    needs=("listening", "message_relevance", "affective_commitment"),
    rules=(effect(0.10),),
)
def listening_beats_boasting(study, seed):
    given = ("message_relevance",)
    return (coefficient(study, "listening", on="affective_commitment", given=given),)


@bonds(
    "demographics-weak",
    quote="demografiske variabler … i liten grad",
    english="demographic variables to a small degree",
    hypothesis="Demographics explain little of loyalty: less than 5 % of its variance.",
    needs=(*AGE_AND_MORE, "loyalty"),
    rules=(absent(0.05),),
)
def demographics_weak(study, seed):
    words = "R² of demographics alone"
    return (block_alone(study, DEMOGRAPHICS, on="loyalty", least=AGE_AND_MORE, what=words),)


@bonds(
    "background-over-demographics",
    quote="sosiologisk kunnskap … bedre forklaringskraft",
    english="sociological knowledge has more explanatory power",
    hypothesis="Sociological background (parents' and own education, reading) explains more of "
    "loyalty than age, sex and place, and at least 2 %.",
    needs=(*EDUCATIONS, *AGE_AND_MORE, "loyalty"),
    rules=(above(0.0), added(0.02)),
    limits="By the text own education is background. Users of competing brands hardly differ in "
    "background or demographics (Kennedy & Ehrenberg): both may be next to nothing.",
)
def background_over_demographics(study, seed):
    gap = "R² of sociological background minus R² of demographics"
    own = "R² of sociological background alone"
    least = (*EDUCATIONS, *AGE_AND_MORE)
    return (
        blocks_gap(
            study,
            BACKGROUND,
            DEMOGRAPHICS,
            on="loyalty",
            least=least,
            what=gap,
            moved="own_education",
        ),
        block_alone(study, BACKGROUND, on="loyalty", least=EDUCATIONS, what=own),
    )


@bonds(
    "tailored-treatment-bonds",
    quote="behandle kunder forskjellig … affektive bånd",
    english="treat customers differently, affective bonds",
    hypothesis="Tailored treatment goes with the affective bond.",
    needs=("tailored_treatment", "affective_commitment"),
    rules=(effect(0.10),),
)
def tailored_treatment_bonds(study, seed):
    return (coefficient(study, "tailored_treatment", on="affective_commitment"),)


@bonds(
    "direct-dialogue-closer",
    quote="ikke like lett for en tannpasta-leverandør som for et forsikringsselskap",
    english="not as easy for a maker of toothpaste as for an insurer",
    hypothesis="Bonds are closer where there is direct dialogue.",
    needs=("direct_dialogue", "affective_commitment"),
    rules=(effect(0.10),),
)
def direct_dialogue_closer(study, seed):
    return (coefficient(study, "direct_dialogue", on="affective_commitment"),)


@bonds(
    "programmes-are-calculative",
    quote="primært basert på kalkulativ lojalitet",
    english="primarily based on calculative loyalty",
    hypothesis="Customers are in grocery programmes for the benefits more than for the feeling.",
    needs=("programme_calculative", "programme_affective"),
    rules=(above(0.0),),
)
def programmes_are_calculative(study, seed):
    return (mean_difference(study, "programme_calculative", "programme_affective"),)


@bonds(
    "silent-majority",
    quote="tause majoritet … ekstremt misfornøyde",
    english="the silent majority; the extremely dissatisfied",
    hypothesis="Most say nothing; those at the bottom of satisfaction do speak up more.",
    needs=("voice", "satisfaction"),
    rules=(share_above(0.50), above(0.0)),
)
def silent_majority(study, seed):
    bottom = lowest_quarter(study, "satisfaction")
    return (
        share(study, "voice", chosen=lambda x: x == 0, what="share who said nothing"),
        group_gap(
            study,
            "voice",
            "satisfaction",
            chosen=bottom,
            what="voice in the lowest quarter of satisfaction's range minus elsewhere",
        ),
    )


@bonds(
    "uniform-mail-is-spam",
    quote="ensartede nyhetsbrev … spamme",
    english="uniform newsletters are spam",
    hypothesis="The less relevant the messages, the more they are felt as intrusion.",
    needs=("message_relevance", "intrusiveness"),
    rules=(effect(0.10, direction=-1),),
)
def uniform_mail_is_spam(study, seed):
    return (coefficient(study, "message_relevance", on="intrusiveness"),)
