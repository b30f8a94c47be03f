"""offering: nothing yet.

Revises: 20261124_search
Created: 2026-11-22
"""

revision = "20261124_offering"
down_revision = "20261124_search"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
