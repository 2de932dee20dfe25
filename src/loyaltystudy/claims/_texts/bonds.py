"""Claims of "Lojalitet krever emosjonelle bånd" (Morten Kjærnes): bonds and their kinds."""

from loyaltystudy.claims import _rivals as rivals, _settings as settings
from loyaltystudy.claims._register import POINT, changed, claims_of, part
from loyaltystudy.claims._rules import above, absent, below, effect, share_below
from loyaltystudy.claims._statistics import (
    added_r2,
    bend,
    coefficient,
    coefficient_gap,
    share,
    share_gap,
    share_without,
    slope_gap_under,
)
from loyaltystudy.claims._worlds import (
    AT_AN_END,
    NAN,
    OTHERS,
    Rival,
    Worlds,
    behind,
    go_together,
    share_of,
)

LOYAL_FROM = 2 / 3  # of the range of answers
FIRST = ("affective_commitment", "calculative_commitment", "satisfaction", "loyalty")

claim = claims_of("bonds")

claim(
    "loyalty-is-returned",
    quote="ikke forvente at kundene er lojale mot deg, dersom du ikke er lojal mot dem",
    english="do not expect customers to be loyal to you if you are not loyal to them",
    hypothesis="Customers who see no loyalty from the company are hardly ever loyal (one in ten "
    "at most), and the company's loyalty goes with theirs.",
    sv="Kunder som inte ser någon lojalitet från företaget är nästan aldrig lojala (högst en av "
    "tio), och företagets lojalitet hänger ihop med deras.",
    nb="Kunder som ikke ser noen lojalitet fra bedriften, er nesten aldri lojale (høyst én av "
    "ti), og bedriftens lojalitet henger sammen med deres.",
    needs=("perceived_relationship_investment", "loyalty"),
    parts=(
        part(
            below(0.10),
            share_without,
            "perceived_relationship_investment",
            on="loyalty",
            loyal=LOYAL_FROM,
        ),
        part(effect(0.10), coefficient, "perceived_relationship_investment", on="loyalty"),
    ),
    **changed("a ceiling's permutation test is one of independence, and it flips with n"),
    worlds=Worlds(
        lambda m: settings.only_with(m, "perceived_relationship_investment", 0.45),
        lambda m: m.relates("perceived_relationship_investment", "loyalty", 0.0),
        ((0.06, 0.45), (NAN, 0.0)),
        "true: hardly any of those who see none are loyal; false: no relation",
        smallest=lambda m: settings.only_with(m, "perceived_relationship_investment", 0.10),
        rivals=(
            Rival(
                "seldom-loyal",
                "few are loyal at all; liking is behind loyalty and what the company is seen to do",
                rivals.seldom_loyal,
            ),
        ),
    ),
)

claim(
    "calculative-walls-fall",
    quote="så lenge kundene ikke finner et bedre tilbud",
    english="as long as the customers do not find a better offer",
    hypothesis="Under a better offer calculative loyalty falls more than affective loyalty.",
    sv="Vid ett bättre erbjudande faller kalkylerande lojalitet mer än känslomässig.",
    nb="Ved et bedre tilbud faller kalkulativ lojalitet mer enn følelsesmessig.",
    needs=("affective_commitment", "calculative_commitment", "better_offer", "offer_arm"),
    parts=(
        part(
            below(0.0),
            slope_gap_under,
            "offer_arm",
            "calculative_commitment",
            "affective_commitment",
            on="better_offer",
        ),
    ),
    design="randomised",
    worlds=Worlds(
        lambda m: settings.offer(m, -0.30),
        lambda m: settings.offer(m, 0.0),
        ((-0.30,), (0.0,)),
        "in standard deviations, calculative slope minus affective slope",
    ),
)

