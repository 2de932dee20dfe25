"""Items that run against their scale: asked the other way round, or turned in the file already."""

import numpy as np

from loyaltystudy.scales._scale_items import ScaleItems
from loyaltystudy.survey import Scale

CLEAR = 0.2  # item-rest correlation from which a direction is said without a doubt


def item_rest(covariance: np.ndarray) -> np.ndarray:
    """Correlation of each item with the sum of the others."""
    own, row = np.diag(covariance), covariance.sum(axis=0)
    rest = covariance.sum() - 2 * row + own
    with np.errstate(invalid="ignore", divide="ignore"):
        return (row - own) / np.sqrt(own * rest)


def against_the_rest(scale: Scale, items: ScaleItems, book: dict) -> dict[str, list[str]]:
    """Items with a negative item-rest correlation, by what is the case.

    ``turned``: declared ``reversed``, and as the file has them, not turned once more, they and
    all others correlate with the rest at ``CLEAR`` or more (and at two standard errors of a zero
    correlation): the file has turned them already. ``reversed``: declared so, and unclear.
    ``asked``: not declared so.
    """
    if len(items.names) < 2 or items.n < 3:
        return {}
    names = np.array(items.names)
    below = item_rest(items.covariance) < -1e-12
    declared = np.array([book[name].reversed for name in names])
    sign = np.where(below & declared, -1.0, 1.0)
    undone = item_rest(items.covariance * np.outer(sign, sign))
    clear = bool((undone >= max(CLEAR, 2 / np.sqrt(items.n))).all())
    again = "turned" if clear else "reversed"
    found = {again: names[below & declared]}
    # where undoing mends all, items that are not declared reversed ran against the others only
    # because these were turned twice
    found["asked"] = names[below & ~declared & ~(clear & (sign < 0).any())]
    return {
        what: [f"{n} (scale {scale.name})" for n in of] for what, of in found.items() if len(of)
    }


SAYS = {
    "asked": "Negative item-rest correlation: {}. Check whether the item should be "
    "`reversed: true` in the codebook.",
    "turned": "Turned twice: {}. Declared `reversed: true`, but as the file has it the item runs "
    "with the others of its scale: it has been turned in the file already. Take `reversed` out of "
    "the codebook, or give the answers as they were asked.",
    "reversed": "Negative item-rest correlation: {}. Declared `reversed: true`, and neither turned "
    "nor as the file has it does the item clearly run with the others. Check its wording, and "
    "whether the file has turned it already.",
}


def sentences(found: list[dict[str, list[str]]]) -> list[str]:
    """One sentence a kind, with all of its items."""
    return [
        says.format(", ".join(items))
        for what, says in SAYS.items()
        if (items := [item for one in found for item in one.get(what, ())])
    ]
