"""offering: drafts as they were typed, sessions kept in mind, materials, and whether thanks were said.

Revises: 20261124_search
Created: 2026-11-22
"""

import sqlalchemy as sa
from alembic import op

from alliance.database import UtcDateTime, WholeNumber

revision = "20261124_offering"
down_revision = "20261124_search"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "draft_form",
        sa.Column("session_id", WholeNumber, autoincrement=False, nullable=False),
        sa.Column("typed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_draft_form_session_id_session"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_draft_form")),
    )
    op.create_table(
        "saved_session",
        sa.Column("person_id", WholeNumber, autoincrement=False, nullable=False),
        sa.Column("session_id", WholeNumber, autoincrement=False, nullable=False),
        sa.Column("since", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_saved_session_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["session.id"],
            name=op.f("fk_saved_session_session_id_session"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("person_id", "session_id", name=op.f("pk_saved_session")),
    )
    op.create_index("ix_saved_session_session_id", "saved_session", ["session_id"])
    op.create_table(
        "material",
        sa.Column("id", WholeNumber, autoincrement=False, nullable=False),
        sa.Column("session_id", WholeNumber, nullable=False),
        sa.Column(
            "kind",
            sa.Enum("recording", "slides", "link", name="kind", native_enum=False, create_constraint=True),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("added_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_material_session_id_session"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_material")),
    )
    op.create_index("ix_material_session_id_id", "material", ["session_id", "id"])
    op.add_column("session", sa.Column("thanked_at", UtcDateTime(timezone=True), nullable=True))


def downgrade() -> None:
    # Without their forms drafts are empty shells.
    op.execute("DELETE FROM session WHERE status = 'draft'")
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.drop_column("thanked_at")
    op.drop_table("material")
    op.drop_table("saved_session")
    op.drop_table("draft_form")