claim(
    "affective-first",
    quote="først når … affektive/emosjonelle bånd",
    english="only when there are affective, emotional bonds",
    hypothesis="Customers without an affective bond are hardly ever loyal (one in ten at most), "
    "and the affective bond drives loyalty beyond the calculative one and satisfaction, and more "
    "than the calculative one.",
    sv="Kunder utan känslomässigt band är nästan aldrig lojala (högst en av tio), och det "
    "känslomässiga bandet driver lojaliteten utöver det kalkylerande bandet och nöjdheten, och "
    "mer än det kalkylerande.",
    nb="Kunder uten følelsesmessig bånd er nesten aldri lojale (høyst én av ti), og det "
    "følelsesmessige båndet driver lojaliteten utover det kalkulative båndet og tilfredsheten, og "
    "mer enn det kalkulative.",
    needs=FIRST,
    parts=(
        part(below(0.10), share_without, "affective_commitment", on="loyalty", loyal=LOYAL_FROM),
        part(
            effect(0.10),
            coefficient,
            "affective_commitment",
            on="loyalty",
            given=("calculative_commitment", "satisfaction"),
            causes=rivals.CAUSES,
        ),
        part(
            above(0.0),
            coefficient_gap,
            "affective_commitment",
            "calculative_commitment",
            on="loyalty",
            given=("satisfaction",),
        ),
    ),
    **changed(
        "the sentence says drives: liking of the company, or the years as a customer, that were "
        "not asked look the same as quality did",
        version=4,
    ),
    limits=rivals.CANNOT_TELL,
    worlds=Worlds(
        settings.affective_first_true,
        lambda m: settings.affective_first(m, 0.0),
        ((0.05, 0.35, 0.35), (NAN, 0.0, 0.0)),
        "false: satisfaction and quality cause loyalty, both bonds correlate with them; at half, "
        "one and two times the smallest effect few are loyal at all",
        half=lambda m: settings.affective_first(m, 0.05, mean=3.0),
        smallest=lambda m: settings.affective_first(m, 0.10, mean=3.0),
        twice=lambda m: settings.affective_first(m, 0.20, mean=3.0),
        rivals=(
            Rival(
                "satisfaction",
                "satisfaction is behind the bond and behind loyalty",
                rivals.satisfied_and_bound,
            ),
            Rival(
                "habit",
                "the bond drives loyalty, and yet one in four without it is loyal, by habit",
                rivals.habit,
            ),
            *behind(
                "quality",
                "the bond and loyalty, and few are loyal without it",
                rivals.common_cause("affective_commitment", "loyalty", 0.9, mean=3.6),
                FIRST,
            ),
        ),
        asks=(*FIRST, *OTHERS),
    ),
)

claim(
    "moral-bonds-hard",
    quote="vanskelig å etablere bånd … på et moralsk grunnlag",
    english="hard to establish bonds on moral grounds",
    hypothesis="Fewer customers say that what is right ties them than that feeling at home does, "
    "and that reason adds next to nothing to loyalty.",
    sv="Färre kunder säger att det är det rätta som binder dem än att de känner sig hemma, och "
    "det skälet tillför nästan ingenting till lojaliteten.",
    nb="Færre kunder sier at det er det rette som binder dem, enn at de føler seg hjemme, og den "
    "grunnen tilfører nesten ingenting til lojaliteten.",
    needs=(
        "reason_moral|normative_commitment",
        "reason_affective|affective_commitment",
        "reason_calculative|calculative_commitment|monetary_value",
        "loyalty",
    ),
    parts=(
        part(
            below(0.0),
            share_gap,
            "reason_moral|normative_commitment",
            "reason_affective|affective_commitment",
        ),
        part(
            absent(0.02),
            added_r2,
            ("reason_moral|normative_commitment",),
            on="loyalty",
            given=(
                "reason_affective|affective_commitment",
                "reason_calculative|calculative_commitment|monetary_value",
            ),
        ),
    ),
    **changed(
        "means of scales worded differently were compared, so that the harder wording decided"
    ),
    limits="Norsk Kundebarometer 2017 dropped moral loyalty from its model for want of "
    "effect. The rival is shared-values-bind.",
    proxies={
        "normative_commitment": "scales worded differently, not one stem",
        "affective_commitment": "scales worded differently, not one stem",
    },
    worlds=Worlds(
        settings.moral_true,
        settings.moral_false,
        ((-0.15, 0.0), (0.0, 0.04)),
        "absence: true at zero, false at twice the bound",
        rivals=(
            Rival(
                "as-common",
                "the moral reason adds nothing, but as many name it",
                rivals.moral_as_common,
            ),
            Rival(
                "few-but-strong",
                "few name the moral reason, and it adds to loyalty",
                rivals.moral_few_but_strong,
            ),
        ),
        asks=("reason_moral", "reason_affective", "reason_calculative", "loyalty"),
    ),
)

