"""What several benchmarks share: none is run by itself."""
