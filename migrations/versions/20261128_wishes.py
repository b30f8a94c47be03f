"""Requests, offers and mentoring.

Revises: 20261128_circles
Created: 2026-11-23
"""

revision = "20261128_wishes"
down_revision = "20261128_circles"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
