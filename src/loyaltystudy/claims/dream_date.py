"""Claims of the text; see the register."""
