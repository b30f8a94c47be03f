"""pictures: portraits, office hours, and letters to experts.

Revises: 20261124_signing_in
Created: 2026-11-22
"""

import sqlalchemy as sa
from alembic import op

import alliance.database

revision = "20261124_pictures"
down_revision = "20261124_signing_in"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("expert_profile", schema=None) as batch_op:
        batch_op.add_column(sa.Column("picture", sa.String(length=100), nullable=True))
        batch_op.add_column(
            sa.Column("picture_shared", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        batch_op.add_column(sa.Column("office_hours", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(
            sa.Column("office_hours_note", sa.String(length=300), nullable=False, server_default="")
        )
        batch_op.create_index("ix_expert_profile_picture", ["picture"], unique=False)
    op.create_index("ix_session_image", "session", ["image"], unique=False)
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "letter",
        sa.Column("id", number, autoincrement=False, nullable=False),
        sa.Column("sender_id", number, nullable=False),
        sa.Column("receiver_id", number, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", alliance.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("read_at", alliance.database.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["receiver_id"], ["person.id"], name=op.f("fk_letter_receiver_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["sender_id"], ["person.id"], name=op.f("fk_letter_sender_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
    )
    op.create_index("ix_letter_receiver_id_id", "letter", ["receiver_id", "id"], unique=False)
    op.create_index("ix_letter_sender_id_created_at", "letter", ["sender_id", "created_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_letter_sender_id_created_at", table_name="letter")
    op.drop_index("ix_letter_receiver_id_id", table_name="letter")
    op.drop_table("letter")
    op.drop_index("ix_session_image", table_name="session")
    with op.batch_alter_table("expert_profile", schema=None) as batch_op:
        batch_op.drop_index("ix_expert_profile_picture")
        batch_op.drop_column("office_hours_note")
        batch_op.drop_column("office_hours")
        batch_op.drop_column("picture_shared")
        batch_op.drop_column("picture")
