"""Provisioned accounts and groups.

Revises: 20261129_trust
Created: 2026-11-23
"""

import sqlalchemy as sa
from alembic import op

from alliance.database import UtcDateTime, WholeNumber

revision = "20261129_provisioning"
down_revision = "20261129_trust"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "provisioned_user",
        sa.Column("employee_id", WholeNumber, autoincrement=False, nullable=False),
        sa.Column("user_name", sa.String(length=320), nullable=False),
        sa.Column("user_name_key", sa.String(length=320), nullable=False),
        sa.Column("external_id", sa.String(length=255), nullable=True),
        sa.Column("display_name", sa.String(length=200), nullable=True),
        sa.Column("given_name", sa.String(length=200), nullable=True),
        sa.Column("family_name", sa.String(length=200), nullable=True),
        sa.Column("formatted_name", sa.String(length=200), nullable=True),
        sa.Column("email_type", sa.String(length=60), nullable=True),
        sa.Column("email_is_primary", sa.Boolean(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("left_at", UtcDateTime(), nullable=True),
        _goes_with("provisioned_user", "employee_id", "employee"),
        sa.PrimaryKeyConstraint("employee_id", name=op.f("pk_provisioned_user")),
        sa.UniqueConstraint("external_id", name=op.f("uq_provisioned_user_external_id")),
        sa.UniqueConstraint("user_name_key", name=op.f("uq_provisioned_user_user_name_key")),
    )
    op.create_index(op.f("ix_provisioned_user_left_at"), "provisioned_user", ["left_at"])
    op.create_table(
        "provisioned_group",
        sa.Column("id", WholeNumber, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("name_key", sa.String(length=255), nullable=False),
        sa.Column("external_id", sa.String(length=255), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provisioned_group")),
        sa.UniqueConstraint("external_id", name=op.f("uq_provisioned_group_external_id")),
        sa.UniqueConstraint("name_key", name=op.f("uq_provisioned_group_name_key")),
    )
    op.create_table(
        "provisioned_member",
        sa.Column("group_id", WholeNumber, nullable=False),
        sa.Column("employee_id", WholeNumber, nullable=False),
        _goes_with("provisioned_member", "group_id", "provisioned_group"),
        _goes_with("provisioned_member", "employee_id", "employee"),
        sa.PrimaryKeyConstraint("group_id", "employee_id", name=op.f("pk_provisioned_member")),
    )
    op.create_index(op.f("ix_provisioned_member_employee_id"), "provisioned_member", ["employee_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_provisioned_member_employee_id"), "provisioned_member")
    op.drop_table("provisioned_member")
    op.drop_table("provisioned_group")
    op.drop_index(op.f("ix_provisioned_user_left_at"), "provisioned_user")
    op.drop_table("provisioned_user")


def _goes_with(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}_{other}"), ondelete="CASCADE"
    )
