"""The worlds of every claim, as they stand with the claim."""

from functools import cache

from loyaltystudy.claims import register


@cache
def claim_worlds() -> dict:
    """Claims on surveys that have worlds, by name, in the order of the texts."""
    return {name: c.worlds for name, c in register().items() if c.worlds is not None}
