"""The first schema.

Revises: nothing
Created: 2026-11-22
"""

import sqlalchemy as sa
from alembic import op

import alliance.database

revision = "20261122_first"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "company",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("is_home", sa.Boolean(), nullable=False),
        sa.Column("origin", sa.String(length=300), nullable=False),
        sa.Column("host", sa.String(length=260), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("handle", sa.String(length=64), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("hue", sa.SmallInteger(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("software", sa.String(length=100), nullable=False),
        sa.Column("uri", sa.String(length=500), nullable=True),
        sa.Column("instance_uri", sa.String(length=500), nullable=True),
        sa.Column("created_at", alliance.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", alliance.database.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company")),
        sa.UniqueConstraint("host", name=op.f("uq_company_host")),
        sa.UniqueConstraint("instance_uri", name=op.f("uq_company_instance_uri")),
        sa.UniqueConstraint("origin", name=op.f("uq_company_origin")),
        sa.UniqueConstraint("uri", name=op.f("uq_company_uri")),
    )
    with op.batch_alter_table("company", schema=None) as batch_op:
        batch_op.create_index(
            "uq_company_home",
            ["is_home"],
            unique=True,
            sqlite_where=sa.text("is_home"),
            postgresql_where=sa.text("is_home"),
        )

    op.create_table(
        "destination",
        sa.Column("host", sa.String(length=260), nullable=False),
        sa.Column(
            "dialect",
            sa.Enum("cavage", "rfc9421", name="dialect", native_enum=False, create_constraint=True),
            nullable=False,
        ),
        sa.Column("failures", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("open_until", alliance.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("last_success_at", alliance.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("last_failure_at", alliance.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_destination")),
    )
    op.create_table(
        "follow",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("follower_uri", sa.String(length=500), nullable=False),
        sa.Column("followed_uri", sa.String(length=500), nullable=False),
        sa.Column(
            "state",
            sa.Enum("asked", "accepted", name="state", native_enum=False, create_constraint=True),
            nullable=False,
        ),
        sa.Column("activity_uri", sa.String(length=500), nullable=False),
        sa.Column("inbox", sa.String(length=500), nullable=True),
        sa.Column("shared_inbox", sa.String(length=500), nullable=True),
        sa.Column("created_at", alliance.database.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow")),
        sa.UniqueConstraint("follower_uri", "followed_uri", name=op.f("uq_follow_follower_uri_followed_uri")),
    )
    with op.batch_alter_table("follow", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_follow_followed_uri"), ["followed_uri"], unique=False)

    op.create_table(
        "lane",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "direction",
            sa.Enum("in", "out", name="direction", native_enum=False, create_constraint=True),
            nullable=False,
        ),
        sa.Column("host", sa.String(length=260), nullable=False),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column("next_at", alliance.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("tail", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("leased_by", sa.String(length=64), nullable=True),
        sa.Column("leased_until", alliance.database.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lane")),
        sa.UniqueConstraint("direction", "host", "actor", name=op.f("uq_lane_direction_host_actor")),
    )
    with op.batch_alter_table("lane", schema=None) as batch_op:
        batch_op.create_index(
            "ix_lane_direction_next_at",
            ["direction", "next_at"],
            unique=False,
            sqlite_where=sa.text("next_at IS NOT NULL"),
            postgresql_where=sa.text("next_at IS NOT NULL"),
        )
        batch_op.create_index("ix_lane_host", ["host"], unique=False)

    op.create_table(
        "outbox_activity",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("object_uri", sa.String(length=500), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", alliance.database.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_activity")),
    )
    with op.batch_alter_table("outbox_activity", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_activity_actor_id", ["actor", "id"], unique=False)
        batch_op.create_index("ix_outbox_activity_object_uri", ["object_uri"], unique=False)

    op.create_table(
        "rejection_tally",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("day", "reason", name=op.f("pk_rejection_tally")),
    )
    op.create_table(
        "remote_actor",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("uri", sa.String(length=500), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("host", sa.String(length=260), nullable=False),
        sa.Column("inbox", sa.String(length=500), nullable=False),
        sa.Column("shared_inbox", sa.String(length=500), nullable=True),
        sa.Column("keys", sa.JSON(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("fetched_at", alliance.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("gone_at", alliance.database.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remote_actor")),
        sa.UniqueConstraint("uri", name=op.f("uq_remote_actor_uri")),
    )
    with op.batch_alter_table("remote_actor", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_remote_actor_host"), ["host"], unique=False)

    op.create_table(
        "sign_in_attempt",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("last_at", alliance.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("locked_until", alliance.database.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sign_in_attempt")),
    )
    with op.batch_alter_table("sign_in_attempt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_attempt_last_at"), ["last_at"], unique=False)

    op.create_table(
        "signing_key",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("rsa", "ed25519", name="kind", native_enum=False, create_constraint=True),
            nullable=False,
        ),
        sa.Column("public", sa.Text(), nullable=False),
        sa.Column("private", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", alliance.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("retired_at", alliance.database.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_key")),
    )
    with op.batch_alter_table("signing_key", schema=None) as batch_op:
        batch_op.create_index("ix_signing_key_actor", ["actor"], unique=False)

    op.create_table(
        "tombstone",
        sa.Column("uri", sa.String(length=500), nullable=False),
        sa.Column("deleted_at", alliance.database.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("uri", name=op.f("pk_tombstone")),
    )
    op.create_table(
        "topic",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("slug", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic")),
        sa.UniqueConstraint("slug", name=op.f("uq_topic_slug")),
    )
    op.create_table(
        "delivery",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("activity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("lane_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("inbox", sa.String(length=500), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "delivered",
                "dead",
                "dropped",
                name="state",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("last_status", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("last_error", sa.String(length=300), nullable=False),
        sa.Column("created_at", alliance.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("give_up_at", alliance.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("failed_at", alliance.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("finished_at", alliance.database.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["activity_id"],
            ["outbox_activity.id"],
            name=op.f("fk_delivery_activity_id_outbox_activity"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["lane_id"], ["lane.id"], name=op.f("fk_delivery_lane_id_lane")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("activity_id", "inbox", name=op.f("uq_delivery_activity_id_inbox")),
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index(
            "ix_delivery_lane_id_position",
            ["lane_id", "position"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.create_index("ix_delivery_state_id", ["state", "id"], unique=False)

    op.create_table(
        "partner",
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "invited",
                "asking",
                "allied",
                "paused",
                "left",
                "blocked",
                name="state",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("we_said_yes", sa.Boolean(), nullable=False),
        sa.Column("they_said_yes", sa.Boolean(), nullable=False),
        sa.Column("ended_by_them", sa.Boolean(), nullable=False),
        sa.Column("key_fingerprint", sa.String(length=100), nullable=False),
        sa.Column("since", alliance.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("created_at", alliance.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("last_heard_at", alliance.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("caught_up_at", alliance.database.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_partner_company_id_company")),
        sa.PrimaryKeyConstraint("company_id", name=op.f("pk_partner")),
    )
    op.create_table(
        "person",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("uri", sa.String(length=500), nullable=True),
        sa.Column("url", sa.String(length=500), nullable=True),
        sa.Column("username", sa.String(length=100), nullable=False),
        sa.Column("host", sa.String(length=260), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("created_at", alliance.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("updated_at", alliance.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("gone_at", alliance.database.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_person_company_id_company")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("uri", name=op.f("uq_person_uri")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_company_id"), ["company_id"], unique=False)
        batch_op.create_index("ix_person_name_id", ["name", "id"], unique=False)
        batch_op.create_index("ix_person_username_host", ["username", "host"], unique=False)
        batch_op.create_index(
            "uq_person_username_here",
            ["username"],
            unique=True,
            sqlite_where=sa.text("host IS NULL"),
            postgresql_where=sa.text("host IS NULL"),
        )

    op.create_table(
        "received_activity",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("uri", sa.String(length=500), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("actor_uri", sa.String(length=500), nullable=False),
        sa.Column("lane_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "processed",
                "ignored",
                "refused",
                "failed",
                name="state",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("attempts", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("received_at", alliance.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("processed_at", alliance.database.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["lane_id"], ["lane.id"], name=op.f("fk_received_activity_lane_id_lane")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_received_activity")),
        sa.UniqueConstraint("uri", name=op.f("uq_received_activity_uri")),
    )
    with op.batch_alter_table("received_activity", schema=None) as batch_op:
        batch_op.create_index(
            "ix_received_activity_lane_id_position",
            ["lane_id", "position"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.create_index("ix_received_activity_state_id", ["state", "id"], unique=False)

    op.create_table(
        "employee",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=True),
        sa.Column("timezone", sa.String(length=64), nullable=True),
        sa.Column("created_at", alliance.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", alliance.database.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["id"], ["person.id"], name=op.f("fk_employee_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_employee")),
        sa.UniqueConstraint("email", name=op.f("uq_employee_email")),
    )
    op.create_table(
        "expert_profile",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "audience",
            sa.Enum(
                "company", "alliance", "public", name="audience", native_enum=False, create_constraint=True
            ),
            nullable=False,
        ),
        sa.Column("headline", sa.String(length=200), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("about_html", sa.Text(), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("ask_me_about", sa.JSON(), nullable=False),
        sa.Column("is_leader", sa.Boolean(), nullable=False),
        sa.Column("published_at", alliance.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("updated_at", alliance.database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_expert_profile_person_id_person")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_expert_profile")),
    )
    with op.batch_alter_table("expert_profile", schema=None) as batch_op:
        batch_op.create_index("ix_expert_profile_is_leader", ["is_leader"], unique=False)

    op.create_table(
        "session",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("host_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("host_shown", sa.Boolean(), nullable=False),
        sa.Column("uri", sa.String(length=500), nullable=True),
        sa.Column("url", sa.String(length=500), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("description_html", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("starts_at", alliance.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ends_at", alliance.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("previous_starts_at", alliance.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column(
            "place",
            sa.Enum("online", "on_site", "hybrid", name="place", native_enum=False, create_constraint=True),
            nullable=False,
        ),
        sa.Column("place_name", sa.String(length=200), nullable=False),
        sa.Column("place_address", sa.String(length=500), nullable=False),
        sa.Column("meeting_link", sa.LargeBinary(), nullable=True),
        sa.Column("capacity", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("going_count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("waiting_count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "join_mode",
            sa.Enum(
                "free",
                "restricted",
                "external",
                "none",
                name="join_mode",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column(
            "audience",
            sa.Enum(
                "company", "alliance", "public", name="audience", native_enum=False, create_constraint=True
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "scheduled",
                "cancelled",
                "postponed",
                "tentative",
                name="status",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("status_note", sa.String(length=500), nullable=False),
        sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("image", sa.String(length=500), nullable=True),
        sa.Column("image_alt", sa.String(length=500), nullable=False),
        sa.Column("published_at", alliance.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("updated_at", alliance.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", alliance.database.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("capacity IS NULL OR capacity > 0", name=op.f("ck_session_capacity_positive")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_session_ends_after_start")),
        sa.CheckConstraint("going_count >= 0", name=op.f("ck_session_going_count_not_negative")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_session_company_id_company")),
        sa.ForeignKeyConstraint(["host_id"], ["person.id"], name=op.f("fk_session_host_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
        sa.UniqueConstraint("uri", name=op.f("uq_session_uri")),
    )
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.create_index(
            "ix_session_company_id_starts_at_id", ["company_id", "starts_at", "id"], unique=False
        )
        batch_op.create_index("ix_session_host_id_starts_at", ["host_id", "starts_at"], unique=False)
        batch_op.create_index(
            "ix_session_audience_starts_at_id", ["audience", "starts_at", "id"], unique=False
        )
        batch_op.create_index(
            "ix_session_language_starts_at_id", ["language", "starts_at", "id"], unique=False
        )
        batch_op.create_index("ix_session_place_starts_at_id", ["place", "starts_at", "id"], unique=False)
        batch_op.create_index("ix_session_url", ["url"], unique=False)
        batch_op.create_index("ix_session_starts_at_id", ["starts_at", "id"], unique=False)

    op.create_table(
        "attendance",
        sa.Column(
            "id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "going",
                "maybe",
                "waiting",
                "declined",
                "left",
                name="state",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("since", alliance.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("created_at", alliance.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("request_uri", sa.String(length=500), nullable=True),
        sa.Column("pass_version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("personal_link", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_attendance_person_id_person")),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_attendance_session_id_session"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
        sa.UniqueConstraint("session_id", "person_id", name=op.f("uq_attendance_session_id_person_id")),
    )
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.create_index("ix_attendance_person_id_state", ["person_id", "state"], unique=False)
        batch_op.create_index(
            "ix_attendance_session_id_state_since_id", ["session_id", "state", "since", "id"], unique=False
        )

    op.create_table(
        "expert_topic",
        sa.Column("person_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("topic_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["expert_profile.person_id"],
            name=op.f("fk_expert_topic_person_id_expert_profile"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_expert_topic_topic_id_topic")),
        sa.PrimaryKeyConstraint("person_id", "topic_id", name=op.f("pk_expert_topic")),
    )
    with op.batch_alter_table("expert_topic", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_expert_topic_topic_id"), ["topic_id"], unique=False)

    op.create_table(
        "session_topic",
        sa.Column("session_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("topic_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["session.id"],
            name=op.f("fk_session_topic_session_id_session"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_session_topic_topic_id_topic")),
        sa.PrimaryKeyConstraint("session_id", "topic_id", name=op.f("pk_session_topic")),
    )
    with op.batch_alter_table("session_topic", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_topic_topic_id"), ["topic_id"], unique=False)

    op.create_table(
        "sign_in",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("employee_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", alliance.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("expires_at", alliance.database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["employee_id"], ["employee.id"], name=op.f("fk_sign_in_employee_id_employee")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sign_in")),
    )
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_employee_id"), ["employee_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sign_in_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "seat_news",
        sa.Column(
            "session_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("due_at", alliance.database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"], ["session.id"], name=op.f("fk_seat_news_session_id_session"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_seat_news")),
    )
    with op.batch_alter_table("seat_news", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_seat_news_due_at"), ["due_at"], unique=False)

    op.create_table(
        "catch_up",
        sa.Column(
            "company_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("attempts", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("due_at", alliance.database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_catch_up_company_id_company"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("company_id", name=op.f("pk_catch_up")),
    )


def downgrade() -> None:
    op.drop_table("catch_up")
    with op.batch_alter_table("seat_news", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_seat_news_due_at"))

    op.drop_table("seat_news")
    with op.batch_alter_table("sign_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_expires_at"))
        batch_op.drop_index(batch_op.f("ix_sign_in_employee_id"))

    op.drop_table("sign_in")
    with op.batch_alter_table("session_topic", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_topic_topic_id"))

    op.drop_table("session_topic")
    with op.batch_alter_table("expert_topic", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_expert_topic_topic_id"))

    op.drop_table("expert_topic")
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.drop_index("ix_attendance_session_id_state_since_id")
        batch_op.drop_index("ix_attendance_person_id_state")

    op.drop_table("attendance")
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.drop_index("ix_session_starts_at_id")
        batch_op.drop_index("ix_session_url")
        batch_op.drop_index("ix_session_place_starts_at_id")
        batch_op.drop_index("ix_session_language_starts_at_id")
        batch_op.drop_index("ix_session_audience_starts_at_id")
        batch_op.drop_index("ix_session_host_id_starts_at")
        batch_op.drop_index("ix_session_company_id_starts_at_id")

    op.drop_table("session")
    with op.batch_alter_table("expert_profile", schema=None) as batch_op:
        batch_op.drop_index("ix_expert_profile_is_leader")

    op.drop_table("expert_profile")
    op.drop_table("employee")
    with op.batch_alter_table("received_activity", schema=None) as batch_op:
        batch_op.drop_index("ix_received_activity_state_id")
        batch_op.drop_index(
            "ix_received_activity_lane_id_position",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )

    op.drop_table("received_activity")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_person_username_here",
            sqlite_where=sa.text("host IS NULL"),
            postgresql_where=sa.text("host IS NULL"),
        )
        batch_op.drop_index("ix_person_username_host")
        batch_op.drop_index("ix_person_name_id")
        batch_op.drop_index(batch_op.f("ix_person_company_id"))

    op.drop_table("person")
    op.drop_table("partner")
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_index("ix_delivery_state_id")
        batch_op.drop_index(
            "ix_delivery_lane_id_position",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )

    op.drop_table("delivery")
    op.drop_table("topic")
    op.drop_table("tombstone")
    with op.batch_alter_table("signing_key", schema=None) as batch_op:
        batch_op.drop_index("ix_signing_key_actor")

    op.drop_table("signing_key")
    with op.batch_alter_table("sign_in_attempt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_attempt_last_at"))

    op.drop_table("sign_in_attempt")
    with op.batch_alter_table("remote_actor", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_remote_actor_host"))

    op.drop_table("remote_actor")
    op.drop_table("rejection_tally")
    with op.batch_alter_table("outbox_activity", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_activity_object_uri")
        batch_op.drop_index("ix_outbox_activity_actor_id")

    op.drop_table("outbox_activity")
    with op.batch_alter_table("lane", schema=None) as batch_op:
        batch_op.drop_index("ix_lane_host")
        batch_op.drop_index(
            "ix_lane_direction_next_at",
            sqlite_where=sa.text("next_at IS NOT NULL"),
            postgresql_where=sa.text("next_at IS NOT NULL"),
        )

    op.drop_table("lane")
    with op.batch_alter_table("follow", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_follow_followed_uri"))

    op.drop_table("follow")
    op.drop_table("destination")
    with op.batch_alter_table("company", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_company_home", sqlite_where=sa.text("is_home"), postgresql_where=sa.text("is_home")
        )

    op.drop_table("company")
