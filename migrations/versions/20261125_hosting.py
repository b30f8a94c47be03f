"""hosting: who holds a session together with its host.

Revises: 20261124_mine
Created: 2026-11-22
"""

import sqlalchemy as sa
from alembic import op

import alliance.database

revision = "20261125_hosting"
down_revision = "20261124_mine"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    states = sa.Enum("asked", "yes", "no", "over", name="state", native_enum=False, create_constraint=True)
    op.create_table(
        "co_host",
        sa.Column("id", number, autoincrement=False, nullable=False),
        sa.Column("session_id", number, nullable=False),
        sa.Column("person_id", number, nullable=False),
        sa.Column("state", states, nullable=False),
        sa.Column("since", alliance.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("request_uri", sa.String(length=500), nullable=True),
        sa.Column("answer_uri", sa.String(length=500), nullable=True),
        sa.Column("personal_link", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_co_host_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_co_host_session_id_session"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_co_host")),
        sa.UniqueConstraint("session_id", "person_id", name=op.f("uq_co_host_session_id_person_id")),
    )
    op.create_index("ix_co_host_person_id_state", "co_host", ["person_id", "state"], unique=False)
    op.create_index("ix_co_host_request_uri", "co_host", ["request_uri"], unique=False)
    op.add_column("session", sa.Column("co_host_ids", sa.JSON(), server_default="[]", nullable=False))


def downgrade() -> None:
    # Dropping a column needs no copy of the table, which would take every row that points at a session along.
    op.drop_column("session", "co_host_ids")
    op.drop_index("ix_co_host_request_uri", table_name="co_host")
    op.drop_index("ix_co_host_person_id_state", table_name="co_host")
    op.drop_table("co_host")
