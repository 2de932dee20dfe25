"""Data beyond memory, by Dask: readers, partitions, duplicates; what is computed over them."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
