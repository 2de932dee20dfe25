"""Plots of the tests are drawn without a display; notebooks keep their own inline figures."""

import matplotlib

matplotlib.use("agg")
