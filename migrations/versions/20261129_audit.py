"""The audit log and what needs four eyes.

Revises: 20261129_circle_alliance
Created: 2026-11-23
"""

revision = "20261129_audit"
down_revision = "20261129_circle_alliance"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
