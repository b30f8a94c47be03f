"""What operators need.

Revises: 20261129_provisioning
Created: 2026-11-23
"""

revision = "20261129_operations"
down_revision = "20261129_provisioning"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
