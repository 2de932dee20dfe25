"""Claims of "Lojalitet krever emosjonelle bånd" (Morten Kjærnes): knowing and treating customers.

The text has the most claims; this module holds those on who customers are and how companies
meet them, ``bonds`` those on the bonds themselves.
"""

from loyaltystudy.claims import _rivals as rivals, _settings as settings
from loyaltystudy.claims._register import POINT, changed, claims_of, part
from loyaltystudy.claims._rules import above, effect, share_above
from loyaltystudy.claims._statistics import (
    coefficient,
    group_gap,
    lowest_quarter,
    mean_difference,
    share,
)
from loyaltystudy.claims._worlds import Rival, Worlds, adds_to, go_together, nothing


def silent(answers):
    return answers == 0


claim = claims_of("bonds")

claim(
    "listening-beats-boasting",
    quote="lytte … bedre enn å ture frem med egne fortreffeligheter",
    english="listening, better than charging ahead with one's own excellence",
    hypothesis="Felt listening goes with the affective bond, whatever is said in messages.",
    sv="Att känna sig lyssnad på hänger ihop med det känslomässiga bandet, vad meddelandena än "
    "säger.",
    nb="Å føle seg lyttet til henger sammen med det følelsesmessige båndet, uansett hva "
    "meldingene sier.",
    needs=("listening", "message_relevance", "affective_commitment"),
    parts=(
        part(
            effect(0.10),
            coefficient,
            "listening",
            on="affective_commitment",
            given=("message_relevance",),
        ),
    ),
    **changed(POINT),
    worlds=adds_to(
        "affective_commitment",
        "listening",
        "message_relevance",
        rivals=(
            Rival(
                "liking",
                "liking of the company is behind listening as felt, its messages and the bond",
                rivals.liking("listening", "affective_commitment", "message_relevance"),
            ),
        ),
    ),
)

claim(
    "tailored-treatment-bonds",
    quote="behandle kunder forskjellig … affektive bånd",
    english="treat customers differently, affective bonds",
    hypothesis="Tailored treatment goes with the affective bond.",
    sv="Anpassat bemötande hänger ihop med det känslomässiga bandet.",
    nb="Tilpasset behandling henger sammen med det følelsesmessige båndet.",
    needs=("tailored_treatment", "affective_commitment"),
    parts=(part(effect(0.10), coefficient, "tailored_treatment", on="affective_commitment"),),
    **changed(POINT),
    worlds=go_together("affective_commitment", "tailored_treatment"),
)

claim(
    "direct-dialogue-closer",
    quote="ikke like lett for en tannpasta-leverandør som for et forsikringsselskap",
    english="not as easy for a maker of toothpaste as for an insurer",
    hypothesis="Bonds are closer where there is direct dialogue.",
    sv="Banden är närmare där det finns direkt dialog.",
    nb="Båndene er nærmere der det er direkte dialog.",
    needs=("direct_dialogue", "affective_commitment"),
    parts=(part(effect(0.10), coefficient, "direct_dialogue", on="affective_commitment"),),
    **changed(POINT),
    worlds=go_together("affective_commitment", "direct_dialogue"),
)

claim(
    "programmes-are-calculative",
    quote="primært basert på kalkulativ lojalitet",
    english="primarily based on calculative loyalty",
    hypothesis="Customers are in grocery programmes for the benefits more than for the feeling.",
    sv="Kunder är med i dagligvaruhandelns kundklubbar mer för förmånerna än för känslan.",
    nb="Kunder er med i dagligvarekjedenes kundeklubber mer for fordelene enn for følelsen.",
    needs=("programme_calculative", "programme_affective"),
    parts=(part(above(0.0), mean_difference, "programme_calculative", "programme_affective"),),
    **changed("intervals took rows for drawn one by one"),
    worlds=Worlds(
        lambda m: m.means.update(programme_calculative=4.56, programme_affective=4.24),
        nothing,
        ((0.30,), (0.0,)),
        "points of the scale",
    ),
)

claim(
    "silent-majority",
    quote="tause majoritet … ekstremt misfornøyde",
    english="the silent majority; the extremely dissatisfied",
    hypothesis="Most say nothing; those at the bottom of satisfaction do speak up more.",
    sv="De flesta säger ingenting; de allra minst nöjda säger oftare ifrån.",
    nb="De fleste sier ingenting; de aller minst fornøyde sier oftere ifra.",
    needs=("voice", "satisfaction"),
    parts=(
        part(share_above(0.50), share, "voice", chosen=silent, what="share who said nothing"),
        part(
            above(0.0),
            group_gap,
            "voice",
            "satisfaction",
            chosen=lowest_quarter,
            what="voice in the lowest quarter of satisfaction's range minus elsewhere",
        ),
    ),
    **changed("intervals took rows for drawn one by one"),
    worlds=Worlds(
        lambda m: settings.voice(m, 0.60, 0.30),
        lambda m: settings.voice(m, 0.50, 0.0),
        ((0.60, 0.30), (0.50, 0.0)),
        "satisfaction with a mean of 4.2, so that some are at the bottom",
    ),
)

claim(
    "uniform-mail-is-spam",
    quote="ensartede nyhetsbrev … spamme",
    english="uniform newsletters are spam",
    hypothesis="The less relevant the messages, the more they are felt as intrusion.",
    sv="Ju mindre relevanta meddelandena är, desto mer känns de påträngande.",
    nb="Jo mindre relevante meldingene er, desto mer føles de påtrengende.",
    needs=("message_relevance", "intrusiveness"),
    parts=(
        part(
            effect(0.10, direction=-1),
            coefficient,
            "message_relevance",
            on="intrusiveness",
            direction=-1,
        ),
    ),
    **changed(POINT),
    worlds=go_together("intrusiveness", "message_relevance", r=-0.30),
)

claim(
    "everyday-help",
    quote="gjøre hverdagen enklere eller mer betydningsfull",
    english="make everyday life easier or more meaningful",
    hypothesis="A company that makes everyday life easier, or more meaningful, is one that "
    "customers are bound to: each goes with the affective bond.",
    sv="Ett företag som gör vardagen enklare, eller mer meningsfull, är ett som kunder knyts "
    "till: vart och ett hänger ihop med det känslomässiga bandet.",
    nb="En bedrift som gjør hverdagen enklere, eller mer meningsfull, er en kundene knyttes til: "
    "hver av dem henger sammen med det følelsesmessige båndet.",
    needs=("everyday_easier", "everyday_meaningful", "affective_commitment"),
    parts=(
        part(effect(0.10), coefficient, "everyday_easier", on="affective_commitment"),
        part(effect(0.10), coefficient, "everyday_meaningful", on="affective_commitment"),
    ),
    **changed("new claim"),
    worlds=go_together("affective_commitment", "everyday_easier", "everyday_meaningful"),
)
