"""Claims of "Kan min drömdejt avslöja hur du ska bygga kundlojalitet?" (Marie Hillblom)."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from loyaltystudy.claims._register import claim
from loyaltystudy.claims._rules import (
    absent,
    added,
    below,
    effect,
    figure,
    share_above,
    share_below,
)
from loyaltystudy.claims._statistics.explained import added_r2
from loyaltystudy.claims._statistics.levels import (
    mean_of,
    mean_ratio,
    ratio_of_sums,
    share_of_items,
)
from loyaltystudy.claims._statistics.slopes import coefficient, rank_coefficient
from loyaltystudy.claims._statistics.survival import hazard_ratio

dream_date = partial(claim, source="dream-date")


@dream_date(
    "engaged-spend-2.5-times",
    quote="spenderar 2,5 gånger mer",
    english="spend 2.5 times more",
    hypothesis="Emotionally engaged customers spend 2.5 times as much as merely content ones.",
    needs=("affective_commitment", "spend", "category_spend"),
    rules=(figure(2.5),),
    limits="Engaged: an answer in the upper third of the scale's range. The figure is probably "
    "of apparel in the United States; other sectors had 1.3 to 2.5.",
)
def engaged_spend(study, seed):
    affective = "affective_commitment"
    return (
        mean_ratio(
            study, "spend", affective, base="satisfaction", beside="category_spend", engaged=2 / 3
        ),
    )


@dream_date(
    "engaged-stay",
    quote="dröjer sig kvar",
    english="linger on",
    hypothesis="Emotionally engaged customers leave later.",
    needs=("affective_commitment", "churn", "churn_time"),
    rules=(below(1.0),),
)
def engaged_stay(study, seed):
    return (hazard_ratio(study, "affective_commitment", event="churn", time="churn_time"),)


@dream_date(
    "engaged-recommend",
    quote="rekommendera andra",
    english="recommend to others",
    hypothesis="Emotionally engaged customers recommend more.",
    needs=("affective_commitment", "recommend"),
    rules=(effect(0.10),),
)
def engaged_recommend(study, seed):
    return (rank_coefficient(study, "affective_commitment", on="recommend"),)


@dream_date(
    "memberships-14.3-half-idle",
    quote="14,3 som amerikaner uppges vara … mindre än hälften",
    english="14.3, as Americans are said to be; fewer than half",
    hypothesis="People in the United States belong to 14.3 programmes and use under half of them.",
    needs=("memberships", "memberships_used"),
    rules=(figure(14.3), share_below(0.50)),
    country="US",
    limits="Samples from elsewhere describe, and cannot contradict, the first part. The exact "
    "figure was not found: Bond 2016 gives 13.4 joined and 6.7 active.",
)
def memberships_half_idle(study, seed):
    count = mean_of(study, "memberships")
    if not count.missing and study.codebook.country != "US":
        words = f"{count.what}, here {count.estimate:.1f}"
        count = replace(count, what=words, missing=("a sample of the United States",))
    return count, ratio_of_sums(study, "memberships_used", "memberships")


@dream_date(
    "programmes-rouse-no-loyalty",
    quote="Fler än 70 procent",
    english="more than 70 per cent",
    hypothesis="Over 70 % say that programmes hardly rouse loyalty, whichever way they are asked.",
    needs=("programme_rouses_loyalty",),
    rules=(share_above(0.70), share_above(0.70)),
    limits="Accenture had 71 %, from one wording.",
)
def programmes_rouse_no_loyalty(study, seed):
    return tuple(share_of_items(study, "programme_rouses_loyalty", bound=0.70))


@dream_date(
    "programme-is-not-enough",
    quote="lojalitetsprogram rakt upp och ner räcker inte",
    english="a loyalty programme by itself is not enough",
    hypothesis="Membership adds little to loyalty; the affective bond adds much.",
    needs=("memberships", "affective_commitment", "loyalty"),
    rules=(absent(0.02), added(0.02)),
)
def programme_is_not_enough(study, seed):
    affective, member = ["affective_commitment"], ["memberships"]
    return (
        added_r2(study, member, on="loyalty", given=affective),
        added_r2(study, affective, on="loyalty", given=member),
    )


@dream_date(
    "shared-values-bind",
    quote="står för värden",
    english="stands for values",
    hypothesis="Shared values go with loyalty.",
    needs=("value_congruence", "loyalty"),
    rules=(effect(0.10),),
    limits="Its rival is moral-bonds-hard.",
)
def shared_values_bind(study, seed):
    return (coefficient(study, "value_congruence", on="loyalty"),)


@dream_date(
    "credible-story",
    quote="stark och trovärdig story",
    english="a strong and credible story",
    hypothesis="A credible story goes with the affective bond.",
    needs=("story_credibility", "affective_commitment"),
    rules=(effect(0.10),),
)
def credible_story(study, seed):
    return (coefficient(study, "story_credibility", on="affective_commitment"),)


@dream_date(
    "experiences-kindle",
    quote="personliga upplevelser som väcker känslor",
    english="personal experiences that rouse feelings",
    hypothesis="Memorable experiences go with the affective bond.",
    needs=("memorable_experience", "affective_commitment"),
    rules=(effect(0.10),),
)
def experiences_kindle(study, seed):
    return (coefficient(study, "memorable_experience", on="affective_commitment"),)


@dream_date(
    "seen-and-belonging",
    quote="speciell, utvald och sedd … gemenskap",
    english="special, chosen and seen; community",
    hypothesis="Feeling seen, and belonging, each go with the affective bond.",
    needs=("feeling_seen", "community", "affective_commitment"),
    rules=(effect(0.10), effect(0.10)),
)
def seen_and_belonging(study, seed):
    return (
        coefficient(study, "feeling_seen", on="affective_commitment"),
        coefficient(study, "community", on="affective_commitment"),
    )


@dream_date(
    "customer-focus-60",
    quote="60 procent bättre",
    english="60 per cent better",
    hypothesis="Customer-focused companies are 60 % more profitable.",
    needs=(),
    rules=(),
    untestable="no primary source was found for the figure, and it is about companies' accounts",
)
def customer_focus(study, seed):
    return ()
