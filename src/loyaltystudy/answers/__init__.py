"""Files of any survey tool into checked answers (files, headers, checks)."""
