"""push: apps that act for employees, their codes and tokens.

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


def downgrade() -> None:
    for table in ("app_token", "app_code", "app"):
        op.drop_table(table)


def _of_app(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_app_id_app")
    return sa.ForeignKeyConstraint(["app_id"], ["app.id"], name=name, ondelete="CASCADE")


def _of_employee(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_employee_id_employee")
    return sa.ForeignKeyConstraint(["employee_id"], ["employee.id"], name=name, ondelete="CASCADE")
