"""Simulated customers whose truth is known: studies in which a claim is true, or is false."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
