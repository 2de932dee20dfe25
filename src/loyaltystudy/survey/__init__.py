"""What was asked and answered: codebooks, files of every survey tool, open data, studies."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
