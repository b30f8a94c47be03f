"""rsvp: nothing yet.

Revises: 20261123_sources
Created: 2026-11-22
"""

revision = "20261123_rsvp"
down_revision = "20261123_sources"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
