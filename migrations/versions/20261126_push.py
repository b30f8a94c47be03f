"""push: apps that act for employees, their codes and tokens, and the devices to which they push.

Revises: 20261126_app_marks
Created: 2026-11-22
"""

import sqlalchemy as sa
from alembic import op

from alliance.database import UtcDateTime

revision = "20261126_push"
down_revision = "20261126_app_marks"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "app",
        sa.Column("id", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("client_id", sa.String(length=64), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("website", sa.String(length=2000), nullable=True),
        sa.Column("redirect_uris", sa.JSON(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("first_used_at", UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_app")),
        sa.UniqueConstraint("client_id", name=op.f("uq_app_client_id")),
    )
    op.create_index("ix_app_created_at", "app", ["created_at"])
    op.create_table(
        "app_code",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("app_id", _NUMBER, nullable=False),
        sa.Column("employee_id", _NUMBER, nullable=False),
        sa.Column("redirect_uri", sa.String(length=2000), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("challenge", sa.String(length=43), nullable=True),
        sa.Column("expires_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("token_id", _NUMBER, nullable=True),
        _of_app("app_code"),
        _of_employee("app_code"),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_app_code")),
    )
    for column in ("app_id", "employee_id", "expires_at"):
        op.create_index(f"ix_app_code_{column}", "app_code", [column])
    op.create_table(
        "app_token",
        sa.Column("id", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("app_id", _NUMBER, nullable=False),
        sa.Column("employee_id", _NUMBER, nullable=True),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("used_in", sa.Date(), nullable=True),
        _of_app("app_token"),
        _of_employee("app_token"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_app_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_app_token_token_hash")),
    )
    for column in ("app_id", "employee_id"):
        op.create_index(f"ix_app_token_{column}", "app_token", [column])
    _create_push()


def _create_push() -> None:
    op.create_table(
        "push_key",
        sa.Column("id", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("public", sa.String(length=100), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_key")),
    )
    policy = sa.Enum(
        "all", "followed", "follower", "none", name="policy", native_enum=False, create_constraint=True
    )
    op.create_table(
        "push_subscription",
        sa.Column("id", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("token_id", _NUMBER, nullable=False),
        sa.Column("endpoint", sa.String(length=2000), nullable=False),
        sa.Column("p256dh", sa.String(length=100), nullable=False),
        sa.Column("auth", sa.String(length=40), nullable=False),
        sa.Column("is_standard", sa.Boolean(), nullable=False),
        sa.Column("alerts", sa.JSON(), nullable=False),
        sa.Column("policy", policy, nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        _of("push_subscription", "token_id", "app_token"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_subscription")),
        sa.UniqueConstraint("token_id", name=op.f("uq_push_subscription_token_id")),
    )
    op.create_table(
        "push_message",
        sa.Column("id", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("subscription_id", _NUMBER, nullable=False),
        sa.Column("notification_id", _NUMBER, nullable=False),
        sa.Column("attempts", _NUMBER, nullable=False),
        sa.Column("due_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("finished_at", UtcDateTime(timezone=True), nullable=True),
        _of("push_message", "subscription_id", "push_subscription"),
        _of("push_message", "notification_id", "notification"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_message")),
        sa.UniqueConstraint(
            "subscription_id", "notification_id", name=op.f("uq_push_message_subscription_id_notification_id")
        ),
    )
    op.create_index("ix_push_message_notification_id", "push_message", ["notification_id"])
    waiting = sa.text("finished_at IS NULL")
    op.create_index(
        "ix_push_message_due", "push_message", ["due_at"], sqlite_where=waiting, postgresql_where=waiting
    )


def downgrade() -> None:
    for table in ("push_message", "push_subscription", "push_key", "app_token", "app_code", "app"):
        op.drop_table(table)


def _of_app(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_app_id_app")
    return sa.ForeignKeyConstraint(["app_id"], ["app.id"], name=name, ondelete="CASCADE")


def _of_employee(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_employee_id_employee")
    return sa.ForeignKeyConstraint(["employee_id"], ["employee.id"], name=name, ondelete="CASCADE")


def _of(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete="CASCADE")
