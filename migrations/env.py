"""Runs migrations on the connection that it is handed, with the tables of domain and federation."""

from alembic import context

import alliance.models  # noqa: F401 - registers its tables
import federation.models  # noqa: F401 - registers its tables
from alliance.database import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
