"""Exercise 2: find the reversed item."""

import warnings
from dataclasses import replace

import pandas as pd

from loyaltystudy.errors import SurveyWarning
from loyaltystudy.report._exercises.feedback import Feedback, right, unanswered, wrong
from loyaltystudy.scales import item_analysis
from loyaltystudy.survey import Study, load_study

REVERSED = "IMAG5"


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
    if unanswered(item):
        return wrong("Put the name of the item, in quotes, in place of the three dots.")
    if isinstance(item, list | tuple | set | pd.Series | pd.Index):
        return wrong("One item is turned round: name that one, in quotes.")
    table = _items()
    hint = _no_item(item, table)
    if hint:
        return wrong(hint)
    r = table.loc[item, "r_drop"]
    if item != REVERSED:
        why = _why_not(item, table)
        return wrong(
            f"{item} goes with the others (r_drop {r:.2f}). {why}A turned item goes against "
            "them: look for the r_drop below zero."
        )
    return right(
        f"Its r_drop is {r:.2f}: who agrees with the others disagrees with it. "
        "Declared as `reversed: true`, it is turned by the range."
    )


def _items() -> pd.DataFrame:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SurveyWarning)  # it would give the answer away
        return item_analysis(image_study(), "image").set_index("item")


def _no_item(item, table: pd.DataFrame) -> str:
    """What is wrong with a name that is no item; empty if it is one."""
    if not isinstance(item, str):
        return f"Name the item by its column, in quotes: one of {[*table.index]}."
    if item in table.index:
        return ""
    close = [name for name in table.index if name.lower() == item.strip().lower()]
    if close:
        return f"Names keep their letters as they are: write {close[0]!r}."
    if item in image_study().codebook.scales:
        return f"{item!r} is the scale. Which of its items is it? {[*table.index]}."
    if item in image_study().answers:
        return f"{item!r} is no item of the scale image. Its items: {[*table.index]}."
    return f"{item!r} is no item of the scale. Its items: {[*table.index]}."


def _why_not(item: str, table: pd.DataFrame) -> str:
    """What may have led to a wrong item."""
    if item == table["mean"].idxmin() or item == table["mean"].idxmax():
        return "A low or high mean says how much people agree, not which way the item points. "
    rest = table.drop(index=REVERSED)
    if item == rest["r_drop"].idxmin():
        return "It is the weakest of those that point the same way. "
    if item == table["sd"].idxmax():
        return "A wide spread is no sign of a turned item. "
    return ""
