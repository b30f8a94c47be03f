"""Series: sessions that belong together.

Revises: 20261128_communities
Created: 2026-11-23
"""

revision = "20261128_series"
down_revision = "20261128_communities"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
