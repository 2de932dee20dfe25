"""Claims of "Lojalitet krever emosjonelle bånd" (Morten Kjærnes): who they are."""

from loyaltystudy.claims import _rivals as rivals, _settings as settings
from loyaltystudy.claims._register import changed, claims_of, part
from loyaltystudy.claims._rules import above, absent, added, below
from loyaltystudy.claims._statistics import (
    added_by_block,
    block_alone,
    blocks_gap,
    log_variance_ratio,
    profile_reliability,
    slope_variance,
)
from loyaltystudy.claims._worlds import AT_AN_END, NAN, Rival, Worlds, nothing

NICHES = (6, 7, 12)  # categories of the instrument: fashion, cosmetics, humanitarian organisations
KINDS = ("affective_commitment", "calculative_commitment", "normative_commitment")
DEMOGRAPHICS, BACKGROUND = "demographics", "sociological_background"
PLACE = ("age", "gender", "region")  # "alder, kjønn, bosted"
EDUCATIONS = ("own_education", "father_education|mother_education")
PARENTS_OR_READING = ("father_education|mother_education|reading",)
DEMOGRAPHIC = ("age", "gender", "region", "household_size", "income")
SOCIOLOGICAL = (
    "own_education",
    "own_education_field",
    "father_education",
    "mother_education",
    "father_occupation",
    "mother_occupation",
    "books_at_home",
    "reading",
    "cultural_participation",
    "growing_up_economy",
)

claim = claims_of("bonds")

claim(
    "customers-differ",
    quote="sjelden er veldig homogen",
    english="seldom very homogeneous",
    hypothesis="Customers differ in the kind of their bonds, not only in how strong they are: the "
    "profile of a person's bonds is measured with a reliability of .50 at least.",
    sv="Kunder skiljer sig i vilket slags band de har, inte bara i hur starka de är: profilen av "
    "en persons band mäts med en reliabilitet på minst 0,50.",
    nb="Kunder skiller seg i hva slags bånd de har, ikke bare i hvor sterke de er: profilen av en "
    "persons bånd måles med en reliabilitet på minst 0,50.",
    needs=("affective_commitment", "calculative_commitment", "normative_commitment"),
    parts=(part(above(0.50), profile_reliability, KINDS),),
    **changed("discrete classes are not what the quote says, and skewed answers make them"),
    worlds=Worlds(
        settings.profiles_true,
        settings.profiles_false,
        ((0.65,), (0.20,)),
        "true: bonds of their own; false: one continuum behind all",
        smallest=settings.profiles_smallest,
        rivals=(
            Rival(
                "skewed-continuum",
                "one continuum behind all bonds; answers pile up at opposite ends",
                rivals.profiles_skewed,
            ),
            Rival(
                "unequal-questions",
                "one continuum behind all bonds, asked by better questions of some",
                rivals.profiles_unequal,
            ),
            Rival(
                "agreeing",
                "one continuum behind all bonds; some agree with whatever is asked, and only "
                "some bonds have reversed questions",
                rivals.profiles_agreeing,
            ),
        ),
        asks=KINDS,
    ),
)

claim(
    "homogeneous-niches",
    quote="mote, kosmetikk og for humanitære organisasjoner",
    english="fashion, cosmetics and humanitarian organisations",
    hypothesis="Customers of such niches have more alike bonds than customers elsewhere.",
    sv="Kunder i sådana nischer (mode, kosmetika, hjälporganisationer) har mer likartade band än "
    "kunder på annat håll.",
    nb="Kunder i slike nisjer (mote, kosmetikk, hjelpeorganisasjoner) har likere bånd enn kunder "
    "ellers.",
    needs=("category", "affective_commitment"),
    parts=(part(below(0.0), log_variance_ratio, KINDS, "category", chosen=NICHES, clear=True),),
    **changed(
        "strong bonds, whose answers pile up at the top, look alike: on profiles clear of the ends",
        version=3,
    ),
    limits="Where answers on the bonds pile up at an end of the scale, one survey cannot tell.",
    worlds=Worlds(
        lambda m: settings.niches(m, -0.30),
        nothing,
        ((-0.30,), (0.0,)),
        "log ratio of variances of profiles",
        asks=(*KINDS, "category"),
        rivals=(
            Rival(
                "ceiling",
                "bonds are stronger in the niches, and answers there pile up at the top",
                rivals.niches_at_the_top,
                untellable=AT_AN_END,
            ),
        ),
    ),
)

claim(
    "averages-mislead",
    quote="Gjennomsnittsbetraktninger gir sjelden stor innsikt",
    english="looking at averages seldom gives great insight",
    hypothesis="The same treatment binds some customers and not others: the slope of the bond on "
    "being listened to and helped differs between people beyond chance.",
    sv="Samma bemötande binder vissa kunder och inte andra: hur bandet beror på att bli lyssnad "
    "på och hjälpt skiljer sig mellan människor utöver slumpen.",
    nb="Den samme behandlingen binder noen kunder og ikke andre: hvordan båndet avhenger av å bli "
    "lyttet til og hjulpet, er forskjellig mellom mennesker utover det tilfeldige.",
    needs=("listening", "everyday_easier", "affective_commitment"),
    parts=(
        part(
            above(0.01), slope_variance, ("listening", "everyday_easier"), on="affective_commitment"
        ),
    ),
    **changed("new claim"),
    limits="Needs several occasions or companies a person, else vignettes.",
    worlds=Worlds(
        settings.slopes_differ,
        nothing,
        ((0.04,), (0.0,)),
        "one occasion a person: shown, not judged",
    ),
)

