"""Exercise 5: a claim of one's own; hypothesis, constructs, rule and evidence must fit."""

import re
from collections.abc import Sequence

from loyaltystudy.claims import Evidence, Rule
from loyaltystudy.report._exercises.blocks import headline_study
from loyaltystudy.report._exercises.feedback import Feedback, right, wrong
from loyaltystudy.survey import constructs

NEGATIVE = re.compile(
    r"\b(less|lower|lowers|lessens|reduces?|decreases?|weakens?|harms?|hurts?|fewer|negative(ly)?|"
    r"worse|undermines?|drives? away|repels?)\b",
    re.IGNORECASE,
)
ABSENT = re.compile(
    r"\b(nothing|no effect|does not|do not|hardly|independent|unrelated)\b", re.IGNORECASE
)


def check_claim(hypothesis, needs, rule, evidence, verdict) -> Feedback:
    """Exercise 5: a claim of one's own, from hypothesis to verdict.

    Parameters
    ----------
    hypothesis : str
        A sentence that could be false, with the constructs' names.
    needs : sequence of str
        Constructs of the vocabulary.
    rule : Rule
        Such as ``effect(0.10)``.
    evidence : Evidence
        Such as ``coefficient(study, "trust", on="loyalty")``.
    verdict : str
        What the rule says of the evidence.

    Examples
    --------
    >>> check_claim("Trust goes with loyalty.", ["trustt"], ..., ..., ...)
    Not yet. The rule comes before the data: `rule = effect(0.10)`, for instance.
    """
    wanted = _list(needs)
    hint = _before_the_data(hypothesis, wanted, rule) or _found(evidence)
    if hint:
        return wrong(hint)
    hint = _same_constructs(hypothesis, wanted, evidence) or _same_direction(hypothesis, rule)
    if hint:
        return wrong(hint)
    expected = rule.judge(evidence)
    if verdict != expected:
        return wrong(
            f"The rule says {expected!r} of {evidence}. Take `rule.judge(evidence)`: the "
            "verdict is the rule's, not the reader's."
        )
    return right(f"{evidence}: {expected}. Would you have written the same rule before seeing it?")


def _list(needs) -> list[str]:
    if needs is ... or needs is None:
        return []
    return [needs] if isinstance(needs, str) else list(needs)


def _before_the_data(hypothesis, needs: Sequence[str], rule) -> str:
    """What is wrong with all that is written before the data are seen; empty if nothing."""
    if not isinstance(hypothesis, str) or len(hypothesis.split()) < 3:
        return "Write the hypothesis as a sentence that could be false."
    if hypothesis.rstrip().endswith("?"):
        return "This is a question. A hypothesis states what should be so, and could be false."
    if not isinstance(rule, Rule):
        return "The rule comes before the data: `rule = effect(0.10)`, for instance."
    unknown = [need for need in needs if need not in constructs()]
    if unknown or not needs:
        return (
            f"{unknown or 'No needs'}: name constructs of the vocabulary (`ls.list_constructs()`)."
        )
    study = headline_study()
    absent = [need for need in needs if study.measures(need) is None]
    if absent:
        return (
            f"This study does not measure {absent}. The claim may be a good one; here it "
            "would be 'not measured'. Choose what was asked."
        )
    return ""


def _found(evidence) -> str:
    """What is wrong with the evidence in itself; empty if nothing."""
    if not isinstance(evidence, Evidence):
        return "The evidence is what `coefficient(study, ...)` or its like returns."
    if evidence.missing:
        return f"The evidence has no figure: not measured are {[*evidence.missing]}."
    return ""


def _same_constructs(hypothesis: str, needs: Sequence[str], evidence: Evidence) -> str:
    """Whether hypothesis, needs and evidence speak of the same constructs; empty if they do."""
    used, said = named_in(evidence.what), named_in(hypothesis)
    if not said:
        return f"The hypothesis names no construct. Use their names, such as {used}."
    if [name for name in used if name not in needs]:
        return f"The evidence is about {used}, the needs are {[*needs]}. Name all that it rests on."
    if [name for name in needs if name not in used]:
        extra = [name for name in needs if name not in used]
        return f"The needs name {extra}, which the evidence does not use."
    elsewhere = [name for name in said if name not in used]
    explained = used[1] if len(used) > 1 else used[0]
    if elsewhere or used[0] not in said or explained not in said:
        return (
            f"The hypothesis speaks of {said}, the evidence is about {used}. "
            "Evidence on something else cannot settle it."
        )
    if explained != "loyalty" and "loyalty" in said:
        return f"The evidence explains {explained}; the hypothesis is about explaining loyalty."
    return ""


def _same_direction(hypothesis: str, rule: Rule) -> str:
    """Whether the rule tests the direction that the hypothesis states; empty if it does."""
    if ABSENT.search(hypothesis):
        if rule.kind == "absent":
            return ""
        return (
            "The hypothesis says that there is nothing. A rule for an effect cannot support that: "
            "state an effect, or take a rule for its absence."
        )
    stated = -1 if NEGATIVE.search(hypothesis) else 1
    if rule.kind == "effect" and rule.direction != stated:
        return (
            f"The hypothesis expects {'less' if stated < 0 else 'more'}, the rule tests the other "
            f"direction: `effect(0.10, direction={stated})`."
        )
    return ""


def named_in(text: str) -> list[str]:
    """Constructs whose names stand in a text, in the order in which they do.

    >>> named_in("Affective commitment goes with loyalty.")
    ['affective_commitment', 'loyalty']
    """
    plain = text.lower().replace("_", " ")
    places = {}
    for name in sorted(constructs(), key=len, reverse=True):
        found = re.search(rf"\b{re.escape(name.replace('_', ' '))}\b", plain)
        if found:
            places[name] = found.start()
            plain = plain.replace(found[0], "·" * len(found[0]))
    return sorted(places, key=places.__getitem__)
