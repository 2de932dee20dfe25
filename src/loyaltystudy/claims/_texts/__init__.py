"""The claims of the five texts, a module a text."""
