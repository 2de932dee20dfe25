"""Claims of "Kundrelationer och fanskap"."""

from loyaltystudy.claims import _rivals as rivals, _settings as settings
from loyaltystudy.claims._register import POINT, changed, claims_of, part
from loyaltystudy.claims._rules import (
    above,
    absent,
    added,
    effect,
    share_above,
    share_below,
    stands,
)
from loyaltystudy.claims._statistics import (
    added_r2,
    coefficient,
    distinct,
    left_out,
    r2_gap,
    scalability,
    share,
)
from loyaltystudy.claims._worlds import (
    NAN,
    Rival,
    Worlds,
    adds_to,
    behind,
    go_together,
    plainly,
    share_of,
)

FUNCTIONS = (
    "fan_identity",
    "fan_socialisation",
    "fan_self_therapy",
    "fan_quasi_religion",
    "fan_authenticity",
)


def declined(answers):
    return answers == 0


claim = claims_of("fandom")

claim(
    "more-programmes-less-value",
    quote="ju fler kundklubbar … desto mindre värda",
    english="the more customer clubs, the less they are worth",
    hypothesis="The more programmes one belongs to, the less value one sees in them.",
    sv="Ju fler kundklubbar man är med i, desto mindre värde ser man i dem.",
    nb="Jo flere kundeklubber man er med i, desto mindre verdi ser man i dem.",
    needs=("memberships", "programme_value"),
    parts=(
        part(
            effect(0.10, direction=-1),
            coefficient,
            "memberships",
            on="programme_value",
            direction=-1,
        ),
    ),
    **changed(POINT),
    worlds=go_together("programme_value", "memberships", r=-0.30),
)

claim(
    "programme-fatigue",
    quote="kräver vi bättre belöningar",
    english="we demand better rewards",
    hypothesis="Who is tired of programmes demands more of them.",
    sv="Den som är trött på kundklubbar kräver mer av dem.",
    nb="Den som er lei av kundeklubber, krever mer av dem.",
    needs=("programme_fatigue", "reward_demand"),
    parts=(part(effect(0.10), coefficient, "programme_fatigue", on="reward_demand"),),
    **changed(POINT),
    worlds=go_together("reward_demand", "programme_fatigue"),
)

claim(
    "decline-reflex",
    quote="ryggradsreflexen att tacka nej",
    english="the reflex to decline",
    hypothesis="Most decline an invitation to join a programme.",
    sv="De flesta tackar nej till en inbjudan att bli medlem.",
    nb="De fleste takker nei til en invitasjon til å bli medlem.",
    needs=("invitation_accepted",),
    parts=(
        part(
            share_above(0.50),
            share,
            "invitation_accepted",
            chosen=declined,
            what="share who declined",
        ),
    ),
    **changed("intervals took rows for drawn one by one"),
    worlds=plainly("accepted", 0.40, 0.50, ("invitation_accepted",), lambda x: 1 - x),
)

claim(
    "company-owned-relationship",
    quote="FÖRETAGEN äger och driver",
    english="the COMPANIES own and drive it",
    hypothesis="Few customers feel that the relationship is mutual.",
    sv="Få kunder upplever att relationen är ömsesidig.",
    nb="Få kunder opplever at relasjonen er gjensidig.",
    needs=("mutuality",),
    parts=(part(share_below(0.50), share, "mutuality", what="share who feel that it is mutual"),),
    **changed("intervals took rows for drawn one by one"),
    worlds=share_of("mutuality", 0.40, 0.50),
)

