"""Series: sessions that belong together.

Revises: 20261128_communities
Created: 2026-11-23
"""

import sqlalchemy as sa
from alembic import op

from alliance.database import UtcDateTime, WholeNumber

revision = "20261128_series"
down_revision = "20261128_communities"
branch_labels = None
depends_on = None

_LEADERS_ON_SQLITE, _LEADERS_ON_POSTGRESQL = sa.text("is_leaders = 1"), sa.text("is_leaders")


def _word(*words: str, name: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True)


def upgrade() -> None:
    op.create_table(
        "series",
        sa.Column("id", WholeNumber, autoincrement=False, nullable=False),
        sa.Column("company_id", WholeNumber, nullable=False),
        sa.Column("host_id", WholeNumber, nullable=True),
        sa.Column("host_shown", sa.Boolean(), nullable=False),
        sa.Column("uri", sa.String(length=500), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("translations", sa.JSON(), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("rule", sa.String(length=120), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("starts", sa.Time(), nullable=True),
        sa.Column("minutes", WholeNumber, nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("exceptions", sa.JSON(), nullable=False),
        sa.Column("rhythm", sa.JSON(), nullable=False),
        sa.Column("place", _word("online", "on_site", "hybrid", name="place"), nullable=False),
        sa.Column("place_name", sa.String(length=200), nullable=False),
        sa.Column("place_address", sa.String(length=500), nullable=False),
        sa.Column("meeting_link", sa.LargeBinary(), nullable=True),
        sa.Column("capacity", WholeNumber, nullable=True),
        sa.Column(
            "join_mode", _word("free", "restricted", "external", "none", name="join_mode"), nullable=False
        ),
        sa.Column("audience", _word("company", "alliance", "public", name="audience"), nullable=False),
        sa.Column("is_leaders", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("state", _word("running", "ended", name="state"), nullable=False),
        sa.Column("due_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("published_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_series_minutes_positive")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_series_company_id_company")),
        sa.ForeignKeyConstraint(["host_id"], ["person.id"], name=op.f("fk_series_host_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series")),
        sa.UniqueConstraint("uri", name=op.f("uq_series_uri")),
    )
    op.create_index("ix_series_host_id", "series", ["host_id"])
    op.create_index("ix_series_state_due_at", "series", ["state", "due_at"])
    op.create_index("ix_series_company_id_id", "series", ["company_id", "id"])
    _of_people("series_turn", sa.Column("position", WholeNumber, nullable=False))
    _of_people("series_member", sa.Column("since", UtcDateTime(timezone=True), nullable=False))
    op.create_table(
        "series_date",
        sa.Column("session_id", WholeNumber, autoincrement=False, nullable=False),
        sa.Column("joins_after", WholeNumber, nullable=True),
        sa.Column("is_quiet", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_series_date_session_id_session"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_series_date")),
    )
    op.create_index("ix_series_date_joins_after_session_id", "series_date", ["joins_after", "session_id"])
    op.add_column("expert_profile", sa.Column("leads_since", UtcDateTime(timezone=True), nullable=True))
    op.add_column("session", sa.Column("series_id", WholeNumber, nullable=True))
    op.add_column("session", sa.Column("slot", sa.Date(), nullable=True))
    op.add_column("session", sa.Column("is_leaders", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index("ix_session_series_id_starts_at", "session", ["series_id", "starts_at"])
    op.create_index("uq_session_series_id_slot", "session", ["series_id", "slot"], unique=True)
    op.create_index(
        "ix_session_leaders",
        "session",
        ["starts_at", "id"],
        sqlite_where=_LEADERS_ON_SQLITE,
        postgresql_where=_LEADERS_ON_POSTGRESQL,
    )


def _of_people(table: str, column: sa.Column[object]) -> None:
    op.create_table(
        table,
        sa.Column("series_id", WholeNumber, autoincrement=False, nullable=False),
        sa.Column("person_id", WholeNumber, autoincrement=False, nullable=False),
        column,
        sa.ForeignKeyConstraint(
            ["series_id"], ["series.id"], name=op.f(f"fk_{table}_series_id_series"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f(f"fk_{table}_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("series_id", "person_id", name=op.f(f"pk_{table}")),
    )
    op.create_index(f"ix_{table}_person_id", table, ["person_id"])


def downgrade() -> None:
    for index in ("ix_session_leaders", "uq_session_series_id_slot", "ix_session_series_id_starts_at"):
        op.drop_index(index, table_name="session")
    # Dropping a column needs no copy of the table, which would take every row that points at a session along.
    for column in ("is_leaders", "slot", "series_id"):
        op.drop_column("session", column)
    op.drop_column("expert_profile", "leads_since")
    for table in ("series_date", "series_member", "series_turn", "series"):
        op.drop_table(table)
