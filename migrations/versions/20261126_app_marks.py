"""app_marks: whom and what somebody keeps away, lists, filters, and what they chose for their apps.

Revises: 20261126_apps
Created: 2026-11-22
"""

import sqlalchemy as sa
from alembic import op

from alliance.database import UtcDateTime, WholeNumber

revision = "20261126_app_marks"
down_revision = "20261126_apps"
branch_labels = None
depends_on = None

Column = sa.Column[object]


def upgrade() -> None:
    _distances()
    _account_marks()
    _lists()
    _filters()
    _choices()
    _follows()
    _notifications()


def downgrade() -> None:
    op.execute("DELETE FROM notification WHERE session_id IS NULL")
    with op.batch_alter_table("notification", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("uq_notification_person_id_kind_account_id"), type_="unique")
        batch_op.drop_constraint(op.f("fk_notification_story_id_story"), type_="foreignkey")
        batch_op.drop_constraint(op.f("fk_notification_message_id_message"), type_="foreignkey")
        for column in ("account_id", "story_id", "message_id"):
            batch_op.drop_index(f"ix_notification_{column}")
            batch_op.drop_column(column)
    with op.batch_alter_table("interest", schema=None) as batch_op:
        batch_op.drop_column("languages")
        batch_op.drop_column("notifies")
        batch_op.drop_column("shows_boosts")
    for table in (
        "featured_topic",
        "writing_choice",
        "notice_policy",
        "reading_marker",
        "filter_posting",
        "filter_keyword",
        "app_filter",
        "app_list_member",
        "app_list",
        "account_note",
        "account_mark",
        "domain_distance",
        "distance",
    ):
        op.drop_table(table)


def _distances() -> None:
    op.create_table(
        "distance",
        _number("id"),
        _number("person_id"),
        _number("account_id"),
        _word("kind", "block", "mute"),
        sa.Column("hides_notifications", sa.Boolean(), nullable=False),
        sa.Column("until", UtcDateTime(timezone=True), nullable=True),
        _moment("since"),
        _belongs("distance", "person_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_distance")),
        sa.UniqueConstraint(
            "person_id", "kind", "account_id", name=op.f("uq_distance_person_id_kind_account_id")
        ),
    )
    op.create_index("ix_distance_account_id", "distance", ["account_id"])
    op.create_table(
        "domain_distance",
        _number("id"),
        _number("person_id"),
        sa.Column("domain", sa.String(length=253), nullable=False),
        _moment("since"),
        _belongs("domain_distance", "person_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_domain_distance")),
        sa.UniqueConstraint("person_id", "domain", name=op.f("uq_domain_distance_person_id_domain")),
    )


def _account_marks() -> None:
    op.create_table(
        "account_mark",
        _number("id"),
        _number("person_id"),
        _number("account_id"),
        _word("kind", "endorsed", "unsuggested", "permitted", "dismissed"),
        _moment("since"),
        _belongs("account_mark", "person_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_mark")),
        sa.UniqueConstraint(
            "person_id", "kind", "account_id", name=op.f("uq_account_mark_person_id_kind_account_id")
        ),
    )
    op.create_index("ix_account_mark_account_id", "account_mark", ["account_id"])
    op.create_table(
        "account_note",
        _number("person_id"),
        _number("account_id"),
        sa.Column("text", sa.String(length=2000), nullable=False),
        _moment("changed_at"),
        _belongs("account_note", "person_id", "person"),
        sa.PrimaryKeyConstraint("person_id", "account_id", name=op.f("pk_account_note")),
    )
    op.create_index("ix_account_note_account_id", "account_note", ["account_id"])


