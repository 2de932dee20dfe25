"""Is a comparison of blocks fair? One module a check, each a change of the same moments."""
