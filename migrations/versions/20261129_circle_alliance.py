"""Learning circles across companies: calls of allies, pseudonyms of their people, what each was told.

Revises: 20261129_records
Created: 2026-11-23
"""

import sqlalchemy as sa
from alembic import op

from alliance.database import UtcDateTime, WholeNumber

revision = "20261129_circle_alliance"
down_revision = "20261129_records"
branch_labels = None
depends_on = None

_UNIQUE = (
    ("circle_call", "uri"),
    ("circle", "uri"),
    ("circle_place", "token"),
    ("circle_place", "uri"),
    ("circle_note", "uri"),
)
_AUDIENCE = sa.Enum(
    "company", "alliance", name="audience", native_enum=False, create_constraint=True, length=8
)
_PLACE_TEXTS = (("own_code", 20), ("pair_code", 20), ("told", 64), ("name", 100), ("handle", 100))


def upgrade() -> None:
    with op.batch_alter_table("circle_call", schema=None) as batch_op:
        batch_op.add_column(sa.Column("audience", _AUDIENCE, nullable=False, server_default="company"))
        batch_op.add_column(sa.Column("companies_wanted", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("uri", sa.String(length=500), nullable=True))
        batch_op.add_column(sa.Column("version", WholeNumber, nullable=True))
    with op.batch_alter_table("circle_place", schema=None) as batch_op:
        batch_op.alter_column("person_id", existing_type=WholeNumber, nullable=True)
        batch_op.add_column(sa.Column("token", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("uri", sa.String(length=500), nullable=True))
        batch_op.add_column(sa.Column("version", WholeNumber, nullable=True))
        for name, length in _PLACE_TEXTS:
            batch_op.add_column(sa.Column(name, sa.String(length=length), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("words", sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column("hints", sa.JSON(), nullable=True))
    with op.batch_alter_table("circle", schema=None) as batch_op:
        batch_op.add_column(sa.Column("link_at", UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("uri", sa.String(length=500), nullable=True))
        batch_op.add_column(sa.Column("version", WholeNumber, nullable=True))
        batch_op.add_column(sa.Column("heard", sa.JSON(), nullable=False, server_default="{}"))
    with op.batch_alter_table("circle_note", schema=None) as batch_op:
        batch_op.alter_column("author_id", existing_type=WholeNumber, nullable=True)
        batch_op.add_column(sa.Column("place_id", WholeNumber, nullable=True))
        batch_op.add_column(sa.Column("uri", sa.String(length=500), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_circle_note_place_id_circle_place"),
            "circle_place",
            ["place_id"],
            ["id"],
            ondelete="CASCADE",
        )
    op.create_index("ix_circle_note_place_id", "circle_note", ["place_id"])
    for table, column in _UNIQUE:
        op.create_index(f"uq_{table}_{column}", table, [column], unique=True)


def downgrade() -> None:
    # Of other companies nothing stays: the program before this one knows people of this house alone.
    op.execute("DELETE FROM circle_note WHERE author_id IS NULL")
    op.execute(
        "DELETE FROM circle_member WHERE place_id IN (SELECT id FROM circle_place WHERE person_id IS NULL)"
    )
    op.execute("DELETE FROM circle_place WHERE person_id IS NULL")
    op.execute("UPDATE circle_call SET state = 'withdrawn' WHERE uri IS NOT NULL")
    op.execute("UPDATE circle SET state = 'ended' WHERE uri IS NOT NULL")
    for table, column in reversed(_UNIQUE):
        op.drop_index(f"uq_{table}_{column}", table_name=table)
    op.drop_index("ix_circle_note_place_id", table_name="circle_note")
    with op.batch_alter_table("circle_note", schema=None) as batch_op:
        batch_op.drop_constraint("fk_circle_note_place_id_circle_place", type_="foreignkey")
        batch_op.drop_column("uri")
        batch_op.drop_column("place_id")
        batch_op.alter_column("author_id", existing_type=WholeNumber, nullable=False)
    with op.batch_alter_table("circle", schema=None) as batch_op:
        for name in ("heard", "version", "uri", "link_at"):
            batch_op.drop_column(name)
    with op.batch_alter_table("circle_place", schema=None) as batch_op:
        for name in ("hints", "words", *(name for name, _ in _PLACE_TEXTS), "version", "uri", "token"):
            batch_op.drop_column(name)
        batch_op.alter_column("person_id", existing_type=WholeNumber, nullable=False)
    with op.batch_alter_table("circle_call", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_circle_call_audience"), type_="check")
        for name in ("version", "uri", "companies_wanted", "audience"):
            batch_op.drop_column(name)
