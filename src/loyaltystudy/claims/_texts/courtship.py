"""Claims of "När någon limmar på dig" (Malin Sundström)."""

from loyaltystudy.claims import _rivals as rivals, _settings as settings
from loyaltystudy.claims._register import POINT, changed, claims_of, part
from loyaltystudy.claims._rules import above, effect
from loyaltystudy.claims._statistics import (
    coefficient,
    factorial_gap,
    group_gap,
    interaction,
    surplus_slope,
)
from loyaltystudy.claims._worlds import Rival, Worlds, adds_to, behind, go_together, nothing

CONTACT, DISCOUNT = (2, 4), (3, 4)  # arms of the vignette on contact: see the instrument
ASKED = 2
VIRTUES = ("promise_keeping", "availability", "openness", "enjoyment", "proactivity", "generosity")


def asked(arm, low, high):
    return arm == ASKED


claim = claims_of("courtship")

claim(
    "contact-beyond-wish-repels",
    quote="jagade och utsatta för stalking",
    english="hunted and stalked",
    hypothesis="Contact beyond what is wanted lowers loyalty.",
    sv="Mer kontakt än man vill ha sänker lojaliteten.",
    nb="Mer kontakt enn man ønsker, senker lojaliteten.",
    needs=("contact_received", "contact_wanted", "loyalty"),
    parts=(
        part(
            effect(0.10, direction=-1),
            surplus_slope,
            "contact_received",
            "contact_wanted",
            on="loyalty",
            causes=("contact drawn by lot",),
        ),
    ),
    **changed(
        "the sentence says lowers: writing most to those who are leaving looks the same", version=3
    ),
    limits="Contact that a company chose follows the customer as well as leads: one survey cannot "
    "tell. Draw by lot who is written to.",
    worlds=Worlds(
        lambda m: settings.surplus(m, -0.40),
        nothing,
        ((-0.40,), (0.0,)),
        "standard deviations of loyalty for one of contact received, on the side of surplus",
        smallest=lambda m: settings.surplus(m, -0.10),
        rivals=(
            Rival(
                "win-back",
                "who is leaving anyway is written to more; contact does nothing",
                lambda m: settings.surplus(m, -0.40),
                untellable="the order of the two cannot be seen at one sitting",
            ),
            Rival(
                "wish",
                "those who want contact are loyal; what they receive does nothing",
                lambda m: m.relates("contact_wanted", "loyalty", 0.30),
            ),
            Rival(
                "dislike",
                "who dislikes the company counts more messages and wants fewer",
                rivals.dislike_counts,
            ),
        ),
    ),
)

claim(
    "both-must-want",
    quote="två parter som båda vill",
    english="two parties who both want it",
    hypothesis="A company's effort works only on those who want a relationship.",
    sv="Ett företags ansträngning fungerar bara på dem som vill ha en relation.",
    nb="En bedrifts innsats virker bare på dem som ønsker en relasjon.",
    needs=("perceived_relationship_investment", "relationship_wish", "loyalty"),
    parts=(
        part(
            effect(0.05),
            interaction,
            "perceived_relationship_investment",
            ("relationship_wish",),
            on="loyalty",
        ),
    ),
    **changed("the smallest effect was compared with the point"),
    worlds=Worlds(
        lambda m: settings.both_want(m, 0.20),
        lambda m: settings.both_want(m, 0.0),
        ((0.20,), (0.0,)),
        "false: effort goes with loyalty whatever is wished",
        smallest=lambda m: settings.both_want(m, 0.05),
    ),
)

claim(
    "discount-does-not-pay-for-it",
    quote="inte längre är värt en rabatt",
    english="no longer worth a discount",
    hypothesis="A discount does not make up for unwanted contact.",
    sv="En rabatt väger inte upp oönskad kontakt.",
    nb="En rabatt veier ikke opp for uønsket kontakt.",
    needs=("contact_arm", "contact_reaction"),
    parts=(
        part(
            above(0.0),
            factorial_gap,
            "contact_reaction",
            "contact_arm",
            costs=CONTACT,
            gains=DISCOUNT,
            what="what contact costs minus what a discount gives",
        ),
    ),
    design="randomised",
    worlds=Worlds(
        lambda m: settings.contact(m, 0.55, 0.25),
        lambda m: settings.contact(m, 0.30, 0.30),
        ((0.30,), (0.0,)),
        "standard deviations; false: the discount makes up for the contact exactly",
        asks=("contact_reaction", "contact_arm"),
    ),
)

claim(
    "after-purchase-value",
    quote="efterköpsfasen",
    english="the phase after the purchase",
    hypothesis="Help after the purchase goes with loyalty.",
    sv="Hjälp efter köpet hänger ihop med lojalitet.",
    nb="Hjelp etter kjøpet henger sammen med lojalitet.",
    needs=("after_purchase", "loyalty"),
    parts=(part(effect(0.10), coefficient, "after_purchase", on="loyalty"),),
    **changed(POINT),
    worlds=go_together("loyalty", "after_purchase"),
)

