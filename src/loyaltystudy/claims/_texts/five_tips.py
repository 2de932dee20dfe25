"""Claims of "Vill du bli medlem?"."""

from loyaltystudy.claims import _rivals as rivals, _settings as settings
from loyaltystudy.claims._register import POINT, changed, claims_of, part
from loyaltystudy.claims._rules import above, absent, added, effect, share_above
from loyaltystudy.claims._statistics import (
    added_r2,
    coefficient,
    differing_drivers,
    group_gap,
    interaction,
    overlap,
    r2_gap,
    share,
)
from loyaltystudy.claims._worlds import (
    AT_AN_END,
    NAN,
    OTHERS,
    Rival,
    Worlds,
    adds_to,
    behind,
    go_together,
    nothing,
    share_of,
    unasked,
)

WILL = ("relationship_commitment", "firm_commitment")
PILLARS = ("trust", *WILL, "satisfaction", "affective_commitment", "loyalty")
BACKGROUND = ("age", "income", "own_education")  # before trust in the declared order
ELSE_DONE = ("after_purchase", "community", "message_relevance")
DEEDS = 2  # arm of the vignette on rewards: see the instrument


def for_deeds(arm, low, high):
    return arm == DEEDS


claim = claims_of("five-tips")

claim(
    "two-building-blocks",
    quote="två byggstenar: kundens förtroende … och parternas vilja att engagera sig i relationen",
    english="two building blocks: the customer's trust and the parties' will to engage in "
    "the relationship",
    hypothesis="Trust and both parties' will to engage are the pillars of loyalty: each adds to "
    "the other and to background, before bonds and satisfaction, and they are two things and not "
    "one.",
    sv="Förtroende och båda parters vilja att engagera sig är lojalitetens pelare: var och en "
    "tillför något utöver den andra och bakgrunden, före band och nöjdhet, och de är två skilda "
    "saker.",
    nb="Tillit og begge parters vilje til å engasjere seg er lojalitetens pilarer: hver av dem "
    "tilfører noe utover den andre og bakgrunnen, før bånd og tilfredshet, og de er to ulike "
    "ting.",
    needs=PILLARS,
    parts=(
        part(
            added(0.02),
            added_r2,
            ("trust",),
            on="loyalty",
            given=WILL,
            after=BACKGROUND,
            causes=rivals.CAUSES,
            what="R² that trust adds in its layer, before bonds and satisfaction",
        ),
        part(
            added(0.02),
            added_r2,
            WILL,
            on="loyalty",
            given=("trust",),
            after=BACKGROUND,
            causes=rivals.CAUSES,
            what="R² that the will of both adds in its layer, before bonds and satisfaction",
        ),
        part(absent(0.85, source="HTMT below .85 (Henseler et al. 2015)"), overlap, "trust", WILL),
    ),
    shown=(
        part(
            added(0.02),
            added_r2,
            ("trust",),
            on="loyalty",
            given=(*WILL, "satisfaction", "affective_commitment"),
            what="unique R² of trust",
        ),
        part(
            added(0.02),
            added_r2,
            WILL,
            on="loyalty",
            given=("trust", "satisfaction", "affective_commitment"),
            what="unique R² of the will of both",
        ),
    ),
    **changed(
        "the sentence says pillars: liking of the company, or the years as a customer, that were "
        "not asked look the same as quality did",
        version=4,
    ),
    limits=f"Engagement in place of the will to engage is a second reading. {rivals.CANNOT_TELL}",
    worlds=Worlds(
        settings.blocks_true,
        settings.blocks_false,
        ((0.06, 0.08, 0.30), (0.0, 0.0, NAN)),
        "false: satisfaction causes loyalty; trust and will stand apart",
        half=lambda m: settings.blocks_add(m, 0.01),
        smallest=lambda m: settings.blocks_add(m, 0.02),
        twice=lambda m: settings.blocks_add(m, 0.04),
        rivals=(
            Rival(
                "liking",
                "liking of the company is behind trust, will and loyalty",
                rivals.liking("trust", "loyalty", *WILL),
            ),
            Rival("one-thing", "trust and will are one and the same", rivals.one_thing),
            *behind("quality", "trust, will and loyalty", rivals.quality_behind_pillars, PILLARS),
        ),
        asks=(*PILLARS, *OTHERS),
    ),
)

