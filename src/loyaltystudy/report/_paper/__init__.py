"""From results to a paper: manuscript, Word tables, scripts for R and Stata, metadata, archive."""

from loyaltystudy.report._paper.registration import registration_text
from loyaltystudy.report._paper.write import write_paper

__all__ = ["registration_text", "write_paper"]
