"""How nbval compares: text strictly, pictures and pandas' HTML not at all."""


def pytest_collectstart(collector):
    if hasattr(collector, "skip_compare"):
        # HTML changes with pandas' version; the same numbers stand in text/plain
        collector.skip_compare += ("text/html",)
