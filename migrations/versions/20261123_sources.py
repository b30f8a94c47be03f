"""sources: nothing yet.

Revises: 20261123_wire
Created: 2026-11-22
"""

revision = "20261123_sources"
down_revision = "20261123_wire"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
