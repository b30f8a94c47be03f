"""Which programs may work on this schema, so that a new one and the one before it run side by side.

Revises: 20261129_provisioning
Created: 2026-11-23
"""

import sqlalchemy as sa
from alembic import op

revision = "20261129_operations"
down_revision = "20261129_provisioning"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Kept like alembic_version: filled by migrations/schema.py, no model has it and no backup carries it.
    op.create_table(
        "schema_reach",
        sa.Column("revision", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("revision", name=op.f("pk_schema_reach")),
    )


def downgrade() -> None:
    op.drop_table("schema_reach")
