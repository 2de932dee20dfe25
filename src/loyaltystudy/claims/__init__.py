"""What five Nordic texts claim of customer loyalty, and how each claim is judged.

``verdict`` holds the rules, ``evidence`` the statistics that a rule is put to, ``register`` the
list, one module a source text the claims themselves, ``check`` puts a study to them.
"""