claim(
    "moral-breach-falls-fast",
    quote="i uføret dersom … moralsk tar avstand",
    english="in trouble if they take moral distance",
    hypothesis="Moral disapproval costs more loyalty than moral approval gains.",
    sv="Moraliskt avståndstagande kostar mer lojalitet än moraliskt gillande ger.",
    nb="Moralsk avstandtaken koster mer lojalitet enn moralsk tilslutning gir.",
    needs=("moral_disapproval|normative_commitment", "loyalty"),
    parts=(
        part(
            above(0.0),
            bend,
            "moral_disapproval|normative_commitment",
            on="loyalty",
            rising=True,
            clear=True,
        ),
    ),
    **changed("answers on loyalty that pile up at the top make a bend of a straight line"),
    limits="Where most answers on loyalty lie at an end of the scale, one survey cannot tell.",
    worlds=Worlds(
        lambda m: settings.breach(m, 0.25),
        lambda m: settings.breach(m, 0.0),
        ((0.25,), (0.0,)),
        "standard deviations of loyalty for a point; false: a straight line, .15 a point",
        asks=("moral_disapproval", "loyalty"),
        rivals=(
            Rival(
                "ceiling",
                "approval gains as much as disapproval costs; most are loyal to the full",
                rivals.straight_to_the_top,
                untellable=AT_AN_END,
            ),
        ),
    ),
)

claim(
    "responsibility-matters",
    quote="i større grad bryr seg om hvilket samfunnsansvar",
    english="care more about the responsibility taken for society",
    hypothesis="Perceived social responsibility goes with loyalty.",
    sv="Upplevt samhällsansvar hänger ihop med lojalitet.",
    nb="Opplevd samfunnsansvar henger sammen med lojalitet.",
    needs=("responsibility", "loyalty"),
    parts=(part(effect(0.10), coefficient, "responsibility", on="loyalty"),),
    **changed(POINT),
    limits="That customers care more than before needs repeated waves.",
    worlds=go_together("loyalty", "responsibility"),
)

claim(
    "identification",
    quote="noe jeg kan identifisere meg med",
    english="something I can identify with",
    hypothesis="Identification with the brand, and with those who recommend it, goes with loyalty.",
    sv="Identifikation med varumärket, och med dem som rekommenderar det, hänger ihop med "
    "lojalitet.",
    nb="Identifikasjon med merkevaren, og med dem som anbefaler den, henger sammen med lojalitet.",
    needs=("identification", "peer_influence", "loyalty"),
    parts=(
        part(effect(0.10), coefficient, "identification", on="loyalty"),
        part(effect(0.10), coefficient, "peer_influence", on="loyalty"),
    ),
    **changed(POINT),
    worlds=go_together(
        "loyalty",
        "identification",
        "peer_influence",
        rivals=(
            Rival(
                "liking",
                "liking of the company is behind identification, the peers and loyalty",
                rivals.liking("identification", "loyalty", "peer_influence"),
            ),
            Rival(
                "peers-alone",
                "only those who recommend it count, identification does not",
                lambda m: m.relates("peer_influence", "loyalty", 0.30),
            ),
        ),
    ),
)

claim(
    "would-miss",
    quote="hva vil du savne hvis vår merkevare ble borte",
    english="what will you miss if our brand went away",
    hypothesis="Few would miss the brand.",
    sv="Få skulle sakna varumärket.",
    nb="Få ville savne merkevaren.",
    needs=("would_miss",),
    parts=(part(share_below(0.50), share, "would_miss", what="share who would miss the brand"),),
    **changed("'loyal beyond satisfaction' was our own addition"),
    worlds=share_of(
        "would_miss",
        0.40,
        0.50,
        rivals=(
            Rival(
                "stores",
                "half would miss it; the sample came from 20 stores that differ",
                rivals.in_clusters("would_miss", 0.50),
            ),
            Rival(
                "light-buyers",
                "half would miss it; those who would not answered twice as often",
                rivals.with_weights("would_miss", 0.50),
            ),
        ),
    ),
)
