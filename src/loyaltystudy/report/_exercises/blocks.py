"""Exercises 3 and 4: which block explains more, and what the audit makes of it."""

from functools import lru_cache

import numpy as np
import pandas as pd

from loyaltystudy.report._exercises.feedback import Feedback, number, right, unanswered, wrong
from loyaltystudy.survey import Study, load_study

HEADLINE = ("demographics", "sociological_background", "trust", "emotional_bonds")


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
    if unanswered(most, ahead_of_trust):
        return wrong("Put a block's name, in quotes, and True or False in place of the dots.")
    table, gap = _dominances()
    hint = _wrong_block(most, table)
    if hint:
        return wrong(hint)
    if not isinstance(ahead_of_trust, bool | np.bool_):
        return wrong("The second answer is True or False, without quotes.")
    interval = f"[{gap[0]:.3f}, {gap[1]:.3f}]"
    clear = bool(gap[0] > 0 or gap[1] < 0)
    if bool(ahead_of_trust) != clear:
        return wrong(
            f"The block is right. The interval of its difference to trust is {interval}: "
            "does it hold zero? The blocks' own intervals do not answer that."
        )
    return right(f"{most} leads, and the interval of its difference to trust is {interval}.")


def _wrong_block(most, table: pd.DataFrame) -> str:
    """The hint to a wrong block; empty if it is the right one."""
    if isinstance(most, list | tuple | set | pd.Series | pd.Index):
        return "One block has the largest dominance: name that one, in quotes."
    if not isinstance(most, str) or most not in table.index:
        return f"{most!r} is no block of the comparison. Blocks: {[*table.index]}."
    best = table["dominance"].idxmax()
    if most == best:
        return ""
    value = table.loc[most, "dominance"]
    return (
        f"{most} accounts for {value:.3f} of the variance, and another block for more: "
        "read the column `dominance`."
    )


@lru_cache(maxsize=1)
def _dominances() -> tuple[pd.DataFrame, tuple[float, float]]:
    """Adjusted dominance of every block, and the interval of the best one's lead over trust."""
    from loyaltystudy.explain import compare_blocks

    found = compare_blocks(headline_study(), "loyalty", list(HEADLINE))
    table = found.table.pivot_table(index="block", columns="measure", values="adjusted")
    best = table["dominance"].idxmax()
    rows = found.differences.query("measure == 'dominance'")
    pair = rows[[{a, b} == {best, "trust"} for a, b in rows[["first", "second"]].to_numpy()]]
    low, high = pair[["low", "high"]].to_numpy()[0]
    return table, (low, high) if pair["first"].item() == best else (-high, -low)


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
    if unanswered(check, smallest):
        return wrong("Put a check's name, in quotes, and the gap in place of the dots.")
    gaps = audit_gaps()
    if not isinstance(check, str) or check not in gaps.index:
        return wrong(f"{check!r} is no check of the audit. Checks: {[*gaps.index]}.")
    least = gaps.idxmin()
    if check != least:
        largest = " That is where it is largest." if check == gaps.idxmax() else ""
        return wrong(
            f"Under {check} the gap is {gaps[check]:.3f}, and under another check it is "
            f"smaller.{largest} Subtract the row of trust from that of emotional bonds."
        )
    hint = _wrong_gap(smallest, gaps)
    if hint:
        return wrong(hint)
    return right(
        f"Under {least} the gap shrinks to {gaps[least]:.3f}, from {gaps.iloc[0]:.3f} as measured."
    )


def _wrong_gap(smallest, gaps: pd.Series) -> str:
    """The hint to a wrong gap under the right check; empty if it is right."""
    least, value = gaps.idxmin(), number(smallest)
    if value is None:
        return "The check is right. The second answer is one number, without quotes."
    aim = gaps[least]
    if np.isclose(value, aim, atol=6e-4):
        return ""
    where = f"emotional bonds minus trust, in the column {least}."
    if np.isclose(value, -aim, atol=6e-4):
        return f"The check is right, but the sign is turned: {where}"
    if np.isclose(value, 100 * aim, atol=0.06):
        return f"The check is right, but this is in per cent. Give the share itself: {where}"
    if np.isclose(value, aim, atol=0.006):
        return f"The check is right, but {value:g} is rounded too far. Three decimals: {where}"
    if np.isclose(value, gaps.iloc[0], atol=6e-4):
        return f"The check is right, but this is the gap as measured, before any check: {where}"
    return f"The check is right, but {value:.3f} is not the gap: {where}"


@lru_cache(maxsize=1)
def audit_gaps() -> pd.Series:
    """Dominance of emotional bonds minus that of trust, under each check of the audit."""
    from loyaltystudy.explain import audit_blocks

    wide = audit_blocks(headline_study(), "loyalty", list(HEADLINE)).dominance
    return (wide.loc["emotional_bonds"] - wide.loc["trust"]).dropna()
