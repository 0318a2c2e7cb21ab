"""What can go wrong with the database, in words that say what to do."""


class WarehouseError(RuntimeError):
    """The database cannot be used; the message says what is wrong, where, and what to do."""


class WarehouseUnavailableError(WarehouseError):
    """Nothing answers at the database's address, or it refuses us."""


class EmbeddedPostgresError(WarehouseError):
    """The embedded PostgreSQL could not be set up, started or stopped."""
