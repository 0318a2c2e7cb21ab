"""Protocols for organisations: what became of each file, what is wrong in it, what to do and by when."""

from __future__ import annotations


def write_feedback() -> int:
    """Write the protocols that are due and return how many. See `publish.feedback.batch`."""
    from publish.feedback import batch

    return batch.write_feedback()
