"""Claims of "Kan min drömdejt avslöja hur du ska bygga kundlojalitet?" (Marie Hillblom)."""

from loyaltystudy.claims import _rivals as rivals, _settings as settings
from loyaltystudy.claims._register import POINT, changed, claims_of, part
from loyaltystudy.claims._rules import absent, below, effect, figure, share_above, share_below
from loyaltystudy.claims._statistics import (
    added_r2,
    coefficient,
    group_gap,
    hazard_ratio,
    mean_of,
    mean_ratio,
    ratio_of_sums,
    share_of_items,
)
from loyaltystudy.claims._worlds import OTHERS, Rival, Worlds, behind, go_together, nothing


def member(answers, low, high):
    return answers == high


claim = claims_of("dream-date")

claim(
    "engaged-spend-2.5-times",
    quote="spenderar 2,5 gånger mer",
    english="spend 2.5 times more",
    hypothesis="Emotionally engaged customers spend 2.5 times as much as merely content ones.",
    sv="Känslomässigt engagerade kunder spenderar 2,5 gånger så mycket som enbart nöjda.",
    nb="Følelsesmessig engasjerte kunder bruker 2,5 ganger så mye som kunder som bare er fornøyde.",
    needs=("affective_commitment", "spend", "category_spend"),
    parts=(
        part(
            figure(2.5),
            mean_ratio,
            "spend",
            "affective_commitment",
            base="satisfaction",
            beside="category_spend",
        ),
        part(
            figure(2.5),
            mean_ratio,
            "spend",
            "affective_commitment",
            base="satisfaction",
            beside="category_spend",
            adjusted=True,
            what="mean spend at equal spend elsewhere in the category: engaged over merely content",
        ),
    ),
    shown=(
        part(
            figure(2.5),
            mean_ratio,
            "spend",
            "affective_commitment",
            base="satisfaction",
            beside="category_spend",
            engaged=1 / 2,
            what="mean spend, upper half as engaged",
        ),
        part(
            figure(2.5),
            mean_ratio,
            "spend",
            "affective_commitment",
            base="satisfaction",
            beside="category_spend",
            engaged=3 / 4,
            what="mean spend, upper quarter as engaged",
        ),
    ),
    **changed("the raw ratio alone decided: heavy buyers of the category may grow fond of it"),
    limits="Engaged: an answer in the upper third of the scale's range. The figure is "
    "probably of apparel in the United States; other sectors had 1.3 to 2.5.",
    worlds=Worlds(
        lambda m: settings.spending(m, 2.5),
        lambda m: settings.spending(m, 2.0),
        ((2.5, 2.5), (2.0, 2.0)),
        "figure: true at it, false at the edge of its band",
        rivals=(
            Rival(
                "heavy-buyers",
                "who buys much of the category spends more here too, and grows fond",
                rivals.heavy_buyers,
            ),
            Rival("sectors", "in a dear sector all spend more and are fonder", rivals.dear_sector),
            Rival("half-again", "the engaged spend half more", lambda m: settings.spending(m, 1.5)),
        ),
        asks=("affective_commitment", "satisfaction", "spend", "category_spend"),
    ),
)

claim(
    "engaged-stay",
    quote="dröjer sig kvar",
    english="linger on",
    hypothesis="Emotionally engaged customers leave later.",
    sv="Känslomässigt engagerade kunder slutar senare som kunder.",
    nb="Følelsesmessig engasjerte kunder slutter senere som kunder.",
    needs=("affective_commitment", "churn", "churn_time"),
    parts=(
        part(below(1.0), hazard_ratio, "affective_commitment", event="churn", time="churn_time"),
    ),
    **changed("intervals took rows for drawn one by one"),
    worlds=Worlds(
        lambda m: settings.staying(m, 0.80),
        nothing,
        ((0.80,), (1.0,)),
        "hazard ratio for a standard deviation of the score",
    ),
)

