"""The weekly digest and who gets it.

Revises: 20261128_library
Created: 2026-11-23
"""

revision = "20261128_newsletter"
down_revision = "20261128_library"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
