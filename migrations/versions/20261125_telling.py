"""telling: nothing yet.

Revises: 20261125_replying
Created: 2026-11-22
"""

revision = "20261125_telling"
down_revision = "20261125_replying"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
