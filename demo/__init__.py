"""A synthetic region with its answer key: organisations, their files, the faults put into them."""

from demo.generate import DemoSummary, generate

__all__ = ["DemoSummary", "generate"]
