"""Learning circles.

Revises: 20261128_series
Created: 2026-11-23
"""

revision = "20261128_circles"
down_revision = "20261128_series"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
