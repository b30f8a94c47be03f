"""hosting: nothing yet.

Revises: 20261124_mine
Created: 2026-11-22
"""

revision = "20261125_hosting"
down_revision = "20261124_mine"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
