"""What an organisation was called and where it stood from which day on, and who took over a closed one."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        alter table ledger.organisation add column successor_ogrn text;

        -- One row per organisation and day from which the registry describes it so. A version holds until
        -- the next one begins; the last one until the organisation is closed.
        create table ledger.organisation_version (
            ogrn text not null references ledger.organisation,
            valid_from date not null,
            region_code text not null references ledger.region,
            kind text not null,
            inn text not null,
            name_full text not null,
            name_short text not null,
            oktmo text not null,
            territory_oktmo text not null,
            is_urban boolean not null,
            has_grade_10_11 boolean not null,
            registry_sha256 text not null references ledger.registry_version,
            primary key (ogrn, valid_from)
        )
        """
    )
