"""Letters to experts of allied companies.

Revises: 20261127_vocabulary
Created: 2026-11-23
"""

revision = "20261128_letters"
down_revision = "20261127_vocabulary"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
