"""When each part of a channel was last looked through: nothing that turns up later was there before."""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        -- Everything that lay there when the look began has been taken, or stands in ledger.awaited_file.
        -- bucket: a share of the organisations of the kind; -1 stands for folders that are nobody's.
        create table ledger.source_look (
            channel text not null,
            region_code text not null references ledger.region,
            kind text not null,
            bucket integer not null check (bucket >= -1),
            looked_at timestamptz not null,
            primary key (channel, region_code, kind, bucket)
        );

        -- A file that was seen and could not be fetched, and the last look before it was seen (null: none).
        create table ledger.awaited_file (
            channel text not null,
            source_uri text not null,
            size_bytes bigint not null,
            modified_at timestamptz not null,
            not_before timestamptz,
            primary key (channel, source_uri)
        )
        """
    )
