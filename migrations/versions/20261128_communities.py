"""Communities of practice.

Revises: 20261128_letters
Created: 2026-11-23
"""

revision = "20261128_communities"
down_revision = "20261128_letters"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
