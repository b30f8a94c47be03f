"""search: nothing yet.

Revises: 20261123_operating
Created: 2026-11-22
"""

revision = "20261124_search"
down_revision = "20261123_operating"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
