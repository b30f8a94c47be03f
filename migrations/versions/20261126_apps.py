"""apps: nothing yet.

Revises: 20261125_telling
Created: 2026-11-22
"""

revision = "20261126_apps"
down_revision = "20261125_telling"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
