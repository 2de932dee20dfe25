"""Moments, R² of every subset of blocks, measures and intervals: NumPy and SciPy alone."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
