"""pictures: nothing yet.

Revises: 20261124_signing_in
Created: 2026-11-22
"""

revision = "20261124_pictures"
down_revision = "20261124_signing_in"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
