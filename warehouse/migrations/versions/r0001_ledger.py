"""Ledger and personal data, first version."""

from pathlib import Path
from typing import Any

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SCRIPT = Path(__file__).parents[1] / "ledger_0001.sql"


def upgrade() -> None:
    # The script holds several statements, colons and percent signs: it goes to the driver as it is.
    driver_connection: Any = op.get_bind().connection.driver_connection
    driver_connection.execute(SCRIPT.read_text(encoding="utf-8"))
