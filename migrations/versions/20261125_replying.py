"""replying: nothing yet.

Revises: 20261125_hosting
Created: 2026-11-22
"""

revision = "20261125_replying"
down_revision = "20261125_hosting"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
