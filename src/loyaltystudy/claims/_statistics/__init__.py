"""The statistics that rules are put to: each takes a study and constructs by standard name.

Every function returns an ``Evidence``; where the study does not measure a construct, one that
says so. ``base`` brings constructs into columns and has the design; ``traits`` takes
unreliability and shared method out of associations; ``slopes`` asks what no shared share of
method makes; ``levels`` has shares, means and arms; ``explained`` facts, with curves;
``profiles``, ``survival``, ``other`` and ``panels`` have methods of their own.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