claim(
    "engaged-recommend",
    quote="rekommendera andra",
    english="recommend to others",
    hypothesis="Emotionally engaged customers recommend more.",
    sv="Känslomässigt engagerade kunder rekommenderar oftare.",
    nb="Følelsesmessig engasjerte kunder anbefaler oftere.",
    needs=("affective_commitment", "recommend"),
    parts=(part(effect(0.10), coefficient, "affective_commitment", on="recommend", by_ranks=True),),
    **changed(POINT),
    worlds=go_together(
        "recommend",
        "affective_commitment",
        rivals=(
            Rival(
                "liking",
                "liking of the company is behind the bond and behind recommending",
                rivals.liking("affective_commitment", "recommend"),
            ),
            Rival(
                "satisfaction",
                "satisfaction is behind both, and behind the attitude to the company",
                rivals.satisfaction_behind("affective_commitment", "recommend"),
            ),
            Rival(
                "cheerful",
                "cheerful people are fond of everything, and recommend everything",
                rivals.cheerful("affective_commitment", "recommend"),
            ),
        ),
    ),
)

claim(
    "memberships-14.3-half-idle",
    quote="14,3 som amerikaner uppges vara … mindre än hälften",
    english="14.3, as Americans are said to be; fewer than half",
    hypothesis="People in the United States belong to 14.3 programmes and use under half of them.",
    sv="Människor i USA är med i 14,3 kundklubbar och använder färre än hälften.",
    nb="Folk i USA er med i 14,3 kundeklubber og bruker under halvparten.",
    needs=("memberships", "memberships_used"),
    parts=(
        part(figure(14.3), mean_of, "memberships"),
        part(share_below(0.50), ratio_of_sums, "memberships_used", "memberships"),
    ),
    **changed("intervals took rows for drawn one by one"),
    limits="Samples from elsewhere describe, and cannot contradict, the first part. The "
    "exact figure was not found: Bond 2016 gives 13.4 joined and 6.7 active.",
    country="US",
    worlds=Worlds(
        lambda m: settings.members(m, 14.3, 0.40),
        lambda m: settings.members(m, 11.44, 0.50),
        ((14.3, 0.40), (11.44, 0.50)),
        "field work in the United States; false: the edge of the band, half in use",
    ),
)

claim(
    "programmes-rouse-no-loyalty",
    quote="Fler än 70 procent",
    english="more than 70 per cent",
    hypothesis="Over 70 % say that programmes hardly rouse loyalty, whichever way they are asked.",
    sv="Över 70 % säger att kundklubbar knappast väcker lojalitet, hur man än frågar.",
    nb="Over 70 % sier at kundeklubber knapt vekker lojalitet, uansett hvordan man spør.",
    needs=("programme_rouses_loyalty",),
    parts=(
        part(share_above(0.70), share_of_items, "programme_rouses_loyalty", item=0),
        part(share_above(0.70), share_of_items, "programme_rouses_loyalty", item=1),
    ),
    **changed("intervals took rows for drawn one by one"),
    limits="Accenture had 71 %, from one wording.",
    worlds=Worlds(
        lambda m: settings.hardly(m, 0.80),
        lambda m: settings.hardly(m, 0.70),
        ((0.80, 0.80), (0.70, 0.70)),
    ),
)

claim(
    "programme-is-not-enough",
    quote="lojalitetsprogram rakt upp och ner räcker inte",
    english="a loyalty programme by itself is not enough",
    hypothesis="Membership of the company's own programme adds little to loyalty; the affective "
    "bond adds at least the smallest effect.",
    sv="Medlemskap i företagets egen kundklubb tillför lite till lojaliteten; det känslomässiga "
    "bandet tillför minst den minsta effekten.",
    nb="Medlemskap i bedriftens egen kundeklubb tilfører lite til lojaliteten; det "
    "følelsesmessige båndet tilfører minst den minste effekten.",
    needs=("own_membership", "affective_commitment", "loyalty"),
    parts=(
        part(
            absent(0.02),
            added_r2,
            ("own_membership",),
            on="loyalty",
            given=("affective_commitment",),
        ),
        part(
            below(0.20),
            group_gap,
            "loyalty",
            "own_membership",
            chosen=member,
            scaled=True,
            what="loyalty: members minus others, in standard deviations",
        ),
        part(
            effect(0.10),
            coefficient,
            "affective_commitment",
            on="loyalty",
            given=("own_membership",),
            causes=rivals.CAUSES,
        ),
    ),
    **changed(
        "the bond is said to add: liking of the company, or the years as a customer, that were not "
        "asked look the same as quality did",
        version=4,
    ),
    limits=rivals.CANNOT_TELL,
    worlds=Worlds(
        lambda m: settings.not_enough(m, bond=0.30, member=0.0),
        lambda m: settings.not_enough(m, bond=0.0, member=0.25),
        ((0.0, 0.0, 0.30), (0.06, 0.50, 0.0)),
        "absence of the one, presence of the other",
        half=lambda m: settings.not_enough(m, bond=0.05, member=0.0),
        smallest=lambda m: settings.not_enough(m, bond=0.10, member=0.0),
        twice=lambda m: settings.not_enough(m, bond=0.20, member=0.0),
        rivals=(
            Rival(
                "members-are-loyal",
                "the bond counts, and members are a third of a standard deviation more loyal",
                lambda m: settings.not_enough(m, bond=0.30, member=0.17),
            ),
            Rival(
                "liking",
                "membership adds nothing, and the bond is no more than liking",
                rivals.liking("affective_commitment", "loyalty"),
            ),
            *behind(
                "quality",
                "the bond and loyalty; membership adds nothing",
                rivals.common_cause("affective_commitment", "loyalty"),
                ("own_membership", "affective_commitment", "loyalty"),
            ),
        ),
        asks=("own_membership", "affective_commitment", *OTHERS, "loyalty"),
    ),
)

