"""Provisioned accounts and groups.

Revises: 20261129_trust
Created: 2026-11-23
"""

revision = "20261129_provisioning"
down_revision = "20261129_trust"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
