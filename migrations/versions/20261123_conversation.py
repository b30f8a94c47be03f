"""conversation: nothing yet.

Revises: 20261123_rsvp
Created: 2026-11-22
"""

revision = "20261123_conversation"
down_revision = "20261123_rsvp"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
