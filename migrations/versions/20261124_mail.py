"""mail: nothing yet.

Revises: 20261124_offering
Created: 2026-11-22
"""

revision = "20261124_mail"
down_revision = "20261124_offering"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
