"""What was asked: constructs, items, scales and blocks; their YAML read whole, mistakes told."""

from loyaltystudy.codebook.book import constructs, list_constructs, load_codebook, make_codebook
from loyaltystudy.codebook.schema import Codebook, Column, Item, Scale, Variable

__all__ = [
    "Codebook", "Column", "Item", "Scale", "Variable", "constructs", "list_constructs",
    "load_codebook", "make_codebook",
]  # fmt: skip
