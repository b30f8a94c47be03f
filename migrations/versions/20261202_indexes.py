"""What is counted and collected is found in an index alone, without reading a row.

How much somebody said (49,500 statuses of a company took 67 ms, now 8), which sessions carry a topic, and
how many follow somebody, whose pages are found in order as well.

Revises: 20261201_given
Created: 2026-11-24
"""

import sqlalchemy as sa
from alembic import op

revision = "20261202_indexes"
down_revision = "20261201_given"
branch_labels = None
depends_on = None

BEFORE, NOW = "ix_posting_author_id_lane_id", "ix_posting_said"
FOUND = ["author_id", "lane", "id", "gone_at"]
COUNTED = [*FOUND, "audience", "comment_id", "story_id"]


def upgrade() -> None:
    _index(NOW, COUNTED)
    op.drop_index(BEFORE, table_name="posting")
    op.create_index("ix_session_topic_topic_id_session_id", "session_topic", ["topic_id", "session_id"])
    op.drop_index("ix_session_topic_topic_id", table_name="session_topic")
    op.create_index("ix_follow_followed_uri_state_id", "follow", ["followed_uri", "state", "id"])
    op.drop_index("ix_follow_followed_uri", table_name="follow")
    op.create_index("ix_follow_from_host", "follow", ["followed_uri", "follower_host", "state", "id"])
    op.drop_index("ix_follow_followed_uri_follower_host", table_name="follow")


def downgrade() -> None:
    op.create_index("ix_follow_followed_uri_follower_host", "follow", ["followed_uri", "follower_host"])
    op.drop_index("ix_follow_from_host", table_name="follow")
    op.create_index("ix_follow_followed_uri", "follow", ["followed_uri"])
    op.drop_index("ix_follow_followed_uri_state_id", table_name="follow")
    op.create_index("ix_session_topic_topic_id", "session_topic", ["topic_id"])
    op.drop_index("ix_session_topic_topic_id_session_id", table_name="session_topic")
    _index(BEFORE, FOUND)
    op.drop_index(NOW, table_name="posting")


def _index(name: str, columns: list[str]) -> None:
    live = sa.text("gone_at IS NULL")
    op.create_index(name, "posting", columns, sqlite_where=live, postgresql_where=live)
