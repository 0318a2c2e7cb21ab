"""What is withheld from public tables, what each release told, and which extracts have arrived."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        -- The decision in force for a region and school year: cells, equations and what is withheld.
        create table ledger.disclosure (
            region_code text not null,
            school_year text not null,
            input_sha256 text not null,
            statement jsonb not null,
            decided_at timestamptz not null,
            primary key (region_code, school_year)
        );

        -- The same by cell, as the public marts read it. A cell without a row, or with another value, is not
        -- shown.
        create table ledger.disclosure_cell (
            table_name text not null,
            unit_type text not null,
            unit_code text not null,
            item text not null,
            region_code text not null,
            school_year text not null,
            value double precision not null,
            basis double precision,
            is_shown boolean not null,
            primary key (table_name, unit_type, unit_code, item, region_code, school_year)
        );

        -- What a release told and withheld: the next release must not give it away.
        create table ledger.release_disclosure (
            release_id text not null references ledger.release,
            region_code text not null,
            school_year text not null,
            statement jsonb not null,
            primary key (release_id, region_code, school_year)
        );

        -- An extract that has arrived at its recipient, whole and checked. Delivering again writes nothing.
        create table ledger.extract_delivery (
            release_id text not null references ledger.release,
            recipient text not null,
            address text not null,
            place text not null,
            sums_sha256 text not null,
            delivered_at timestamptz not null,
            primary key (release_id, address)
        )
        """
    )
