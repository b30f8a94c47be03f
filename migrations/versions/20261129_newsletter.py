"""The weekly newsletter: its plan, its editions, the guests who get it, and mail to them.

Revises: 20261129_library
Created: 2026-11-23
"""

import sqlalchemy as sa
from alembic import op

from alliance.database import UtcDateTime, WholeNumber

revision = "20261129_newsletter"
down_revision = "20261129_library"
branch_labels = None
depends_on = None

_STATES = ("draft", "sending", "sent", "stopped")
_MOMENT = UtcDateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "newsletter_plan",
        sa.Column("id", WholeNumber, autoincrement=False, nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("weekday", sa.SmallInteger(), nullable=False),
        sa.Column("hour", sa.SmallInteger(), nullable=False),
        sa.Column("is_for_everybody", sa.Boolean(), nullable=False),
        sa.Column("looked_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_newsletter_plan")),
    )
    _create_edition()
    _create_guest()
    with op.batch_alter_table("mail", schema=None) as batch_op:
        batch_op.alter_column("employee_id", existing_type=WholeNumber, nullable=True)
        for column, table in (("guest_id", "newsletter_guest"), ("edition_id", "newsletter_edition")):
            batch_op.add_column(sa.Column(column, WholeNumber, nullable=True))
            name = batch_op.f(f"fk_mail_{column}_{table}")
            batch_op.create_foreign_key(name, table, [column], ["id"], ondelete="CASCADE")
        for column in ("employee_id", "guest_id"):
            name = batch_op.f(f"uq_mail_edition_id_{column}")
            batch_op.create_unique_constraint(name, ["edition_id", column])
        batch_op.create_index("ix_mail_guest_id", ["guest_id"])


def downgrade() -> None:
    op.execute("DELETE FROM mail WHERE employee_id IS NULL OR edition_id IS NOT NULL")
    with op.batch_alter_table("mail", schema=None) as batch_op:
        batch_op.drop_index("ix_mail_guest_id")
        for column in ("guest_id", "employee_id"):
            batch_op.drop_constraint(batch_op.f(f"uq_mail_edition_id_{column}"), type_="unique")
        for column, table in (("edition_id", "newsletter_edition"), ("guest_id", "newsletter_guest")):
            batch_op.drop_constraint(batch_op.f(f"fk_mail_{column}_{table}"), type_="foreignkey")
            batch_op.drop_column(column)
        batch_op.alter_column("employee_id", existing_type=WholeNumber, nullable=False)
    for table in ("newsletter_guest", "newsletter_edition", "newsletter_plan"):
        op.drop_table(table)


def _create_edition() -> None:
    op.create_table(
        "newsletter_edition",
        sa.Column("id", WholeNumber, autoincrement=False, nullable=False),
        sa.Column(
            "state",
            sa.Enum(*_STATES, name="state", native_enum=False, create_constraint=True, length=7),
            nullable=False,
        ),
        sa.Column("week", sa.String(length=8), nullable=True),
        sa.Column("note_de", sa.Text(), nullable=False),
        sa.Column("note_en", sa.Text(), nullable=False),
        sa.Column(
            "note_audience",
            sa.Enum(
                "company", "public", name="note_audience", native_enum=False, create_constraint=True, length=7
            ),
            nullable=False,
        ),
        sa.Column("starts_at", _MOMENT, nullable=True),
        sa.Column("finished_at", _MOMENT, nullable=True),
        sa.Column("expected", WholeNumber, nullable=False),
        sa.Column("employees_until", WholeNumber, nullable=False),
        sa.Column("guests_until", WholeNumber, nullable=False),
        sa.Column("is_queued", sa.Boolean(), nullable=False),
        sa.Column("sent", WholeNumber, nullable=False),
        sa.Column("failed", WholeNumber, nullable=False),
        sa.Column("dropped", WholeNumber, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_newsletter_edition")),
        sa.UniqueConstraint("week", name=op.f("uq_newsletter_edition_week")),
    )
    op.create_index("ix_newsletter_edition_state_id", "newsletter_edition", ["state", "id"])


def _create_guest() -> None:
    op.create_table(
        "newsletter_guest",
        sa.Column("id", WholeNumber, autoincrement=False, nullable=False),
        sa.Column("mark", sa.String(length=32), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("topics", sa.JSON(), nullable=False),
        sa.Column("wanted", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("asked_at", _MOMENT, nullable=True),
        sa.Column("asked_times", sa.SmallInteger(), nullable=False),
        sa.Column("confirmed_at", _MOMENT, nullable=True),
        sa.Column("bounces", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_newsletter_guest")),
        sa.UniqueConstraint("mark", name=op.f("uq_newsletter_guest_mark")),
    )
    op.create_index("ix_newsletter_guest_asked_at", "newsletter_guest", ["asked_at"])
