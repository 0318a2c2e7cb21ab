"""Alembic's environment. The connection, with its transaction, is handed over by ``warehouse.migrate``."""

from alembic import context

connection = context.config.attributes.get("connection")
if connection is None:
    raise SystemExit("Run `orientir db migrate`: these revisions need its connection and its lock.")

context.configure(connection=connection, version_table_schema="public", transaction_per_migration=False)
with context.begin_transaction():
    context.run_migrations()
