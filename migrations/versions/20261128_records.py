"""Learning records, confirmations and badges.

Revises: 20261128_webhooks
Created: 2026-11-23
"""

revision = "20261128_records"
down_revision = "20261128_webhooks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
