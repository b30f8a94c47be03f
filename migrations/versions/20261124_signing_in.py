"""signing_in: nothing yet.

Revises: 20261124_mail
Created: 2026-11-22
"""

revision = "20261124_signing_in"
down_revision = "20261124_mail"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