claim(
    "programme-seldom-alone",
    quote="gör sällan ensamt jobbet",
    english="seldom does the job alone",
    hypothesis="A programme adds to trust only where something else is done: help after the "
    "purchase, community, relevant messages.",
    sv="En kundklubb ökar förtroendet bara där något annat görs: hjälp efter köpet, gemenskap, "
    "relevanta meddelanden.",
    nb="En kundeklubb øker tilliten bare der noe annet gjøres: hjelp etter kjøpet, fellesskap, "
    "relevante meldinger.",
    needs=("own_membership", *ELSE_DONE, "trust"),
    parts=(part(above(0.0), interaction, "own_membership", ELSE_DONE, on="trust", clear=True),),
    **changed("answers on trust that pile up at an end make a product of two sums", version=3),
    limits="Where answers on trust pile up at an end of the scale, one survey cannot tell.",
    worlds=Worlds(
        lambda m: m.product("own_membership", ELSE_DONE, "trust", 0.15),
        nothing,
        ((0.15,), (0.0,)),
        rivals=(
            Rival(
                "floor",
                "each adds to trust by itself; answers on trust pile up at the bottom",
                rivals.sums_at_the_bottom("own_membership", ELSE_DONE, "trust"),
                untellable=AT_AN_END,
            ),
        ),
    ),
)

claim(
    "routine-programme-undermines",
    quote="slentrianmässigt lojalitetsprogram underminera",
    english="a routine loyalty programme undermines",
    hypothesis="A programme that one is in for the benefits alone lowers loyalty earned "
    "otherwise: negative, given satisfaction and the programme's value.",
    sv="En kundklubb som man är med i enbart för förmånernas skull sänker lojalitet som vunnits "
    "på annat sätt: sambandet är negativt, givet nöjdhet och klubbens värde.",
    nb="En kundeklubb man er med i bare for fordelenes skyld, senker lojalitet som er vunnet på "
    "annet vis: sammenhengen er negativ, gitt tilfredshet og klubbens verdi.",
    needs=("programme_calculative", "programme_value", "satisfaction", "loyalty"),
    parts=(
        part(
            effect(0.10, direction=-1),
            coefficient,
            "programme_calculative",
            on="loyalty",
            given=("satisfaction", "programme_value"),
            direction=-1,
            causes=("membership drawn by lot",),
        ),
    ),
    **changed(
        "the sentence says lowers: joining for the benefits and shopping around look the same",
        version=3,
    ),
    limits="Who joins for the benefits may have been less loyal before: one survey cannot tell."
    " Draw by lot who is offered the programme.",
    worlds=adds_to(
        "loyalty",
        "programme_calculative",
        "satisfaction",
        "programme_value",
        beta=-0.30,
        rivals=(
            unasked(
                "deal-seekers",
                "who shops around joins for the benefits, and is less loyal anyway",
                rivals.deal_seekers,
            ),
            unasked(
                "many-brands",
                "who buys many brands is in every programme for the benefits, and loyal to none",
                rivals.many_brands,
            ),
            Rival(
                "liking",
                "who likes the company less says it is for the benefits, and is less loyal",
                rivals.dislike_behind("programme_calculative"),
            ),
        ),
    ),
)

claim(
    "two-logics",
    quote="abonnemangsbaserade … transaktionsbaserade",
    english="subscription-based, transaction-based",
    hypothesis="What drives loyalty differs between subscriptions and transactions.",
    sv="Det som driver lojalitet skiljer sig mellan abonnemang och enstaka köp.",
    nb="Det som driver lojalitet, er forskjellig for abonnement og enkeltkjøp.",
    needs=("relationship_type", "affective_commitment", "loyalty"),
    parts=(
        part(
            added(0.02),
            differing_drivers,
            "relationship_type",
            ("affective_commitment", "calculative_commitment", "trust"),
            on="loyalty",
        ),
    ),
    **changed("the smallest effect was compared with the point"),
    worlds=Worlds(
        lambda m: settings.logics(m, 0.06),
        lambda m: settings.logics(m, 0.0),
        ((0.06,), (0.0,)),
        "added R²; false: the same slopes in both groups",
        smallest=lambda m: settings.logics(m, 0.02),
        asks=(
            "relationship_type",
            "affective_commitment",
            "calculative_commitment",
            "trust",
            "loyalty",
        ),
    ),
)

claim(
    "customers-among-themselves",
    quote="Medskapande och community",
    english="co-creation and community",
    hypothesis="What happens between customers goes with loyalty: community and co-creation each.",
    sv="Det som sker mellan kunder hänger ihop med lojalitet: gemenskap och medskapande, vart och "
    "ett.",
    nb="Det som skjer mellom kunder, henger sammen med lojalitet: fellesskap og medskaping, hver "
    "for seg.",
    needs=("community", "cocreation", "loyalty"),
    parts=(
        part(effect(0.10), coefficient, "community", on="loyalty"),
        part(effect(0.10), coefficient, "cocreation", on="loyalty"),
    ),
    **changed(POINT),
    worlds=go_together(
        "loyalty",
        "community",
        "cocreation",
        rivals=(
            Rival(
                "liking",
                "liking of the company is behind community, taking part and loyalty",
                rivals.liking("community", "loyalty", "cocreation"),
            ),
        ),
    ),
)

