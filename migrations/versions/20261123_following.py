"""following: nothing yet.

Revises: 20261123_conversation
Created: 2026-11-22
"""

revision = "20261123_following"
down_revision = "20261123_conversation"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
