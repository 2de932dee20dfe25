"""Checks of the exercises: each says what is wrong, and what to look at, not merely that it is."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from loyaltystudy.claims import Evidence, Rule
from loyaltystudy.errors import SurveyWarning
from loyaltystudy.scales import item_analysis, score
from loyaltystudy.survey import Study, constructs, load_study

REVERSED = "IMAG5"
HEADLINE = ("demographics", "sociological_background", "trust", "emotional_bonds")


@dataclass(frozen=True)
class Feedback:
    """The answer to an answer; it prints as its words."""

    passed: bool
    words: str

    def __repr__(self) -> str:
        return ("Right. " if self.passed else "Not yet. ") + self.words


def _no(words: str) -> Feedback:
    return Feedback(False, words)


def _unanswered(answer) -> bool:
    return answer is None or answer is ...


# 1. Score a scale by hand


def gappy_study() -> Study:
    """Exercise 1: 344 customers of mobile phones; one answer of every ninth was taken out.

    Examples
    --------
    >>> int(gappy_study().answers["qual_6"].isna().sum())
    39
    """
    study = load_study("mobile-reputation", source="shipped")
    gone = np.arange(len(study.answers)) % 9 == 0
    gaps = study.answers["qual_6"].mask(gone)
    return replace(study, answers=study.answers.assign(qual_6=gaps))


def check_score(scores, scale: str = "trust") -> Feedback:
    """Exercise 1: the scores of a scale, computed by hand.

    Parameters
    ----------
    scores : Series
        One number a respondent.
    scale : str

    Examples
    --------
    >>> check_score(gappy_study().keyed(["qual_5", "qual_6", "qual_7"]).sum(axis=1))
    Not yet. These are sums. A score is a mean: divide by the number of items that were answered.
    """
    study = gappy_study()
    if _unanswered(scores):
        return _no(f"Put the scores of {scale!r} in place of the three dots.")
    if isinstance(scores, pd.DataFrame):
        return _no(
            "This is a table with several columns. Take the mean of each row: `.mean(axis=1)`."
        )
    values = np.asarray(scores, dtype=float) if np.ndim(scores) == 1 else None
    if values is None:
        return _no(
            "This is a single number. Every respondent has a score: `axis=1` goes along a row."
        )
    if len(values) != len(study.answers):
        if len(values) == len(study.codebook.scales[scale].items):
            return _no("This has one number for each item. Each respondent needs one: `axis=1`.")
        return _no(
            f"{len(values)} scores for {len(study.answers)} respondents. Those without "
            "enough answers have a missing score; they are not left out."
        )
    return _compare_scores(values, study, scale)


def _compare_scores(values: np.ndarray, study: Study, scale: str) -> Feedback:
    right = score(study)[scale].to_numpy()
    items = list(study.codebook.scales[scale].items)
    keyed, asked = study.keyed(items), study.answers[items]
    if _same(values, right):
        return Feedback(
            True,
            "The mean of the answered items, turned the right way, and missing "
            "where too few were answered.",
        )
    if _same(values, keyed.mean(axis=1).to_numpy()):
        return _no(
            "Nearly: some have a score though they answered under 3 in 4 of the items. "
            "Leave those missing: `.where(answers.notna().mean(axis=1) >= 0.75)`."
        )
    if _same(values, keyed.mean(axis=1, skipna=False).to_numpy()):
        return _no(
            "Nearly: whoever left out one item has no score here, though 3 in 4 answered "
            "items are enough."
        )
    if _same(values, keyed.sum(axis=1).to_numpy()) or _same(
        values, keyed.sum(axis=1, skipna=False).to_numpy()
    ):
        return _no(
            "These are sums. A score is a mean: divide by the number of items that were answered."
        )
    if not keyed.equals(asked) and _same(values, asked.mean(axis=1).to_numpy()):
        return _no(
            "An item is asked the other way round and was not turned: take `study.keyed(...)`."
        )
    if _same(values, keyed.median(axis=1).to_numpy()):
        return _no("These are medians. The score of this scale is a mean.")
    wrong = ~np.isclose(values, right, equal_nan=True)
    return _no(
        f"{int(wrong.sum())} of {len(right)} scores differ. Are these the scale's items: {items}?"
    )


def _same(first, second) -> bool:
    return bool(np.allclose(first, second, equal_nan=True))


# 2. Find the reversed item


def image_study() -> Study:
    """Exercise 2: customers of mobile phones, one item on the image turned round unsaid.

    Examples
    --------
    >>> image_study()
    Study 'mobile-ecsi': 250 respondents, 24 columns, population customers
    """
    study = load_study("mobile-ecsi", source="shipped")
    item = study.codebook.items[REVERSED]
    turned = study.answers.assign(**{REVERSED: item.low + item.high - study.answers[REVERSED]})
    return replace(study, answers=turned)


def check_reversed(item) -> Feedback:
    """Exercise 2: which item of the image scale is turned round?

    Examples
    --------
    >>> check_reversed("IMAG1").passed, check_reversed("IMAG5").passed
    (False, True)
    """
    study = image_study()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SurveyWarning)  # it would give the answer away
        table = item_analysis(study, "image").set_index("item")
    if _unanswered(item):
        return _no("Put the name of the item, in quotes, in place of the three dots.")
    if isinstance(item, (list, tuple, set)):
        return _no("One item is turned round: name that one, in quotes.")
    if item not in table.index:
        return _no(f"{item!r} is no item of the scale. Its items: {[*table.index]}.")
    r = table.loc[item, "r_drop"]
    if item != REVERSED:
        return _no(
            f"{item} goes with the others (r_drop {r:.2f}). A turned item goes against "
            "them: look for the r_drop below zero."
        )
    return Feedback(
        True,
        f"Its r_drop is {r:.2f}: who agrees with the others disagrees with it. "
        "Declared as `reversed: true`, it is turned by the range.",
    )


# 3. Which block explains more?


def headline_study() -> Study:
    """Exercises 3 to 5: 344 customers of mobile phones, from what ships.

    Examples
    --------
    >>> headline_study().n
    344
    """
    return load_study("mobile-reputation", source="shipped")


def check_blocks(most, ahead_of_trust) -> Feedback:
    """Exercise 3: the block with the largest dominance, and whether it is clearly ahead.

    Parameters
    ----------
    most : str
    ahead_of_trust : bool
        Whether the interval of the difference in dominance to trust lies on one side of zero.

    Examples
    --------
    >>> check_blocks("trust", True).passed
    False
    """
    from loyaltystudy.explain import compare_blocks

    if _unanswered(most) or _unanswered(ahead_of_trust):
        return _no("Put a block's name, in quotes, and True or False in place of the dots.")
    found = compare_blocks(headline_study(), "loyalty", list(HEADLINE))
    table = found.table[found.table["measure"] == "dominance"].set_index("block")["adjusted"]
    if most not in table.index:
        return _no(f"{most!r} is no block of the comparison. Blocks: {[*table.index]}.")
    best = table.idxmax()
    if most != best:
        return _no(
            f"{most} accounts for {table[most]:.3f} of the variance, and another block for "
            "more: read the column `dominance`."
        )
    rows = found.differences[found.differences["measure"] == "dominance"]
    pair = rows[
        [{best, "trust"} == {a, b} for a, b in zip(rows["first"], rows["second"], strict=True)]
    ]
    row = pair.iloc[0]
    clear = bool(row["low"] > 0 or row["high"] < 0)
    if not isinstance(ahead_of_trust, (bool, np.bool_)):
        return _no("The second answer is True or False.")
    ends = [row["low"], row["high"]] if row["first"] == best else [-row["high"], -row["low"]]
    interval = f"[{ends[0]:.3f}, {ends[1]:.3f}]"
    if bool(ahead_of_trust) != clear:
        return _no(
            f"The block is right. The interval of its difference to trust is {interval}: "
            "does it hold zero? The blocks' own intervals do not tell."
        )
    return Feedback(
        True, f"{best} leads, and the interval of its difference to trust is {interval}."
    )


# 4. Why does the audit change it?


def check_audit(check, smallest) -> Feedback:
    """Exercise 4: the check under which emotional bonds lead trust least, and the gap.

    Parameters
    ----------
    check : str
        A column of ``audit.dominance``.
    smallest : float
        Dominance of emotional bonds minus that of trust under it.

    Examples
    --------
    >>> check_audit(..., ...)
    Not yet. Put a check's name, in quotes, and the gap in place of the dots.
    """
    if _unanswered(check) or _unanswered(smallest):
        return _no("Put a check's name, in quotes, and the gap in place of the dots.")
    gaps = audit_gaps()
    if check not in gaps.index:
        return _no(f"{check!r} is no check of the audit. Checks: {[*gaps.index]}.")
    right = gaps.idxmin()
    if check != right:
        return _no(
            f"Under {check} the gap is {gaps[check]:.3f}, and under another check it is "
            "smaller. Subtract the row of trust from that of emotional bonds."
        )
    if not np.isclose(float(smallest), gaps[right], atol=6e-4):
        turned = np.isclose(float(smallest), -gaps[right], atol=6e-4)
        hint = "the sign is turned" if turned else f"{float(smallest):.3f} is not the gap"
        return _no(
            f"The check is right, but {hint}: emotional bonds minus trust, in the column {check}."
        )
    return Feedback(
        True,
        f"Under {right} the gap shrinks to {gaps[right]:.3f}, from {gaps.iloc[0]:.3f} as measured.",
    )


def audit_gaps() -> pd.Series:
    """Dominance of emotional bonds minus that of trust, under each check of the audit."""
    from loyaltystudy.explain import audit_blocks

    wide = audit_blocks(headline_study(), "loyalty", list(HEADLINE)).dominance
    return (wide.loc["emotional_bonds"] - wide.loc["trust"]).dropna()


# 5. A claim of your own


def check_claim(hypothesis, needs, rule, evidence, verdict) -> Feedback:
    """Exercise 5: a claim of one's own, from hypothesis to verdict.

    Parameters
    ----------
    hypothesis : str
        A sentence that could be false.
    needs : sequence of str
        Constructs of the vocabulary.
    rule : Rule
        From ``loyaltystudy.claims._rules``, such as ``effect(0.10)``.
    evidence : Evidence
        From ``loyaltystudy.claims._statistics``, such as ``coefficient(...)``.
    verdict : str
        What the rule says of the evidence.

    Examples
    --------
    >>> check_claim("Trust goes with loyalty.", ["trustt"], ..., ..., ...)
    Not yet. The rule comes before the data: `rule = effect(0.10)`, for instance.
    """
    if not isinstance(hypothesis, str) or len(hypothesis.split()) < 3:
        return _no("Write the hypothesis as a sentence that could be false.")
    if not isinstance(rule, Rule):
        return _no("The rule comes before the data: `rule = effect(0.10)`, for instance.")
    wanted = [needs] if isinstance(needs, str) else list(needs or ()) if needs is not ... else []
    unknown = [need for need in wanted if need not in constructs()]
    if unknown or not wanted:
        return _no(
            f"{unknown or 'No needs'}: name constructs of the vocabulary (`ls.list_constructs()`)."
        )
    study = headline_study()
    absent = [need for need in wanted if study.measures(need) is None]
    if absent:
        return _no(
            f"This study does not measure {absent}. The claim may be a good one; here it "
            "would be 'not measured'. Choose what was asked."
        )
    if not isinstance(evidence, Evidence):
        return _no("The evidence is what `coefficient(study, ...)` or its like returns.")
    if evidence.missing:
        return _no(f"The evidence has no figure: not measured are {[*evidence.missing]}.")
    right = rule.judge(evidence)
    if verdict != right:
        return _no(
            f"The rule says {right!r} of {evidence}. Take `rule.judge(evidence)`: the "
            "verdict is the rule's, not the reader's."
        )
    return Feedback(
        True, f"{evidence}: {right}. Would you have written the same rule before seeing it?"
    )
