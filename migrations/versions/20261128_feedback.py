"""What helped, in sum only.

Revises: 20261128_wishes
Created: 2026-11-23
"""

import sqlalchemy as sa
from alembic import op

from alliance.database import WholeNumber

revision = "20261128_feedback"
down_revision = "20261128_wishes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feedback_tally",
        sa.Column("session_id", WholeNumber, autoincrement=False, nullable=False),
        sa.Column("batches", sa.SmallInteger(), nullable=False),
        sa.Column("points", sa.SmallInteger(), nullable=False),
        sa.Column("told_batches", sa.SmallInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        _of_session("feedback_tally"),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_feedback_tally")),
    )
    op.create_table(
        "feedback_given",
        sa.Column("session_id", WholeNumber, autoincrement=False, nullable=False),
        sa.Column("mark", sa.String(length=32), nullable=False),
        _of_session("feedback_given"),
        sa.PrimaryKeyConstraint("session_id", "mark", name=op.f("pk_feedback_given")),
        # Without numbers of rows, which would tell the order in which they came.
        sqlite_with_rowid=False,
    )
    op.create_table(
        "feedback_from_ally",
        sa.Column("session_id", WholeNumber, autoincrement=False, nullable=False),
        sa.Column("company_id", WholeNumber, autoincrement=False, nullable=False),
        sa.Column("batches", sa.SmallInteger(), nullable=False),
        sa.Column("points", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["company.id"],
            name=op.f("fk_feedback_from_ally_company_id_company"),
            ondelete="CASCADE",
        ),
        _of_session("feedback_from_ally"),
        sa.PrimaryKeyConstraint("session_id", "company_id", name=op.f("pk_feedback_from_ally")),
    )


def downgrade() -> None:
    for table in ("feedback_from_ally", "feedback_given", "feedback_tally"):
        op.drop_table(table)


def _of_session(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_session_id_session")
    return sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=name, ondelete="CASCADE")
