"""Attempts to read a submission: a file that ends the reading process must not be tried for ever."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        -- Rows live while a file is being read: reading deletes them, so what stays was interrupted.
        create table ledger.read_attempt (
            submission_id uuid primary key references ledger.submission,
            attempts integer not null check (attempts > 0)
        )
        """
    )
