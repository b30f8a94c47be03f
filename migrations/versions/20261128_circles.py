"""Learning circles.

Revises: 20261128_series
Created: 2026-11-23
"""

import sqlalchemy as sa
from alembic import op

from alliance.database import UtcDateTime, WholeNumber

revision = "20261128_circles"
down_revision = "20261128_series"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_circle_call()
    _create_circle_place()
    _create_circle()
    _create_circle_member()
    _create_circle_meeting()
    _create_circle_note()
    _create_circle_pit_stop()


def downgrade() -> None:
    for table in (
        "circle_pit_stop",
        "circle_note",
        "circle_meeting",
        "circle_member",
        "circle",
        "circle_place",
        "circle_call",
    ):
        op.drop_table(table)


def _create_circle_call() -> None:
    op.create_table(
        "circle_call",
        sa.Column("id", WholeNumber, nullable=False),
        sa.Column("company_id", WholeNumber, nullable=False),
        sa.Column("organiser_id", WholeNumber, nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("guide_title", sa.String(length=200), nullable=False),
        sa.Column("guide_url", sa.String(length=500), nullable=False),
        sa.Column("guide_licence", sa.String(length=100), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("slots", sa.JSON(), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("minutes", sa.SmallInteger(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("sign_up_until", UtcDateTime(timezone=True), nullable=False),
        sa.Column("smallest", sa.SmallInteger(), nullable=False),
        sa.Column("largest", sa.SmallInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "running",
                "withdrawn",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=9,
            ),
            nullable=False,
        ),
        sa.Column("matching", sa.JSON(), nullable=True),
        sa.Column("matched_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", UtcDateTime(timezone=True), nullable=False),
        _of("circle_call", "company_id", "company", ondelete=None),
        _of("circle_call", "organiser_id", "person", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_circle_call")),
    )
    op.create_index("ix_circle_call_state_sign_up_until", "circle_call", ["state", "sign_up_until"])


def _create_circle_place() -> None:
    op.create_table(
        "circle_place",
        sa.Column("id", WholeNumber, nullable=False),
        sa.Column("call_id", WholeNumber, nullable=False),
        sa.Column("company_id", WholeNumber, nullable=False),
        sa.Column("person_id", WholeNumber, nullable=False),
        sa.Column("partner_id", WholeNumber, nullable=True),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("slots", sa.JSON(), nullable=False),
        sa.Column("utc_offset", sa.SmallInteger(), nullable=False),
        sa.Column("avoids", sa.LargeBinary(), nullable=True),
        sa.Column("since", UtcDateTime(timezone=True), nullable=False),
        _of("circle_place", "call_id", "circle_call", ondelete="CASCADE"),
        _of("circle_place", "company_id", "company", ondelete=None),
        _of("circle_place", "partner_id", "person", ondelete="SET NULL"),
        _of("circle_place", "person_id", "person", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_circle_place")),
        sa.UniqueConstraint("call_id", "person_id", name=op.f("uq_circle_place_call_id_person_id")),
    )
    op.create_index("ix_circle_place_partner_id", "circle_place", ["partner_id"])
    op.create_index("ix_circle_place_person_id", "circle_place", ["person_id"])


def _create_circle() -> None:
    op.create_table(
        "circle",
        sa.Column("id", WholeNumber, nullable=False),
        sa.Column("call_id", WholeNumber, nullable=False),
        sa.Column("topic", sa.String(length=100), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("slots", sa.JSON(), nullable=False),
        sa.Column("companies", sa.SmallInteger(), nullable=False),
        sa.Column("wished", sa.SmallInteger(), nullable=False),
        sa.Column("met", sa.SmallInteger(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked", "running", "ended", name="state", native_enum=False, create_constraint=True, length=7
            ),
            nullable=False,
        ),
        sa.Column("meeting_link", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        _of("circle", "call_id", "circle_call", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_circle")),
    )
    op.create_index("ix_circle_call_id", "circle", ["call_id"])


def _create_circle_member() -> None:
    op.create_table(
        "circle_member",
        sa.Column("id", WholeNumber, nullable=False),
        sa.Column("circle_id", WholeNumber, nullable=False),
        sa.Column("place_id", WholeNumber, nullable=False),
        sa.Column(
            "answer",
            sa.Enum(
                "asked",
                "yes",
                "no",
                "left",
                name="answer",
                native_enum=False,
                create_constraint=True,
                length=5,
            ),
            nullable=False,
        ),
        sa.Column("since", UtcDateTime(timezone=True), nullable=False),
        _of("circle_member", "circle_id", "circle", ondelete="CASCADE"),
        _of("circle_member", "place_id", "circle_place", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_circle_member")),
        sa.UniqueConstraint("circle_id", "place_id", name=op.f("uq_circle_member_circle_id_place_id")),
    )
    op.create_index("ix_circle_member_place_id", "circle_member", ["place_id"])


def _create_circle_meeting() -> None:
    op.create_table(
        "circle_meeting",
        sa.Column("id", WholeNumber, nullable=False),
        sa.Column("circle_id", WholeNumber, nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("starts_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("ends_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("sequence", WholeNumber, nullable=False),
        sa.Column("held_at", UtcDateTime(timezone=True), nullable=True),
        _of("circle_meeting", "circle_id", "circle", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_circle_meeting")),
        sa.UniqueConstraint("circle_id", "number", name=op.f("uq_circle_meeting_circle_id_number")),
    )


def _create_circle_note() -> None:
    op.create_table(
        "circle_note",
        sa.Column("id", WholeNumber, nullable=False),
        sa.Column("circle_id", WholeNumber, nullable=False),
        sa.Column("author_id", WholeNumber, nullable=False),
        sa.Column("text", sa.String(length=2000), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        _of("circle_note", "author_id", "person", ondelete="CASCADE"),
        _of("circle_note", "circle_id", "circle", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_circle_note")),
    )
    op.create_index("ix_circle_note_author_id", "circle_note", ["author_id"])
    op.create_index("ix_circle_note_circle_id_id", "circle_note", ["circle_id", "id"])


def _create_circle_pit_stop() -> None:
    op.create_table(
        "circle_pit_stop",
        sa.Column("call_id", WholeNumber, nullable=False),
        sa.Column("session_id", WholeNumber, nullable=False),
        _of("circle_pit_stop", "call_id", "circle_call", ondelete="CASCADE"),
        _of("circle_pit_stop", "session_id", "session", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("call_id", "session_id", name=op.f("pk_circle_pit_stop")),
    )
    op.create_index("ix_circle_pit_stop_session_id", "circle_pit_stop", ["session_id"])


def _of(table: str, column: str, other: str, ondelete: str | None) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)