claim(
    "functions-over-tiers",
    quote="identitetsmarkör, socialisation, självterapi, kvasireligion … autenticitetsmarkör",
    english="identity marker, socialisation, self-therapy, quasi-religion, authenticity marker",
    hypothesis="What the relationship does for a person explains more of loyalty than the "
    "purchase tier; the five functions are five factors.",
    sv="Vad relationen gör för en person förklarar mer av lojaliteten än nivån i kundklubben; de "
    "fem funktionerna är fem faktorer.",
    nb="Hva relasjonen gjør for en person, forklarer mer av lojaliteten enn nivået i "
    "kundeklubben; de fem funksjonene er fem faktorer.",
    needs=(*FUNCTIONS, "tier", "loyalty"),
    parts=(
        part(above(0.0), r2_gap, FUNCTIONS, ("tier",), on="loyalty"),
        part(added(0.02), added_r2, FUNCTIONS, on="loyalty", given=("tier",)),
        part(absent(0.85, source="HTMT below .85 (Henseler et al. 2015)"), distinct, FUNCTIONS),
    ),
    **changed(
        "the smallest effect was compared with the point; unreliability and shared "
        "method were left in; a factor model without factors of method misfits wherever"
        " people are used to agreeing"
    ),
    limits="The dissertation has four categories and a core one, from six informants; "
    "these scales put it to work and do not replicate it.",
    worlds=Worlds(
        settings.functions_true,
        settings.functions_false,
        ((0.14, 0.15, NAN), (0.0, 0.04, NAN)),
        "false: tier and functions explain the same, .04 each",
        rivals=(
            Rival(
                "liking",
                "liking of the company is behind all five functions and behind loyalty",
                rivals.liking(FUNCTIONS[0], "loyalty", *FUNCTIONS[1:]),
            ),
        ),
    ),
)

claim(
    "devotion-ladder",
    quote="skala för graden av hängivenhet … fanproducent",
    english="a scale of the degree of devotion, up to the fan producer",
    hypothesis="Consumer, fan, cult fan, hardcore fan and fan producer form one cumulative "
    "ladder, and loyalty rises with the rung.",
    sv="Konsument, fan, kultfan, hardcore-fan och fanproducent bildar en enda kumulativ stege, "
    "och lojaliteten ökar för varje steg.",
    nb="Forbruker, fan, kultfan, hardcore-fan og fanprodusent danner én kumulativ stige, og "
    "lojaliteten øker for hvert trinn.",
    needs=("devotion", "loyalty"),
    parts=(
        part(
            above(0.40, against=0.30, source="Mokken's medium and weak scale"),
            scalability,
            "devotion",
        ),
        part(effect(0.10), coefficient, "devotion", on="loyalty"),
    ),
    **changed(
        "H knew no design; the smallest effect was compared with the point; "
        "unreliability and shared method were left in"
    ),
    worlds=Worlds(
        settings.ladder_true,
        settings.ladder_false,
        ((0.50, 0.30), (0.30, 0.0)),
        "H of .40 is the bound, .30 where contradiction begins",
        smallest=settings.ladder_smallest,
    ),
)

claim(
    "love-beyond-money",
    quote="inte alltid styrs av pengar",
    english="not always ruled by money",
    hypothesis="The emotional bond adds to loyalty beyond value for money.",
    sv="Det känslomässiga bandet bidrar till lojaliteten utöver valuta för pengarna.",
    nb="Det følelsesmessige båndet bidrar til lojaliteten utover verdi for pengene.",
    needs=("affective_commitment", "monetary_value", "loyalty"),
    parts=(
        part(
            effect(0.10),
            coefficient,
            "affective_commitment",
            on="loyalty",
            given=("monetary_value",),
            causes=rivals.CAUSES,
        ),
        part(
            stands(),
            left_out,
            "affective_commitment",
            on="loyalty",
            given=("monetary_value",),
            rival="monetary_value",
        ),
    ),
    shown=(
        part(
            effect(),
            coefficient,
            "affective_commitment",
            on="loyalty",
            given=("monetary_value", "satisfaction"),
        ),
    ),
    **changed(
        "the years as a customer, or liking of the company, that were not asked look the same as "
        "quality did: with quality held it was supported there",
        version=4,
    ),
    limits=rivals.CANNOT_TELL,
    worlds=adds_to(
        "loyalty",
        "affective_commitment",
        "monetary_value",
        causes=("quality",),
        beside=1,
        rivals=(
            Rival(
                "liking",
                "liking of the company is behind the bond and behind loyalty",
                rivals.liking("affective_commitment", "loyalty"),
            ),
            *behind(
                "quality",
                "the bond and loyalty",
                rivals.common_cause("affective_commitment", "loyalty"),
                ("affective_commitment", "monetary_value", "loyalty"),
            ),
            *behind(
                "tenure",
                "the bond and loyalty",
                rivals.common_cause("affective_commitment", "loyalty", 0.6, cause="tenure"),
                ("affective_commitment", "monetary_value", "loyalty"),
            ),
        ),
    ),
)
