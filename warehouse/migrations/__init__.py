"""Alembic's revisions of the schemas ``ledger`` and ``pii``."""
