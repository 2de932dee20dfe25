"""Open data: where files come from, how each is read, which study has which."""
