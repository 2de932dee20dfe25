"""Simulated customers whose truth is known: studies in which a claim is true, or is false."""

from loyaltystudy.worlds.customers import simulate_purchases
from loyaltystudy.worlds.simulate import list_worlds, simulate_study

__all__ = ["list_worlds", "simulate_purchases", "simulate_study"]
