"""sources: external sources, and who wrote what they list.

Revises: 20261123_wire
Created: 2026-11-22
"""

import sqlalchemy as sa
from alembic import op

import alliance.database

revision = "20261123_sources"
down_revision = "20261123_wire"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "source",
        sa.Column(
            "company_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("uri", sa.String(length=500), nullable=False),
        sa.Column("host", sa.String(length=260), nullable=False),
        sa.Column(
            "state",
            sa.Enum("asked", "following", "refused", name="state", native_enum=False, create_constraint=True),
            nullable=False,
        ),
        sa.Column("is_paused", sa.Boolean(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("since", alliance.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("created_at", alliance.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("fetched_at", alliance.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("failing_since", alliance.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_source_company_id_company"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("company_id", name=op.f("pk_source")),
        sa.UniqueConstraint("uri", name=op.f("uq_source_uri")),
    )
    with op.batch_alter_table("source", schema=None) as batch_op:
        batch_op.create_index("ix_source_host", ["host"], unique=False)
    op.add_column("session", sa.Column("author_uri", sa.String(length=500), nullable=True))


def downgrade() -> None:
    # What external sources list can't be told from partners' sessions without the table of sources.
    op.execute("DELETE FROM session WHERE author_uri IS NOT NULL")
    op.execute("DELETE FROM session_topic WHERE session_id NOT IN (SELECT id FROM session)")
    op.execute("DELETE FROM session_translation WHERE session_id NOT IN (SELECT id FROM session)")
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.drop_column("author_uri")
    op.execute("CREATE TEMPORARY TABLE gone AS SELECT company_id FROM source")
    op.drop_table("source")
    op.execute("DELETE FROM catch_up WHERE company_id IN (SELECT company_id FROM gone)")
    op.execute("DELETE FROM company WHERE id IN (SELECT company_id FROM gone)")
    op.execute("DROP TABLE gone")
