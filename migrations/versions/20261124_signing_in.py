"""signing_in: identities at the company's provider, passkeys, links to set a password; what a sign-in is.

Revises: 20261124_mail
Created: 2026-11-22
"""

import sqlalchemy as sa
from alembic import op

from alliance.database import UtcDateTime

revision = "20261124_signing_in"
down_revision = "20261124_mail"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_METHOD = sa.Enum(
    *("password", "oidc", "passkey", "link"), name="method", native_enum=False, create_constraint=True
)
_PURPOSE = sa.Enum(*("invitation", "reset"), name="purpose", native_enum=False, create_constraint=True)


def upgrade() -> None:
    op.create_table(
        "identity",
        sa.Column("id", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("employee_id", _NUMBER, nullable=False),
        sa.Column("issuer", sa.String(length=500), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        _of_employee("identity"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_identity_issuer_subject")),
    )
    op.create_index("ix_identity_employee_id", "identity", ["employee_id"])
    op.create_table(
        "passkey",
        sa.Column("id", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("employee_id", _NUMBER, nullable=False),
        sa.Column("credential", sa.String(length=1400), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", _NUMBER, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        _of_employee("passkey"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential", name=op.f("uq_passkey_credential")),
    )
    op.create_index("ix_passkey_employee_id", "passkey", ["employee_id"])
    op.create_table(
        "sign_in_link",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("employee_id", _NUMBER, nullable=False),
        sa.Column("purpose", _PURPOSE, nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", UtcDateTime(timezone=True), nullable=False),
        _of_employee("sign_in_link"),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sign_in_link")),
    )
    op.create_index("ix_sign_in_link_employee_id", "sign_in_link", ["employee_id"])
    op.create_index("ix_sign_in_link_expires_at", "sign_in_link", ["expires_at"])
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.add_column(sa.Column("method", _METHOD, server_default="password", nullable=False))
        batch_op.add_column(sa.Column("device", sa.String(length=60), server_default="", nullable=False))
        batch_op.add_column(sa.Column("identity_id", _NUMBER, nullable=True))
        batch_op.add_column(sa.Column("provider_session", sa.String(length=255), nullable=True))
        batch_op.add_column(sa.Column("id_token", sa.LargeBinary(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_sign_in_identity_id_identity"),
            "identity",
            ["identity_id"],
            ["id"],
            ondelete="CASCADE",
        )
        batch_op.create_index("ix_sign_in_identity_id", ["identity_id"])
        batch_op.create_index("ix_sign_in_provider_session", ["provider_session"])


def downgrade() -> None:
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.drop_index("ix_sign_in_provider_session")
        batch_op.drop_index("ix_sign_in_identity_id")
        batch_op.drop_constraint(batch_op.f("fk_sign_in_identity_id_identity"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("ck_sign_in_method"), type_="check")
        for column in ("id_token", "provider_session", "identity_id", "device", "method"):
            batch_op.drop_column(column)
    for table in ("sign_in_link", "passkey", "identity"):
        op.drop_table(table)


def _of_employee(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_employee_id_employee")
    return sa.ForeignKeyConstraint(["employee_id"], ["employee.id"], name=name, ondelete="CASCADE")
