"""A synthetic region with its answer key: organisations, their files, the faults put into them."""

from demo.generate import DemoSummary, answer_key_dir, generate

__all__ = ["DemoSummary", "answer_key_dir", "generate"]