claim(
    "demographics-weak",
    quote="demografiske variabler … i liten grad",
    english="demographic variables to a small degree",
    hypothesis="Demographics (age, gender, place) explain little of loyalty, curves and "
    "combinations included: less than 5 % of its variance.",
    sv="Demografi (ålder, kön, ort) förklarar lite av lojaliteten, kurvor och kombinationer "
    "inräknade: mindre än 5 % av dess varians.",
    nb="Demografi (alder, kjønn, sted) forklarer lite av lojaliteten, kurver og kombinasjoner "
    "medregnet: mindre enn 5 % av variansen.",
    needs=(*PLACE, "loyalty"),
    parts=(
        part(
            absent(0.05),
            block_alone,
            DEMOGRAPHICS,
            on="loyalty",
            least=PLACE,
            what="R² of demographics alone",
        ),
    ),
    **changed("linear, and age with gender or income was enough"),
    worlds=Worlds(
        nothing,
        lambda m: settings.demographics(m, 0.10),
        ((0.0,), (0.10,)),
        "absence: true at zero, false at twice the bound",
        smallest=lambda m: settings.demographics(m, 0.05),
        rivals=(
            Rival(
                "u-shaped",
                "the young and the old are loyal: no straight line in age",
                lambda m: rivals.age_curve(m, 0.10),
            ),
            Rival(
                "crossing",
                "loyalty rises with age among men and falls among women",
                lambda m: rivals.age_by_gender(m, 0.10),
            ),
            Rival(
                "place",
                "loyalty differs by place, which was not asked",
                lambda m: rivals.by_place(m, 0.10),
                asks=("age", "gender", "income", "loyalty"),
            ),
            Rival(
                "ceiling",
                "age explains a tenth of loyalty; answers on loyalty pile up at the top",
                rivals.loyal_ceiling,
            ),
        ),
        asks=(*DEMOGRAPHIC, "loyalty"),
    ),
)

claim(
    "background-over-demographics",
    quote="sosiologisk kunnskap … bedre forklaringskraft",
    english="sociological knowledge has more explanatory power",
    hypothesis="Sociological background (parents' and own education, reading) explains more of "
    "loyalty than age, sex and place, and at least 2 %; parents and reading add at least 1 % to "
    "own education.",
    sv="Sociologisk bakgrund (föräldrarnas och egen utbildning, läsning) förklarar mer av "
    "lojaliteten än ålder, kön och ort, och minst 2 %; föräldrar och läsning tillför minst 1 % "
    "utöver egen utbildning.",
    nb="Sosiologisk bakgrunn (foreldrenes og egen utdanning, lesing) forklarer mer av lojaliteten "
    "enn alder, kjønn og sted, og minst 2 %; foreldre og lesing tilfører minst 1 % utover egen "
    "utdanning.",
    needs=(*EDUCATIONS, *PLACE, "loyalty"),
    parts=(
        part(
            above(0.0),
            blocks_gap,
            BACKGROUND,
            DEMOGRAPHICS,
            on="loyalty",
            least=(*EDUCATIONS, *PLACE),
            what="R² of sociological background minus R² of demographics",
            moved="own_education",
        ),
        part(
            added(0.02),
            block_alone,
            BACKGROUND,
            on="loyalty",
            least=EDUCATIONS,
            what="R² of sociological background alone",
        ),
        part(
            added(0.01),
            added_by_block,
            BACKGROUND,
            beyond="own_education",
            on="loyalty",
            least=PARENTS_OR_READING,
            what="R² that parents and reading add to own education",
        ),
    ),
    **changed("own education alone could carry it; age was a straight line"),
    limits="By the text own education is background. Users of competing brands hardly "
    "differ in background or demographics (Kennedy & Ehrenberg): both may be next "
    "to nothing.",
    worlds=Worlds(
        lambda m: settings.background(m, 0.10, 0.0),
        lambda m: settings.background(m, 0.06, 0.06),
        ((0.10, 0.10, NAN), (0.0, 0.06, NAN)),
        "false: background and demographics explain .06 each",
        rivals=(
            Rival("own-education", "only one's own education counts", rivals.own_education_alone),
            Rival(
                "u-shaped",
                "the young and the old are loyal, by more than background explains",
                lambda m: rivals.age_curve(m, 0.12, background=0.06),
            ),
            Rival(
                "income",
                "income drives loyalty and goes with education; background does nothing more",
                rivals.income_behind,
            ),
        ),
        asks=(*SOCIOLOGICAL, *DEMOGRAPHIC, "loyalty"),
    ),
)
