"""One clock for the whole house, so that the demo's fixed "today" holds everywhere."""

from datetime import UTC, datetime

from warehouse.settings import get_settings


def now() -> datetime:
    """The current moment with its zone: ``ORIENTIR_CLOCK`` if it is set, else the machine's time in UTC."""
    return get_settings().clock or datetime.now(UTC)


def is_fixed() -> bool:
    """Whether the clock stands still at ``ORIENTIR_CLOCK``."""
    return get_settings().clock is not None
