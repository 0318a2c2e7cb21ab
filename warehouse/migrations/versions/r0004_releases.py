"""Releases: versions, drafts and the decisions on them, deliveries; closings of periods and exceptions."""

from pathlib import Path
from typing import Any

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SCRIPT = Path(__file__).parents[1] / "releases_0004.sql"


def upgrade() -> None:
    # The script holds several statements, colons and percent signs: it goes to the driver as it is.
    driver_connection: Any = op.get_bind().connection.driver_connection
    driver_connection.execute(SCRIPT.read_text(encoding="utf-8"))
