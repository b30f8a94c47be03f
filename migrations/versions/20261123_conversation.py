"""conversation: comments, reactions, reports, notifications, and what we think of domains.

Revises: 20261123_rsvp
Created: 2026-11-22
"""

import sqlalchemy as sa
from alembic import op

import alliance.database

revision = "20261123_conversation"
down_revision = "20261123_rsvp"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "conversation",
                sa.Enum(
                    "open",
                    "moderated",
                    "closed",
                    name="conversation",
                    native_enum=False,
                    create_constraint=True,
                ),
                nullable=False,
                server_default="moderated",
            )
        )
    op.create_table(
        "comment",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("thread_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("depth", sa.SmallInteger(), nullable=False),
        sa.Column("uri", sa.String(length=500), nullable=True),
        sa.Column("url", sa.String(length=500), nullable=True),
        sa.Column("token", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column(
            "audience",
            sa.Enum(
                "company", "alliance", "public", name="audience", native_enum=False, create_constraint=True
            ),
            nullable=False,
        ),
        sa.Column("is_private", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "shown",
                "waiting",
                "hidden",
                "retracted",
                "deleted",
                name="state",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("edits", sa.SmallInteger(), nullable=False),
        sa.Column("created_at", alliance.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", alliance.database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_comment_author_id_person")),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["comment.id"], name=op.f("fk_comment_parent_id_comment"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_comment_session_id_session"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
        sa.UniqueConstraint("uri", name=op.f("uq_comment_uri")),
    )
    op.create_index("ix_comment_author_id_id", "comment", ["author_id", "id"], unique=False)
    op.create_index("ix_comment_parent_id", "comment", ["parent_id"], unique=False)
    op.create_index(
        "ix_comment_session_id_thread_id_id", "comment", ["session_id", "thread_id", "id"], unique=False
    )
    op.create_index("ix_comment_state_id", "comment", ["state", "id"], unique=False)
    op.create_table(
        "reaction",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("like", "announce", name="kind", native_enum=False, create_constraint=True),
            nullable=False,
        ),
        sa.Column("actor", sa.String(length=500), nullable=False),
        sa.Column("host", sa.String(length=260), nullable=False),
        sa.Column("activity_uri", sa.String(length=500), nullable=False),
        sa.Column("created_at", alliance.database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_reaction_session_id_session"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reaction")),
        sa.UniqueConstraint("session_id", "kind", "actor", name=op.f("uq_reaction_session_id_kind_actor")),
    )
    op.create_index("ix_reaction_actor", "reaction", ["actor"], unique=False)
    op.create_table(
        "report",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("comment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reporter_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reporter_host", sa.String(length=260), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("open", "closed", name="state", native_enum=False, create_constraint=True),
            nullable=False,
        ),
        sa.Column(
            "outcome",
            sa.Enum(
                "",
                "hidden",
                "withdrawn",
                "blocked",
                "rejected",
                name="outcome",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("created_at", alliance.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("closed_at", alliance.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("closed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("forwarded_at", alliance.database.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["closed_by_id"], ["person.id"], name=op.f("fk_report_closed_by_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["comment_id"], ["comment.id"], name=op.f("fk_report_comment_id_comment"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_report_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["reporter_id"], ["person.id"], name=op.f("fk_report_reporter_id_person"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_report_session_id_session"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
    )
    op.create_index("ix_report_reporter_host_state", "report", ["reporter_host", "state"], unique=False)
    op.create_index(op.f("ix_report_reporter_id"), "report", ["reporter_id"], unique=False)
    op.create_index("ix_report_state_id", "report", ["state", "id"], unique=False)
    op.create_table(
        "notification",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("comment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", alliance.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("read_at", alliance.database.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["comment_id"],
            ["comment.id"],
            name=op.f("fk_notification_comment_id_comment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_notification_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["session.id"],
            name=op.f("fk_notification_session_id_session"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
        sa.UniqueConstraint("person_id", "comment_id", name=op.f("uq_notification_person_id_comment_id")),
    )
    op.create_index("ix_notification_person_id_id", "notification", ["person_id", "id"], unique=False)
    op.create_index(
        "ix_notification_unread",
        "notification",
        ["person_id"],
        unique=False,
        sqlite_where=sa.text("read_at IS NULL"),
        postgresql_where=sa.text("read_at IS NULL"),
    )
    op.create_table(
        "domain_policy",
        sa.Column("domain", sa.String(length=253), nullable=False),
        sa.Column(
            "severity",
            sa.Enum("none", "silence", "suspend", name="severity", native_enum=False, create_constraint=True),
            nullable=False,
        ),
        sa.Column("rejects_media", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("created_at", alliance.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", alliance.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["by_id"], ["person.id"], name=op.f("fk_domain_policy_by_id_person"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("domain", name=op.f("pk_domain_policy")),
    )
    op.create_table(
        "actor_block",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("actor_uri", sa.String(length=500), nullable=False),
        sa.Column("by_them", sa.Boolean(), nullable=False),
        sa.Column("ours", sa.String(length=100), nullable=False),
        sa.Column("activity_uri", sa.String(length=500), nullable=False),
        sa.Column("created_at", alliance.database.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_actor_block")),
        sa.UniqueConstraint(
            "actor_uri", "by_them", "ours", name=op.f("uq_actor_block_actor_uri_by_them_ours")
        ),
    )
    op.create_index("ix_actor_block_by_them_id", "actor_block", ["by_them", "id"], unique=False)


def downgrade() -> None:
    op.drop_table("actor_block")
    op.drop_table("domain_policy")
    op.drop_table("notification")
    op.drop_table("report")
    op.drop_table("reaction")
    op.drop_table("comment")
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_session_conversation"), type_="check")
        batch_op.drop_column("conversation")
