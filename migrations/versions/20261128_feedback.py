"""What helped, in sum only.

Revises: 20261128_wishes
Created: 2026-11-23
"""

revision = "20261128_feedback"
down_revision = "20261128_wishes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