def _lists() -> None:
    op.create_table(
        "app_list",
        _number("id"),
        _number("person_id"),
        sa.Column("title", sa.String(length=120), nullable=False),
        _word("replies_policy", "followed", "list", "none"),
        sa.Column("is_exclusive", sa.Boolean(), nullable=False),
        _moment("created_at"),
        _belongs("app_list", "person_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_app_list")),
    )
    op.create_index("ix_app_list_person_id_id", "app_list", ["person_id", "id"])
    op.create_table(
        "app_list_member",
        _number("id"),
        _number("list_id"),
        _number("account_id"),
        _belongs("app_list_member", "list_id", "app_list"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_app_list_member")),
        sa.UniqueConstraint("list_id", "account_id", name=op.f("uq_app_list_member_list_id_account_id")),
    )
    op.create_index("ix_app_list_member_account_id", "app_list_member", ["account_id"])


def _filters() -> None:
    op.create_table(
        "app_filter",
        _number("id"),
        _number("person_id"),
        sa.Column("title", sa.String(length=255), nullable=False),
        sa.Column("contexts", sa.JSON(), nullable=False),
        _word("action", "warn", "hide", "blur"),
        sa.Column("expires_at", UtcDateTime(timezone=True), nullable=True),
        _belongs("app_filter", "person_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_app_filter")),
    )
    op.create_index("ix_app_filter_person_id_id", "app_filter", ["person_id", "id"])
    op.create_table(
        "filter_keyword",
        _number("id"),
        _number("filter_id"),
        sa.Column("keyword", sa.String(length=255), nullable=False),
        sa.Column("is_whole_word", sa.Boolean(), nullable=False),
        _belongs("filter_keyword", "filter_id", "app_filter"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filter_keyword")),
    )
    op.create_index("ix_filter_keyword_filter_id_id", "filter_keyword", ["filter_id", "id"])
    op.create_table(
        "filter_posting",
        _number("id"),
        _number("filter_id"),
        _number("posting_id"),
        _belongs("filter_posting", "filter_id", "app_filter"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filter_posting")),
        sa.UniqueConstraint("filter_id", "posting_id", name=op.f("uq_filter_posting_filter_id_posting_id")),
    )


def _choices() -> None:
    op.create_table(
        "reading_marker",
        _number("person_id"),
        _word("timeline", "home", "notifications"),
        _number("last_read_id"),
        _number("version"),
        _moment("updated_at"),
        _belongs("reading_marker", "person_id", "person"),
        sa.PrimaryKeyConstraint("person_id", "timeline", name=op.f("pk_reading_marker")),
    )
    treatments = ("accept", "filter", "drop")
    op.create_table(
        "notice_policy",
        _number("person_id"),
        _word("not_following", *treatments),
        _word("not_followers", *treatments),
        _word("new_accounts", *treatments),
        _word("private_mentions", *treatments),
        _word("limited_accounts", *treatments),
        _belongs("notice_policy", "person_id", "person"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_notice_policy")),
    )
    op.create_table(
        "writing_choice",
        _number("person_id"),
        _word("visibility", "public", "unlisted", "private", "direct"),
        sa.Column("is_sensitive", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=True),
        _belongs("writing_choice", "person_id", "person"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_writing_choice")),
    )
    op.create_table(
        "featured_topic",
        _number("id"),
        _number("person_id"),
        _number("topic_id"),
        _moment("since"),
        _belongs("featured_topic", "person_id", "person"),
        _belongs("featured_topic", "topic_id", "topic"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_featured_topic")),
        sa.UniqueConstraint("person_id", "topic_id", name=op.f("uq_featured_topic_person_id_topic_id")),
    )
    op.create_index("ix_featured_topic_topic_id", "featured_topic", ["topic_id"])


def _follows() -> None:
    with op.batch_alter_table("interest", schema=None) as batch_op:
        for flag in ("shows_boosts", "notifies"):
            batch_op.add_column(sa.Column(flag, sa.Boolean(), server_default=sa.true(), nullable=False))
        batch_op.add_column(sa.Column("languages", sa.JSON(none_as_null=True), nullable=True))


def _notifications() -> None:
    with op.batch_alter_table("notification", schema=None) as batch_op:
        for column in ("message_id", "story_id", "account_id"):
            batch_op.add_column(sa.Column(column, WholeNumber, nullable=True))
            batch_op.create_index(f"ix_notification_{column}", [column])
        for other in ("message", "story"):
            name, column = op.f(f"fk_notification_{other}_id_{other}"), f"{other}_id"
            batch_op.create_foreign_key(name, other, [column], ["id"], ondelete="CASCADE")
        batch_op.create_unique_constraint(
            op.f("uq_notification_person_id_kind_account_id"), ["person_id", "kind", "account_id"]
        )


def _number(name: str) -> Column:
    return sa.Column(name, WholeNumber, autoincrement=False, nullable=False)


def _moment(name: str) -> Column:
    return sa.Column(name, UtcDateTime(timezone=True), nullable=False)


def _word(name: str, *words: str) -> Column:
    kind = sa.Enum(*words, name=name, native_enum=False, create_constraint=True)
    return sa.Column(name, kind, nullable=False)


def _belongs(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete="CASCADE")
