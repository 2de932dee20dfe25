"""The heart, NumPy alone: moments, R² of every subset from one matrix, measures, intervals."""
