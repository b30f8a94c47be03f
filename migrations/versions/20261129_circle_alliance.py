"""Learning circles across companies.

Revises: 20261128_records
Created: 2026-11-23
"""

revision = "20261129_circle_alliance"
down_revision = "20261128_records"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
