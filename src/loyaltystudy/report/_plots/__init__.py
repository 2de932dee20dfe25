"""Plots: each answers one question; results in, Axes out."""
