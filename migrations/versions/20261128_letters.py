"""letters: to experts of allied companies and back; what a company says of itself on pages of its own.

Revises: 20261127_vocabulary
Created: 2026-11-23
"""

import sqlalchemy as sa
from alembic import op

import alliance.database

revision = "20261128_letters"
down_revision = "20261127_vocabulary"
branch_labels = None
depends_on = None

_PAGES = ("imprint", "privacy", "rules")


def upgrade() -> None:
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.add_column(sa.Column("uri", sa.String(length=500), nullable=True))
        batch_op.add_column(sa.Column("gone_at", alliance.database.UtcDateTime(timezone=True), nullable=True))
        batch_op.create_unique_constraint(op.f("uq_letter_uri"), ["uri"])
    with op.batch_alter_table("expert_profile", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("takes_letters", sa.Boolean(), nullable=False, server_default=sa.true())
        )
    # Whoever is at home elsewhere says so in their next Update: older instances take none.
    op.execute(
        sa.text(
            "UPDATE expert_profile SET takes_letters = false "
            "WHERE person_id IN (SELECT id FROM person WHERE uri IS NOT NULL)"
        )
    )
    with op.batch_alter_table("company", schema=None) as batch_op:
        batch_op.add_column(sa.Column("logo", sa.String(length=100), nullable=True))
        for page in _PAGES:
            batch_op.add_column(sa.Column(page, sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("company", schema=None) as batch_op:
        for page in _PAGES:
            batch_op.drop_column(page)
        batch_op.drop_column("logo")
    with op.batch_alter_table("expert_profile", schema=None) as batch_op:
        batch_op.drop_column("takes_letters")
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.drop_constraint("uq_letter_uri", type_="unique")
        batch_op.drop_column("gone_at")
        batch_op.drop_column("uri")
