"""Words to Teams, Slack, Discord, Matrix and others.

Revises: 20261128_newsletter
Created: 2026-11-23
"""

revision = "20261128_webhooks"
down_revision = "20261128_newsletter"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
