"""The library and what is said in recordings.

Revises: 20261128_feedback
Created: 2026-11-23
"""

revision = "20261128_library"
down_revision = "20261128_feedback"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