claim(
    "identity-over-tiers",
    quote="guld-, silver- och bronskund",
    english="gold, silver and bronze customers",
    hypothesis="Identification explains more of loyalty than the tier.",
    sv="Identifikation förklarar mer av lojaliteten än nivån i kundklubben.",
    nb="Identifikasjon forklarer mer av lojaliteten enn nivået i kundeklubben.",
    needs=("identification", "tier", "loyalty"),
    parts=(part(above(0.0), r2_gap, ("identification",), ("tier",), on="loyalty"),),
    **changed(POINT),
    limits="The interval is that of the adjusted difference; the cross-validated one, "
    "which has none, stands beside it.",
    worlds=Worlds(
        lambda m: settings.identity(m, 0.35, 0.10),
        lambda m: settings.identity(m, 0.22, 0.22),
        ((0.35**2 - 0.10**2,), (0.0,)),
        "R² .12 against .01; false: .048 each",
        rivals=(
            Rival(
                "liking",
                "liking of the company is behind identification and loyalty; the tier does nothing",
                rivals.liking("identification", "loyalty"),
            ),
        ),
    ),
)

claim(
    "little-value",
    quote="tillför noll eller lite värde",
    english="add little or no value",
    hypothesis="Many see little value in programmes: over a third.",
    sv="Många tycker att kundklubbar har lite värde: över en tredjedel.",
    nb="Mange synes at kundeklubber har liten verdi: over en tredjedel.",
    needs=("programme_value",),
    parts=(
        part(
            share_above(1 / 3),
            share,
            "programme_value",
            below=True,
            spread=True,
            what="share below the midpoint of programme_value",
        ),
    ),
    **changed(
        "moods that differ between people spread the answers and move a share that is not one half",
        version=3,
    ),
    limits="A mood that all share on one day moves the share, and no survey sees it: with 18 % "
    "of shared method, a tenth of the mood's standard deviation moves a share of one third by two "
    "points.",
    worlds=share_of("programme_value", 0.43, 1 / 3, side="below"),
)

claim(
    "reward-deeds-not-volume",
    quote="belöna hållbara val och rekommendationer",
    english="reward sustainable choices and recommendations",
    hypothesis="Rewards for deeds bind more than rewards for volume.",
    sv="Belöning för handlingar binder mer än belöning för volym.",
    nb="Belønning for handlinger binder mer enn belønning for volum.",
    needs=("reward_arm", "reward_reaction"),
    parts=(
        part(
            above(0.0),
            group_gap,
            "reward_reaction",
            "reward_arm",
            chosen=for_deeds,
            scaled=True,
            what="reaction: reward for deeds minus for volume",
        ),
    ),
    design="randomised",
    limits="Our extension: the text says only that some companies try it.",
    worlds=Worlds(
        lambda m: settings.reward(m, 0.25),
        nothing,
        ((0.25,), (0.0,)),
        "standard deviations",
    ),
)

claim(
    "personal-dialogue",
    quote="intelligent dialog … relevant och upplevs som personlig",
    english="an intelligent dialogue, relevant and felt to be personal",
    hypothesis="Messages felt as relevant, and treatment felt as personal, each go with loyalty "
    "beyond the tier.",
    sv="Meddelanden som känns relevanta, och ett bemötande som känns personligt, hänger vart och "
    "ett ihop med lojalitet utöver nivån i kundklubben.",
    nb="Meldinger som føles relevante, og en behandling som føles personlig, henger hver for seg "
    "sammen med lojalitet utover nivået i kundeklubben.",
    needs=("message_relevance", "tailored_treatment", "tier", "loyalty"),
    parts=(
        part(effect(0.10), coefficient, "message_relevance", on="loyalty", given=("tier",)),
        part(effect(0.10), coefficient, "tailored_treatment", on="loyalty", given=("tier",)),
    ),
    **changed("new claim"),
    worlds=go_together("loyalty", "message_relevance", "tailored_treatment", asks=("tier",)),
)

claim(
    "cross-subsidy",
    quote="korssubventioneringar som tär på lönsamheten",
    english="cross-subsidies that eat into profit",
    hypothesis="Tools chosen by the customer's logic avoid cross-subsidies.",
    sv="Verktyg som väljs efter kundens logik undviker korssubventioner.",
    nb="Verktøy som velges etter kundens logikk, unngår kryssubsidiering.",
    needs=("margin",),
    parts=(),
    **changed("new claim"),
    untestable="margins by customer and by tool stand in company accounts, not in a survey",
)