claim(
    "exclusive-access-value",
    quote="erbjudanden som verkligen är exklusiva",
    english="offers that are truly exclusive",
    hypothesis="Real exclusivity (a peek, a trial) adds to loyalty where discounts do not.",
    sv="Verklig exklusivitet (att få se eller prova först) bidrar till lojaliteten där rabatter "
    "inte gör det.",
    nb="Ekte eksklusivitet (å få se eller prøve først) bidrar til lojaliteten der rabatter ikke "
    "gjør det.",
    needs=("exclusive_access", "monetary_value", "loyalty"),
    parts=(
        part(
            effect(0.10),
            coefficient,
            "exclusive_access",
            on="loyalty",
            given=("monetary_value",),
            causes=rivals.CAUSES,
        ),
    ),
    **changed(
        "the sentence says adds: liking of the company, or the years as a customer, that were not "
        "asked look the same as quality did",
        version=4,
    ),
    limits=rivals.CANNOT_TELL,
    worlds=adds_to(
        "loyalty",
        "exclusive_access",
        "monetary_value",
        causes=("quality",),
        rivals=(
            *behind(
                "quality",
                "exclusivity and loyalty",
                rivals.common_cause("exclusive_access", "loyalty"),
                ("exclusive_access", "monetary_value", "loyalty"),
            ),
            *behind(
                "tenure",
                "exclusivity and loyalty",
                rivals.common_cause("exclusive_access", "loyalty", 0.6, cause="tenure"),
                ("exclusive_access", "monetary_value", "loyalty"),
            ),
            Rival(
                "liking",
                "liking of the company is behind exclusivity and loyalty",
                rivals.liking("exclusive_access", "loyalty"),
            ),
            Rival(
                "discount",
                "exclusive offers are felt as value for money, and add nothing to it",
                rivals.value_for_money("exclusive_access", "loyalty"),
            ),
        ),
    ),
)

claim(
    "asked-to-help",
    quote="uppskattar att hjälpa till … behöver få en fråga",
    english="like to help, and need to be asked",
    hypothesis="Being asked raises taking part.",
    sv="Att bli tillfrågad ökar deltagandet.",
    nb="Å bli spurt øker deltakelsen.",
    needs=("ask_arm", "taking_part"),
    parts=(
        part(
            above(0.0),
            group_gap,
            "taking_part",
            "ask_arm",
            chosen=asked,
            what="would take part: asked minus not asked",
        ),
    ),
    design="randomised",
    worlds=Worlds(
        lambda m: settings.ask(m, 0.10),
        nothing,
        ((0.10,), (0.0,)),
        "difference of shares, from .35",
    ),
)

claim(
    "being-visible",
    quote="möjlighet att synas",
    english="a chance to be seen",
    hypothesis="A chance to be seen goes with engagement.",
    sv="En möjlighet att synas hänger ihop med engagemang.",
    nb="En mulighet til å bli sett henger sammen med engasjement.",
    needs=("visibility", "engagement"),
    parts=(part(effect(0.10), coefficient, "visibility", on="engagement"),),
    **changed(POINT),
    worlds=go_together("engagement", "visibility"),
)

claim(
    "keeping-word",
    quote="hålla ord, vara tillgänglig, ha roligt, vara proaktiv, bjussa på sig själv och"
    " på saker, höra av sig och vara ärlig och transparent",
    english="keep one's word, be available, have fun, be proactive, give of oneself and of "
    "things, get in touch, be honest and transparent",
    hypothesis="Keeping one's word, being there, being honest, having fun, being proactive and "
    "being generous each go with trust.",
    sv="Att hålla ord, att vara tillgänglig, att vara ärlig, att ha roligt, att vara proaktiv och "
    "att vara generös hänger vart och ett ihop med förtroende.",
    nb="Å holde ord, å være tilgjengelig, å være ærlig, å ha det gøy, å være proaktiv og å være "
    "raus henger hver for seg sammen med tillit.",
    needs=(*VIRTUES, "trust"),
    parts=(
        part(effect(0.10), coefficient, "promise_keeping", on="trust"),
        part(effect(0.10), coefficient, "availability", on="trust"),
        part(effect(0.10), coefficient, "openness", on="trust"),
        part(effect(0.10), coefficient, "enjoyment", on="trust"),
        part(effect(0.10), coefficient, "proactivity", on="trust"),
        part(effect(0.10), coefficient, "generosity", on="trust"),
    ),
    **changed(
        "the smallest effect was compared with the point; unreliability and shared "
        "method were left in; three of the six that the text lists were left out"
    ),
    worlds=go_together("trust", *VIRTUES),
)

claim(
    "relationships-pay",
    quote="lönsamt att ha en relation",
    english="profitable to have a relationship",
    hypothesis="Longer relationships earn more: tenure and margin correlate by .20 at least.",
    sv="Längre relationer ger mer: kundtid och marginal korrelerar med minst 0,20.",
    nb="Lengre relasjoner gir mer: kundetid og margin korrelerer med minst 0,20.",
    needs=("tenure", "margin"),
    parts=(
        part(
            effect(0.20),
            coefficient,
            "tenure",
            on="margin",
            what="correlation of tenure and margin",
        ),
    ),
    **changed("the smallest effect was compared with the point"),
    worlds=Worlds(
        lambda m: m.relates("tenure", "margin", 0.40),
        nothing,
        ((0.40,), (0.0,)),
        smallest=lambda m: m.relates("tenure", "margin", 0.20),
    ),
)

claim(
    "keeping-is-cheaper",
    quote="billigare att underhålla … befintliga",
    english="cheaper to maintain existing ones",
    hypothesis="Keeping a customer costs less than acquiring one.",
    sv="Att behålla en kund kostar mindre än att vinna en.",
    nb="Å beholde en kunde koster mindre enn å vinne en.",
    needs=("margin", "acquisition_cost"),
    parts=(),
    untestable="what keeping a customer costs stands in company accounts, not in a survey",
)
