"""push: nothing yet.

Revises: 20261126_app_marks
Created: 2026-11-22
"""

revision = "20261126_push"
down_revision = "20261126_app_marks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
