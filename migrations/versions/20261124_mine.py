"""mine: nothing yet.

Revises: 20261124_pictures
Created: 2026-11-22
"""

revision = "20261124_mine"
down_revision = "20261124_pictures"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
