"""Reports: everything that ships (``reproduce``), and one's own study (``check``)."""

from loyaltystudy.report.check import check
from loyaltystudy.report.page import withhold
from loyaltystudy.report.reproduce import all_claims, index_page, render, reproduce
from loyaltystudy.report.results import Results, open_results

__all__ = [
    "Results",
    "all_claims",
    "check",
    "index_page",
    "open_results",
    "render",
    "reproduce",
    "withhold",
]
