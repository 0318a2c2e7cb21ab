"""What a build was made from, part by part, and how much of the marts it made anew."""

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        alter table ledger.build
            add column project_sha256 text,
            add column registry_digest text,
            -- all: every mart was made anew; changes: only the school years in which something had changed
            add column scope text check (scope in ('all', 'changes')),
            add column scope_reason text
        """
    )
