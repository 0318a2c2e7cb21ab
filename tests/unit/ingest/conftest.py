"""The fixture ``territory`` for the tests of this folder."""

from territory import territory

__all__ = ["territory"]
