"""apps: what apps show in the order of time, and what people here have marked of it.

Revises: 20261125_telling
Created: 2026-11-22
"""

import sqlalchemy as sa
from alembic import op

from alliance.database import UtcDateTime, WholeNumber

revision = "20261126_apps"
down_revision = "20261125_telling"
branch_labels = None
depends_on = None

_MARKS = ("favourite", "bookmark", "pin", "mute", "boost")
_LIVE = "gone_at IS NULL"
_LISTED = f"{_LIVE} AND is_listed"
_COLUMNS = (
    "id, kind, lane, author_id, company_id, session_id, comment_id, boosted_id, parent_id, audience,"
    " is_listed, has_picture, created_at, changed_at, gone_at"
)
# What was there before apps keeps its number: all were minted by the same hand, in the order of arrival.
_SESSIONS = f"""
    INSERT INTO posting ({_COLUMNS})
    SELECT id, 'session', 'words', company_id, company_id, id, NULL, NULL, NULL, audience,
        true, image IS NOT NULL, coalesce(published_at, updated_at), coalesce(published_at, updated_at),
        withdrawn_at
    FROM session WHERE status <> 'draft'
"""  # noqa: S608 - names of ours
_COMMENTS = f"""
    INSERT INTO posting ({_COLUMNS})
    SELECT comment.id, 'comment', 'answers', comment.author_id, person.company_id, comment.session_id,
        comment.id, NULL,
        coalesce(comment.parent_id, comment.session_id), comment.audience, false, false, comment.created_at,
        comment.updated_at,
        CASE WHEN comment.state IN ('deleted', 'retracted') THEN comment.updated_at END
    FROM comment JOIN person ON person.id = comment.author_id JOIN session ON session.id = comment.session_id
    WHERE session.status <> 'draft'
"""  # noqa: S608 - names of ours
# Another node in the same millisecond (see alliance/identifiers.py).
_BOOSTS = f"""
    INSERT INTO posting ({_COLUMNS})
    SELECT session.id + CASE WHEN (session.id / 4096) % 2 = 0 THEN 4096 ELSE -4096 END, 'boost', 'hosting',
        session.host_id, person.company_id, session.id, NULL, session.id, NULL, session.audience, false,
        session.image IS NOT NULL, coalesce(session.published_at, session.updated_at),
        coalesce(session.published_at, session.updated_at), session.withdrawn_at
    FROM session JOIN person ON person.id = session.host_id
    WHERE session.status <> 'draft' AND session.host_shown
"""  # noqa: S608 - names of ours
_TOPICS = """
    INSERT INTO posting_topic (topic_id, posting_id)
    SELECT session_topic.topic_id, session_topic.session_id
    FROM session_topic JOIN posting ON posting.id = session_topic.session_id
"""


def upgrade() -> None:
    _create_posting()
    _create_indexes()
    op.create_table(
        "posting_topic",
        sa.Column("topic_id", WholeNumber, nullable=False),
        sa.Column("posting_id", WholeNumber, nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [f"{table}_id"],
                [f"{table}.id"],
                name=op.f(f"fk_posting_topic_{table}_id_{table}"),
                ondelete="CASCADE",
            )
            for table in ("topic", "posting")
        ),
        sa.PrimaryKeyConstraint("topic_id", "posting_id", name=op.f("pk_posting_topic")),
    )
    op.create_index(op.f("ix_posting_topic_posting_id"), "posting_topic", ["posting_id"])
    _create_mark()
    for statement in (_SESSIONS, _COMMENTS, _BOOSTS, _TOPICS):
        op.execute(statement)


def _create_posting() -> None:
    owned = ("session", "comment", "story", "message")
    op.create_table(
        "posting",
        sa.Column("id", WholeNumber, autoincrement=False, nullable=False),
        sa.Column(
            "kind", _word("session", "comment", "story", "message", "boost", name="kind"), nullable=False
        ),
        sa.Column("lane", _word("words", "hosting", "answers", "direct", name="lane"), nullable=False),
        sa.Column("author_id", WholeNumber, nullable=False),
        sa.Column("company_id", WholeNumber, nullable=True),
        *(sa.Column(f"{table}_id", WholeNumber, nullable=True) for table in owned),
        sa.Column("boosted_id", WholeNumber, nullable=True),
        sa.Column("parent_id", WholeNumber, nullable=True),
        sa.Column(
            "audience", _word("company", "alliance", "public", "direct", name="audience"), nullable=False
        ),
        sa.Column("is_listed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("has_picture", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("changed_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("gone_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("edition", WholeNumber, server_default="0", nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [f"{table}_id"],
                [f"{table}.id"],
                name=op.f(f"fk_posting_{table}_id_{table}"),
                ondelete="CASCADE",
            )
            for table in owned
        ),
        sa.ForeignKeyConstraint(
            ["boosted_id"], ["posting.id"], name=op.f("fk_posting_boosted_id_posting"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posting")),
    )


def _create_indexes() -> None:
    _partial("ix_posting_author_id_lane_id", ["author_id", "lane", "id", "gone_at"], _LIVE)
    _partial("ix_posting_kind_id", ["kind", "id"], _LIVE)
    _partial("ix_posting_listed", ["company_id", "audience", "id"], _LISTED)
    _partial("ix_posting_pictured", ["company_id", "audience", "id"], f"{_LISTED} AND has_picture")
    op.create_index("ix_posting_session_id_id", "posting", ["session_id", "id"])
    op.create_index("ix_posting_edition", "posting", ["edition"])
    op.create_index("ix_posting_parent_id_id", "posting", ["parent_id", "id"])
    op.create_index("ix_posting_boosted_id_author_id", "posting", ["boosted_id", "author_id"])
    for kind in ("session", "comment", "story", "message"):
        _partial(f"uq_posting_{kind}", [f"{kind}_id"], f"kind = '{kind}'", unique=True)
    _partial("uq_posting_boost", ["author_id", "boosted_id"], "kind = 'boost'", unique=True)


def _create_mark() -> None:
    op.create_table(
        "mark",
        sa.Column("person_id", WholeNumber, autoincrement=False, nullable=False),
        sa.Column("posting_id", WholeNumber, autoincrement=False, nullable=False),
        sa.Column(
            "kind", _word("favourite", "bookmark", "pin", "mute", "boost", name="kind"), nullable=False
        ),
        sa.Column("id", WholeNumber, nullable=False),
        sa.Column("since", UtcDateTime(timezone=True), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [f"{table}_id"],
                [f"{table}.id"],
                name=op.f(f"fk_mark_{table}_id_{table}"),
                ondelete="CASCADE",
            )
            for table in ("person", "posting")
        ),
        sa.PrimaryKeyConstraint("person_id", "posting_id", "kind", name=op.f("pk_mark")),
        sa.UniqueConstraint("id", name=op.f("uq_mark_id")),
    )
    op.create_index("ix_mark_person_id_kind_id", "mark", ["person_id", "kind", "id"])
    op.create_index("ix_mark_posting_id_kind", "mark", ["posting_id", "kind"])


def _word(*words: str, name: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True)


def _partial(name: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    on_sqlite = where.replace("is_listed", "is_listed = 1").replace("has_picture", "has_picture = 1")
    op.create_index(
        name,
        "posting",
        columns,
        unique=unique,
        sqlite_where=sa.text(on_sqlite),
        postgresql_where=sa.text(where),
    )


def downgrade() -> None:
    op.drop_table("mark")
    op.drop_table("posting_topic")
    op.drop_table("posting")
