"""The comparison of all methods and of their combinations; importing this registers them."""

from pipeline.results.comparison import table

__all__ = ["table"]
