"""operating: nothing yet.

Revises: 20261123_following
Created: 2026-11-22
"""

revision = "20261123_operating"
down_revision = "20261123_following"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