claim(
    "shared-values-bind",
    quote="står för värden",
    english="stands for values",
    hypothesis="Shared values go with loyalty.",
    sv="Gemensamma värderingar hänger ihop med lojalitet.",
    nb="Felles verdier henger sammen med lojalitet.",
    needs=("value_congruence", "loyalty"),
    parts=(part(effect(0.10), coefficient, "value_congruence", on="loyalty"),),
    **changed(POINT),
    limits="Its rival is moral-bonds-hard.",
    worlds=go_together(
        "loyalty",
        "value_congruence",
        rivals=(
            Rival(
                "cheerful",
                "cheerful people find that all share their values, and are loyal to all",
                rivals.cheerful("value_congruence", "loyalty"),
            ),
        ),
    ),
)

claim(
    "credible-story",
    quote="stark och trovärdig story",
    english="a strong and credible story",
    hypothesis="A credible story goes with the affective bond.",
    sv="En trovärdig berättelse hänger ihop med det känslomässiga bandet.",
    nb="En troverdig historie henger sammen med det følelsesmessige båndet.",
    needs=("story_credibility", "affective_commitment"),
    parts=(part(effect(0.10), coefficient, "story_credibility", on="affective_commitment"),),
    **changed(POINT),
    worlds=go_together("affective_commitment", "story_credibility"),
)

claim(
    "experiences-kindle",
    quote="personliga upplevelser som väcker känslor",
    english="personal experiences that rouse feelings",
    hypothesis="Memorable experiences go with the affective bond.",
    sv="Minnesvärda upplevelser hänger ihop med det känslomässiga bandet.",
    nb="Minneverdige opplevelser henger sammen med det følelsesmessige båndet.",
    needs=("memorable_experience", "affective_commitment"),
    parts=(part(effect(0.10), coefficient, "memorable_experience", on="affective_commitment"),),
    **changed(POINT),
    worlds=go_together("affective_commitment", "memorable_experience"),
)

claim(
    "seen-and-belonging",
    quote="speciell, utvald och sedd … gemenskap",
    english="special, chosen and seen; community",
    hypothesis="Feeling seen, and belonging, each go with the affective bond.",
    sv="Att känna sig sedd och att höra till hänger vart och ett ihop med det känslomässiga "
    "bandet.",
    nb="Å føle seg sett og å høre til henger hver for seg sammen med det følelsesmessige båndet.",
    needs=("feeling_seen", "community", "affective_commitment"),
    parts=(
        part(effect(0.10), coefficient, "feeling_seen", on="affective_commitment"),
        part(effect(0.10), coefficient, "community", on="affective_commitment"),
    ),
    **changed(POINT),
    worlds=go_together("affective_commitment", "feeling_seen", "community"),
)

claim(
    "customer-focus-60",
    quote="60 procent bättre",
    english="60 per cent better",
    hypothesis="Customer-focused companies are 60 % more profitable.",
    sv="Kundfokuserade företag är 60 % lönsammare.",
    nb="Kundefokuserte bedrifter er 60 % mer lønnsomme.",
    needs=(),
    parts=(),
    untestable="no primary source was found for the figure, and it is about companies' accounts",
)
