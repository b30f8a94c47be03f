"""telling: stories with their pictures and earlier words, messages of one person, words for later.

Revises: 20261125_replying
Created: 2026-11-22
"""

import sqlalchemy as sa
from alembic import op

from alliance.database import UtcDateTime, WholeNumber

revision = "20261125_telling"
down_revision = "20261125_replying"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "planned_words",
        sa.Column("id", WholeNumber, autoincrement=False, nullable=False),
        sa.Column("person_id", WholeNumber, nullable=False),
        sa.Column("due_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("wishes", sa.JSON(), nullable=False),
        sa.Column("problem", sa.String(length=500), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_planned_words_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned_words")),
    )
    op.create_index("ix_planned_words_due_at_id", "planned_words", ["due_at", "id"])
    op.create_index("ix_planned_words_person_id_id", "planned_words", ["person_id", "id"])
    op.create_table(
        "said_once",
        sa.Column("person_id", WholeNumber, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("reference", sa.String(length=40), nullable=False),
        sa.Column("since", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_said_once_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_id", "key", name=op.f("pk_said_once")),
    )
    op.create_index("ix_said_once_since", "said_once", ["since"])
    op.create_table(
        "message",
        sa.Column("id", WholeNumber, autoincrement=False, nullable=False),
        sa.Column("person_id", WholeNumber, nullable=False),
        sa.Column(
            "direction",
            sa.Enum("from", "to", name="direction", native_enum=False, create_constraint=True),
            nullable=False,
        ),
        sa.Column("other_id", WholeNumber, nullable=False),
        sa.Column(
            "about",
            sa.Enum(
                "joined",
                "waiting",
                "asked",
                "left",
                "invitation",
                "understood",
                "published",
                "dropped",
                "problem",
                "letter",
                name="about",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("session_id", WholeNumber, nullable=True),
        sa.Column("letter_id", WholeNumber, nullable=True),
        sa.Column("parent_id", WholeNumber, nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column(
            "audience",
            sa.Enum(
                "company", "alliance", "public", name="audience", native_enum=False, create_constraint=True
            ),
            nullable=False,
        ),
        sa.Column("answer", sa.String(length=10), nullable=True),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("read_at", UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["letter.id"], name=op.f("fk_message_letter_id_letter"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["message.id"], name=op.f("fk_message_parent_id_message"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_message_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_message_session_id_session"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
    )
    op.create_index("ix_message_letter_id", "message", ["letter_id"])
    op.create_index("ix_message_parent_id", "message", ["parent_id"])
    op.create_index("ix_message_person_id_id", "message", ["person_id", "id"])
    op.create_index("ix_message_person_id_other_id_id", "message", ["person_id", "other_id", "id"])
    op.create_index("ix_message_session_id", "message", ["session_id"])
    op.create_table(
        "story",
        sa.Column("id", WholeNumber, autoincrement=False, nullable=False),
        sa.Column("author_id", WholeNumber, nullable=False),
        sa.Column("session_id", WholeNumber, nullable=True),
        sa.Column("parent_id", WholeNumber, nullable=True),
        sa.Column("uri", sa.String(length=500), nullable=True),
        sa.Column("url", sa.String(length=500), nullable=True),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("spoiler", sa.String(length=500), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column(
            "audience",
            sa.Enum(
                "company", "alliance", "public", name="audience", native_enum=False, create_constraint=True
            ),
            nullable=False,
        ),
        sa.Column("is_quiet", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("shown", "hidden", "deleted", name="state", native_enum=False, create_constraint=True),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("edits", sa.SmallInteger(), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_story_author_id_person")),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["story.id"], name=op.f("fk_story_parent_id_story"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_story_session_id_session"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_story")),
        sa.UniqueConstraint("uri", name=op.f("uq_story_uri")),
    )
    op.create_index("ix_story_author_id_id", "story", ["author_id", "id"])
    op.create_index("ix_story_parent_id", "story", ["parent_id"])
    op.create_index("ix_story_session_id_id", "story", ["session_id", "id"])
    op.create_index("ix_story_state_id", "story", ["state", "id"])
    op.create_table(
        "story_picture",
        sa.Column("id", WholeNumber, autoincrement=False, nullable=False),
        sa.Column("owner_id", WholeNumber, nullable=False),
        sa.Column("story_id", WholeNumber, nullable=True),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("width", sa.SmallInteger(), nullable=False),
        sa.Column("height", sa.SmallInteger(), nullable=False),
        sa.Column("description", sa.String(length=1500), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["person.id"], name=op.f("fk_story_picture_owner_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_story_picture_story_id_story"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_story_picture")),
    )
    op.create_index("ix_story_picture_name", "story_picture", ["name"])
    op.create_index("ix_story_picture_owner_id_id", "story_picture", ["owner_id", "id"])
    op.create_index("ix_story_picture_story_id_position", "story_picture", ["story_id", "position"])
    op.create_table(
        "story_version",
        sa.Column("story_id", WholeNumber, nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("spoiler", sa.String(length=500), nullable=False),
        sa.Column("written_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["story_id"], ["story.id"], name=op.f("fk_story_version_story_id_story"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("story_id", "number", name=op.f("pk_story_version")),
    )
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.add_column(sa.Column("story_id", WholeNumber, nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_report_story_id_story"), "story", ["story_id"], ["id"], ondelete="CASCADE"
        )


def downgrade() -> None:
    op.execute("DELETE FROM report WHERE story_id IS NOT NULL")
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_report_story_id_story"), type_="foreignkey")
        batch_op.drop_column("story_id")
    for table in ("story_version", "story_picture", "story", "message", "said_once", "planned_words"):
        op.drop_table(table)
