"""Survey research on customer loyalty: measure, compare explanations, put claims to the test."""

import sys

import lazy_loader

__version__ = "0.2.0"
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)

if "IPython" in sys.modules:  # Tab in a notebook completes names of studies and claims
    from loyaltystudy.report import complete_names

    complete_names()
