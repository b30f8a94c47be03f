"""wire: nothing yet.

Revises: 20261122_first
Created: 2026-11-22
"""

revision = "20261123_wire"
down_revision = "20261122_first"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
