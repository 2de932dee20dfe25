"""Checks of the exercises, one module an exercise: each says what is wrong, and what to look at."""
