"""What the environment said about privacy is remembered, so that a change on the server is told.

Revises: 20261130_scale
Created: 2026-11-23
"""

import sqlalchemy as sa
from alembic import op

from alliance.database import UtcDateTime

revision = "20261201_given"
down_revision = "20261130_scale"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "given_setting",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("noted_at", UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_given_setting")),
    )


def downgrade() -> None:
    op.drop_table("given_setting")
