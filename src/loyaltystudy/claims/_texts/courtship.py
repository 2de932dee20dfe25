"""Claims of "När någon limmar på dig" (Malin Sundström)."""

from __future__ import annotations

from functools import partial

from loyaltystudy.claims._register import claim
from loyaltystudy.claims._rules import above, below, effect
from loyaltystudy.claims._statistics.levels import factorial_gap, group_gap
from loyaltystudy.claims._statistics.slopes import coefficient, interaction, surplus_slope

courtship = partial(claim, source="courtship")
CONTACT, DISCOUNT = (2, 4), (3, 4)  # arms of the vignette on contact: see the instrument
ASKED = 2


@courtship(
    "contact-beyond-wish-repels",
    quote="jagade och utsatta för stalking",
    english="hunted and stalked",
    hypothesis="Contact beyond what is wanted lowers loyalty.",
    needs=("contact_received", "contact_wanted", "loyalty"),
    rules=(below(0.0),),
)
def contact_beyond_wish_repels(study, seed):
    return (surplus_slope(study, "contact_received", "contact_wanted", on="loyalty"),)


@courtship(
    "both-must-want",
    quote="två parter som båda vill",
    english="two parties who both want it",
    hypothesis="A company's effort works only on those who want a relationship.",
    needs=("perceived_relationship_investment", "relationship_wish", "loyalty"),
    rules=(effect(0.05),),
)
def both_must_want(study, seed):
    effort = "perceived_relationship_investment"
    return (interaction(study, effort, "relationship_wish", on="loyalty"),)


@courtship(
    "discount-does-not-pay-for-it",
    quote="inte längre är värt en rabatt",
    english="no longer worth a discount",
    hypothesis="A discount does not make up for unwanted contact.",
    needs=("contact_arm", "contact_reaction"),
    rules=(above(0.0),),
    design="randomised",
)
def discount_does_not_pay_for_it(study, seed):
    return (
        factorial_gap(
            study,
            "contact_reaction",
            "contact_arm",
            costs=CONTACT,
            gains=DISCOUNT,
            what="what contact costs minus what a discount gives",
        ),
    )


@courtship(
    "after-purchase-value",
    quote="efterköpsfasen",
    english="the phase after the purchase",
    hypothesis="Help after the purchase goes with loyalty.",
    needs=("after_purchase", "loyalty"),
    rules=(effect(0.10),),
)
def after_purchase_value(study, seed):
    return (coefficient(study, "after_purchase", on="loyalty"),)


@courtship(
    "exclusive-access-value",
    quote="erbjudanden som verkligen är exklusiva",
    english="offers that are truly exclusive",
    hypothesis="Real exclusivity (a peek, a trial) adds to loyalty where discounts do not.",
    needs=("exclusive_access", "monetary_value", "loyalty"),
    rules=(effect(0.10),),
)
def exclusive_access_value(study, seed):
    return (coefficient(study, "exclusive_access", on="loyalty", given=("monetary_value",)),)


@courtship(
    "asked-to-help",
    quote="uppskattar att hjälpa till … behöver få en fråga",
    english="like to help, and need to be asked",
    hypothesis="Being asked raises taking part.",
    needs=("ask_arm", "taking_part"),
    rules=(above(0.0),),
    design="randomised",
)
def asked_to_help(study, seed):
    return (
        group_gap(
            study,
            "taking_part",
            "ask_arm",
            chosen=lambda arm: arm == ASKED,
            what="would take part: asked minus not asked",
        ),
    )


@courtship(
    "being-visible",
    quote="möjlighet att synas",
    english="a chance to be seen",
    hypothesis="A chance to be seen goes with engagement.",
    needs=("visibility", "engagement"),
    rules=(effect(0.10),),
)
def being_visible(study, seed):
    return (coefficient(study, "visibility", on="engagement"),)


@courtship(
    "keeping-word",
    quote="hålla ord, vara tillgänglig … höra av sig … ärlig och transparent",
    english="keep one's word, be available, get in touch, honest and transparent",
    hypothesis="Keeping one's word, being there and being honest each go with trust.",
    needs=("promise_keeping", "availability", "openness", "trust"),
    rules=(effect(0.10), effect(0.10), effect(0.10)),
)
def keeping_word(study, seed):
    virtues = ("promise_keeping", "availability", "openness")
    return tuple(coefficient(study, virtue, on="trust") for virtue in virtues)


@courtship(
    "relationships-pay",
    quote="lönsamt att ha en relation",
    english="profitable to have a relationship",
    hypothesis="Longer relationships earn more: tenure and margin correlate by .20 at least.",
    needs=("tenure", "margin"),
    rules=(effect(0.20),),
)
def relationships_pay(study, seed):
    return (coefficient(study, "tenure", on="margin", what="correlation of tenure and margin"),)


@courtship(
    "keeping-is-cheaper",
    quote="billigare att underhålla … befintliga",
    english="cheaper to maintain existing ones",
    hypothesis="Keeping a customer costs less than acquiring one.",
    needs=("margin", "acquisition_cost"),
    rules=(),
    untestable="what keeping a customer costs stands in company accounts, not in a survey",
)
def keeping_is_cheaper(study, seed):
    return ()
