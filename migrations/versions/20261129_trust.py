"""Retention, the approval pack and what leaves.

Revises: 20261129_audit
Created: 2026-11-23
"""

revision = "20261129_trust"
down_revision = "20261129_audit"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
