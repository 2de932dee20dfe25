"""What a report says in English, Swedish and Norwegian Bokmål."""

from __future__ import annotations

from loyaltystudy.errors import SurveyError

LANGUAGES = ("en", "sv", "nb")
_TEXTS = {
    # verdicts: the badge, and a plain sentence
    "supported": ("supported", "får stöd", "får støtte"),
    "contradicted": ("contradicted", "motsägs", "motsies"),
    "inconclusive": ("inconclusive", "oavgjort", "uavgjort"),
    "not measured": ("not measured", "inte mätt", "ikke målt"),
    "untestable": ("untestable", "kan inte prövas", "kan ikke prøves"),
    "say supported": (
        "The answers support this.", "Svaren ger stöd för detta.", "Svarene støtter dette."),
    "say contradicted": (
        "The answers speak against this.", "Svaren talar emot detta.",
        "Svarene taler imot dette."),
    "say inconclusive": (
        "The answers do not settle this.", "Svaren avgör inte detta.",
        "Svarene avgjør ikke dette."),
    "say not measured": (
        "The questions that this needs were not asked.", "Frågorna som detta kräver ställdes inte.",
        "Spørsmålene som dette krever, ble ikke stilt."),
    "say untestable": (
        "No survey can settle this.", "Ingen enkät kan avgöra detta.",
        "Ingen spørreundersøkelse kan avgjøre dette."),
    "say part": (
        "Not all of the questions that this needs were asked.",
        "Inte alla frågor som detta kräver ställdes.",
        "Ikke alle spørsmålene som dette krever, ble stilt."),
    "say mixed": (
        "The studies do not agree on this.", "Studierna är inte eniga om detta.",
        "Studiene er ikke enige om dette."),
    "simulated supported": (
        "The simulated answers support this.", "De simulerade svaren ger stöd för detta.",
        "De simulerte svarene støtter dette."),
    "simulated contradicted": (
        "The simulated answers speak against this.", "De simulerade svaren talar emot detta.",
        "De simulerte svarene taler imot dette."),
    "simulated inconclusive": (
        "The simulated answers do not settle this.", "De simulerade svaren avgör inte detta.",
        "De simulerte svarene avgjør ikke dette."),
    "truth true": (
        "In this simulated study the claim is true.",
        "I denna simulerade studie är påståendet sant.",
        "I denne simulerte studien er påstanden sann."),
    "truth false": (
        "In this simulated study the claim is false.",
        "I denna simulerade studie är påståendet falskt.",
        "I denne simulerte studien er påstanden usann."),
    "truth missed": (
        "So this verdict is an error.", "Utslaget är alltså ett fel.", "Dommen er altså en feil."),
    # how often the test errs
    "rates": (
        "How often the test errs", "Hur ofta prövningen tar fel", "Hvor ofte prøven tar feil"),
    "rates said": (
        "In {} simulated studies of 1,000 {} in which this is false, the test says 'supported' in "
        "{} of 100; in as many in which it is true, in {} of 100.",
        "I {} simulerade studier av 1 000 {} där detta är falskt säger prövningen 'får stöd' i {} "
        "av 100; i lika många där det är sant i {} av 100.",
        "I {} simulerte studier av 1000 {} der dette er usant, sier prøven 'får støtte' i {} av "
        "100; i like mange der det er sant, i {} av 100."),
    "rates false": (
        "That is too often: a verdict of 'supported' should be read with care.",
        "Det är för ofta: ett utslag 'får stöd' ska läsas med försiktighet.",
        "Det er for ofte: en dom 'får støtte' må leses med forsiktighet."),
    "rates true": (
        "That is too seldom: when it is true, such a study often cannot tell.",
        "Det är för sällan: när det är sant kan en sådan studie ofta inte visa det.",
        "Det er for sjelden: når det er sant, kan en slik studie ofte ikke vise det."),
    "rates needed": (
        "With {} {} it errs no more than it should.",
        "Med {} {} tar den inte fel oftare än den bör.",
        "Med {} {} tar den ikke feil oftere enn den bør."),
    "rates never": (
        "More people do not help.", "Fler människor hjälper inte.",
        "Flere mennesker hjelper ikke."),
    "people": ("people", "personer", "personer"),
    "households": ("households", "hushåll", "husholdninger"),
    # how it was measured
    "full": ("measured as defined", "mätt så som det definieras", "målt slik det er definert"),
    "proxy": ("measured by a stand-in", "mätt med en ersättare", "målt med en erstatning"),
    "part": ("measured in part", "delvis mätt", "delvis målt"),
    "none": ("not measured", "inte mätt", "ikke målt"),
    # who
    "customers": ("customers", "kunder", "kunder"),
    "members": ("members", "medlemmar", "medlemmer"),
    "visitors": ("visitors", "besökare", "besøkende"),
    "employees": ("employees", "anställda", "ansatte"),
    "simulated": ("simulated", "simulerade", "simulerte"),
    "headline": ("Customers and members", "Kunder och medlemmar", "Kunder og medlemmer"),
    "stored": ("figures as stored", "lagrade siffror", "lagrede tall"),
    # headings
    "verdicts": ("The verdicts", "Utslagen", "Dommene"),
    "verdicts lead": (
        "Each claim was judged by a rule written down before the data were seen. Open a claim to "
        "see the estimate, its interval, the rule and the limits. On each line the dot is the "
        "estimate, and the bar is the range that chance leaves open.",
        "Varje påstående bedömdes efter en regel som skrevs ned innan data sågs. Öppna ett "
        "påstående för att se skattning, intervall, regel och begränsningar. På varje linje är "
        "punkten skattningen och strecket det som slumpen lämnar öppet.",
        "Hver påstand ble bedømt etter en regel som ble skrevet ned før dataene ble sett. Åpne en "
        "påstand for å se anslag, intervall, regel og begrensninger. På hver linje er punktet "
        "anslaget, og streken er det som tilfeldighetene lar stå åpent."),
    "said": ("What was said", "Vad som sades", "Hva som ble sagt"),
    "settles": ("What would settle it", "Vad som skulle avgöra det", "Hva som ville avgjøre det"),
    "data say": ("What the data say", "Vad data säger", "Hva dataene sier"),
    "cannot say": (
        "What they cannot say", "Vad de inte kan säga", "Hva de ikke kan si"),
    "hypothesis": ("Hypothesis", "Hypotes", "Hypotese"),
    "rule": ("Rule", "Regel", "Regel"),
    "needs": ("Needs", "Kräver", "Krever"),
    "mark": ("The rule's mark", "Regelns märke", "Regelens merke"),
    "study": ("Study", "Studie", "Studie"),
    "verdict": ("Verdict", "Utslag", "Dom"),
    "estimate": ("Estimate", "Skattning", "Anslag"),
    "interval": ("95 % interval", "95 %-intervall", "95 %-intervall"),
    "reasons": ("As computed", "Så som det beräknades", "Slik det ble beregnet"),
    "not put": (
        "Not measured in any study here.", "Inte mätt i någon studie här.",
        "Ikke målt i noen studie her."),
    "no data": (
        "No answers of real people here measure this.", "Inga verkliga svar här mäter detta.",
        "Ingen svar fra virkelige mennesker her måler dette."),
    "left claims": (
        "Claims that this study does not measure", "Påståenden som studien inte mäter",
        "Påstander som studien ikke måler"),
    "simulated note": (
        "Simulated answers: they show that the method works, not how people are.",
        "Simulerade svar: de visar att metoden fungerar, inte hur människor är.",
        "Simulerte svar: de viser at metoden virker, ikke hvordan folk er."),
    "apart": (
        "Shown apart, not counted among customers and members.",
        "Visas för sig och räknas inte bland kunder och medlemmar.",
        "Vises for seg og regnes ikke blant kunder og medlemmer."),
    # limits
    "limit associational": (
        "Associational: everybody was asked once, and nobody was assigned to anything. What goes "
        "together need not be cause and effect.",
        "Samband: alla frågades en gång och ingen tilldelades något. Det som hänger ihop behöver "
        "inte vara orsak och verkan.",
        "Sammenheng: alle ble spurt én gang, og ingen ble tildelt noe. Det som henger sammen, "
        "trenger ikke være årsak og virkning."),
    "limit randomised": (
        "Randomised within a described situation: it tells what people say that they would do.",
        "Slumpat inom en beskriven situation: det visar vad människor säger att de skulle göra.",
        "Tilfeldig fordelt i en beskrevet situasjon: det viser hva folk sier at de ville gjøre."),
    "limit descriptive": (
        "Descriptive: it holds for those who answered, and for others only as far as these were "
        "drawn from them.",
        "Beskrivande: det gäller dem som svarade, och andra bara så långt som urvalet räcker.",
        "Beskrivende: det gjelder dem som svarte, og andre bare så langt som utvalget rekker."),
    "limit proxy": (
        "Something was measured by a stand-in; the reasons name it.",
        "Något mättes med en ersättare; skälen namnger den.",
        "Noe ble målt med en erstatning; begrunnelsen navngir den."),
    "limit part": (
        "Not all that the claim speaks of was measured.",
        "Inte allt som påståendet talar om mättes.",
        "Ikke alt påstanden handler om, ble målt."),
    "limit habits": (
        "Questions are worded one way here. People who tend to agree with whatever is said make "
        "such answers go together, whether or not the claim holds.",
        "Frågorna är ställda åt ett håll här. Människor som gärna håller med får sådana svar att "
        "hänga ihop, vare sig påståendet stämmer eller inte.",
        "Spørsmålene er stilt i én retning her. Folk som gjerne sier seg enige, får slike svar til "
        "å henge sammen, enten påstanden stemmer eller ikke."),
    "limit small": (
        "Figures that rest on fewer than 10 people are withheld.",
        "Siffror som vilar på färre än 10 personer visas inte.",
        "Tall som bygger på færre enn 10 personer, vises ikke."),
    "withheld": ("withheld (under 10)", "visas inte (under 10)", "vises ikke (under 10)"),
    # the other parts
    "measured": (
        "How well was it measured?", "Hur väl mättes det?", "Hvor godt ble det målt?"),
    "measured lead": (
        "Reliability tells how free of noise a score is, from 0 to 1; it does not tell that the "
        "questions mean what they should.",
        "Reliabilitet visar hur fria från brus poängen är, från 0 till 1; den visar inte att "
        "frågorna betyder det de ska.",
        "Reliabilitet viser hvor fri for støy en skåre er, fra 0 til 1; den viser ikke at "
        "spørsmålene betyr det de skal."),
    "scale": ("scale", "skala", "skala"),
    "items": ("questions", "frågor", "spørsmål"),
    "block": ("block", "block", "blokk"),
    "measure": ("measure", "mått", "mål"),
    # blocks of the headline comparison, and what is told of each
    "demographics": ("demographics", "demografi", "demografi"),
    "sociological_background": (
        "sociological background", "sociologisk bakgrund", "sosiologisk bakgrunn"),
    "trust": ("trust", "förtroende", "tillit"),
    "engagement": ("engagement", "engagemang", "engasjement"),
    "emotional_bonds": ("emotional bonds", "känslomässiga band", "emosjonelle bånd"),
    "alone": ("alone", "ensamt", "alene"),
    "dominance": ("its share among all", "som del bland alla", "som del blant alle"),
    "unique": ("added to all others", "utöver alla andra", "utover alle andre"),
    "compared": (
        "Loyalty explained by all together: R² {} (adjusted {}, cross-validated {}), n {}; {} left "
        "out for missing answers.",
        "Lojalitet förklarad av alla tillsammans: R² {} (justerat {}, korsvaliderat {}), n {}; {} "
        "uteslutna för att svar saknas.",
        "Lojalitet forklart av alle sammen: R² {} (justert {}, kryssvalidert {}), n {}; {} utelatt "
        "fordi svar mangler."),
    "single": (
        "Scales of one question have no such figure: {}.",
        "Skalor med en enda fråga har ingen sådan siffra: {}.",
        "Skalaer med ett enkelt spørsmål har ikke et slikt tall: {}."),
    "explains": (
        "What explains loyalty?", "Vad förklarar lojalitet?", "Hva forklarer lojalitet?"),
    "explains lead": (
        "The share of the differences in loyalty that each block of questions accounts for: "
        "alone, as its share among all (dominance), and added to all others (unique).",
        "Andelen av skillnaderna i lojalitet som varje block av frågor förklarar: ensamt (alone), "
        "som sin del bland alla (dominance) och utöver alla andra (unique).",
        "Andelen av forskjellene i lojalitet som hver blokk av spørsmål forklarer: alene (alone), "
        "som sin del blant alle (dominance) og utover alle andre (unique)."),
    "careful": (
        "Were the answers given with care?", "Gavs svaren med omsorg?",
        "Ble svarene gitt med omhu?"),
    "careful lead": (
        "Signs of careless answers, counted over all respondents. No sign is proof.",
        "Tecken på slarviga svar, räknade över alla svarande. Inget tecken är bevis.",
        "Tegn på slurvete svar, talt over alle respondenter. Ingen tegn er bevis."),
    "flagged": (
        "{} of {} people gave two signs or more.", "{} av {} svarande gav två tecken eller fler.",
        "{} av {} respondenter ga to tegn eller flere."),
    "side by side": ("Studies side by side", "Studier sida vid sida", "Studier side om side"),
    "plan": ("The plan, and departures from it", "Planen och avvikelser från den",
             "Planen og avvik fra den"),
    "plan kept": (
        "Nothing departs from the plan.",
        "Inget avviker från planen.", "Ingenting avviker fra planen."),
    "plan none": (
        "There was no plan: every verdict here is exploratory.",
        "Ingen plan fanns: alla utslag här är explorativa.",
        "Det fantes ingen plan: alle dommer her er eksplorative."),
    "plan lock": ("The plan's lock", "Planens lås", "Planens lås"),
    "exploratory": (
        "not in the plan: exploratory",
        "inte i planen: explorativt", "ikke i planen: eksplorativt"),
    "dev lock": (
        "The plan was changed after it was locked.", "Planen ändrades efter att den låstes.",
        "Planen ble endret etter at den ble låst."),
    "dev rule": (
        "The rule of '{}' is another than planned.",
        "Regeln för '{}' är en annan än den planerade.",
        "Regelen for '{}' er en annen enn planlagt."),
    "dev claim_unknown": (
        "The planned claim '{}' is not in the register.", "Det planerade påståendet '{}' finns "
        "inte i registret.", "Den planlagte påstanden '{}' finnes ikke i registeret."),
    "dev coding_changed": (
        "'{}' is declared otherwise than planned.", "'{}' är deklarerat på annat sätt än planerat.",
        "'{}' er deklarert annerledes enn planlagt."),
    "dev coding_added": (
        "'{}' is declared and was not in the plan.", "'{}' är deklarerat och fanns inte i planen.",
        "'{}' er deklarert og stod ikke i planen."),
    "dev coding_gone": (
        "'{}' was planned and is no longer declared.", "'{}' planerades och är inte längre "
        "deklarerat.", "'{}' var planlagt og er ikke lenger deklarert."),
    "dev study": (
        "The plan is of another study.", "Planen gäller en annan studie.",
        "Planen gjelder en annen studie."),
    "dev not_measured": (
        "'{}' was to be tested and was not measured.", "'{}' skulle prövas och mättes inte.",
        "'{}' skulle prøves og ble ikke målt."),
    "dev fewer": (
        "Fewer answers than planned.", "Färre svar än planerat.", "Færre svar enn planlagt."),
    "planned": ("planned", "planerat", "planlagt"),
    "found": ("found", "funnet", "funnet"),
    "excluded": (
        "{} respondents were flagged as careless and left out, as planned.",
        "{} svarande flaggades som slarviga och uteslöts, enligt planen.",
        "{} respondenter ble flagget som slurvete og utelatt, som planlagt."),
    "few": ("fewer than 10", "färre än 10", "færre enn 10"),
    "notes": ("What could not be done", "Vad som inte gick att göra", "Hva som ikke lot seg gjøre"),
    "how": ("How this was made", "Hur detta gjordes", "Hvordan dette ble laget"),
    "answered": (
        "{} people answered ({}).", "{} personer svarade ({}).", "{} personer svarte ({})."),
    "unused": (
        "Columns of the answers that are not in the codebook and were not used: {}.",
        "Kolumner i svaren som inte står i kodboken och inte användes: {}.",
        "Kolonner i svarene som ikke står i kodeboken og ikke ble brukt: {}."),
    "privacy": (
        "No single respondent, no free text and no group under 10 is shown.",
        "Ingen enskild svarande, ingen fritext och ingen grupp under 10 visas.",
        "Ingen enkelt respondent, ingen fritekst og ingen gruppe under 10 vises."),
    "report": ("Report", "Rapport", "Rapport"),
    "contents": ("Contents", "Innehåll", "Innhold"),
    "skip": ("Skip to the verdicts", "Hoppa till utslagen", "Hopp til dommene"),
    "english": (
        "", "Orden i figurerna och reglernas och skälens lydelse står på engelska, så som de "
        "låstes och beräknades.",
        "Ordene i figurene og reglenes og begrunnelsenes ordlyd står på engelsk, slik de ble låst "
        "og beregnet."),
    "unfinished": (
        "This run was not finished: what lies here is whole, file by file, but the report is "
        "missing. Run the same command again; it ends the same.",
        "Körningen blev inte färdig: det som ligger här är helt, fil för fil, men rapporten "
        "saknas. Kör samma kommando igen; det slutar likadant.",
        "Kjøringen ble ikke ferdig: det som ligger her, er helt, fil for fil, men rapporten "
        "mangler. Kjør samme kommando igjen; det ender likt."),
}  # fmt: skip


def check_language(language: str) -> str:
    """The language, if reports are written in it."""
    if language not in LANGUAGES:
        raise SurveyError(f"language={language!r} is not known. Take one of {[*LANGUAGES]}.")
    return language


def say(key: str, language: str, *values) -> str:
    """A text in a language, its places filled.

    Examples
    --------
    >>> say("supported", "sv"), say("answered", "nb", 12, "kunder")
    ('får stöd', '12 personer svarte (kunder).')
    """
    return _TEXTS[key][LANGUAGES.index(language)].format(*values)


def number(value: float, language: str, decimals: int = 3) -> str:
    """A number as the language writes it, with a true minus sign.

    Examples
    --------
    >>> number(-0.25, "en"), number(1.5, "sv"), number(-0.0001, "en")
    ('−0.250', '1,500', '0.000')
    """
    text = f"{value:.{decimals}f}"
    if float(text) == 0:
        text = text.lstrip("-")
    text = text.replace("-", "−")
    return text if language == "en" else text.replace(".", ",")
