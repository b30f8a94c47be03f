"""What is done in which order: pages of the handbook, what a person sees, and what no page says."""

from dataclasses import dataclass

BEFORE = "6cb203b1526b27da1409585f3e2a82637d3644b5"
"""The release before, which no tag names: the last program with the tables of tests/upgrades."""


@dataclass(frozen=True)
class Typed:
    """What stands under a heading of a page."""

    page: str
    heading: str


@dataclass(frozen=True)
class Looked:
    """A person opens the pages over https: for the first time, or to see whether everything is as it was."""

    title: str
    first: bool = False


@dataclass(frozen=True)
class Besides:
    """What no page tells, because nobody would do it, or because it is about this rehearsal."""

    title: str
    commands: tuple[str, ...]


Step = Typed | Looked | Besides

# What ends with another code than 0 when all is well: there is something to do.
TELLS_BY_CODE = {"alliance migrate --check": 1}

INSTALL: tuple[Step, ...] = (
    Typed("install.md", "1. Program"),
    Typed("install.md", "2. Instance"),
    Typed("install.md", "3. Service"),
    Typed("install.md", "4. TLS"),
    Typed("install.md", "Inside, without a public name"),
    Typed("install.md", "5. Look"),
)
UPGRADE: tuple[Step, ...] = (Typed("upgrade.md", "Before"), Typed("upgrade.md", "The upgrade"))
RUNNING = "systemctl status --no-pager --lines=0 'alliance*' | grep -o '/opt/alliance-.*/alliance .*'"
NEXT_STEP = '''"""Something that the version before does without."""

import sqlalchemy as sa
from alembic import op

revision = "20991231_rehearsal"
down_revision = "HEAD"
contracts = False


def upgrade() -> None:
    op.create_table("rehearsal", sa.Column("id", sa.BigInteger, primary_key=True))


def downgrade() -> None:
    op.drop_table("rehearsal")
'''
NEXT = (
    "git clone --quiet /srv/alliance.git /root/next && cd /root/next",
    "/opt/alliance/bin/python -c 'from migrations.standing import head; print(head())' > /root/head",
    f"cat > migrations/versions/20991231_rehearsal.py <<'END'\n{NEXT_STEP}END",
    'sed -i "s/\\"HEAD\\"/\\"$(cat /root/head)\\"/" migrations/versions/20991231_rehearsal.py',
    "sed -i 's/^version = .*/version = \"0.2.0\"/' pyproject.toml",
    "git config user.name rehearsal && git config user.email rehearsal@nordlicht.example",
    "git add --all && git commit --quiet --message 0.2.0 && git push --quiet",
)

WHOLE: tuple[Step, ...] = (
    *INSTALL,
    Looked("The first administrator signs in, publishes a session and puts up a picture", first=True),
    Typed("install.md", "Every day from here"),
    Besides("A colleague", ("alliance employee invite jonas@nordlicht.example --name 'Jonas Petersen'",)),
    Typed("postgresql.md", "Move an instance"),
    Typed("postgresql.md", "Two web processes, two workers"),
    Looked("Two web processes and two workers on PostgreSQL have what the one process on SQLite had"),
    Typed("backup.md", "Backup"),
    Besides(
        "Destroyed",
        (
            "systemctl stop alliance 'alliance-worker@*'",
            "cd / && find /var/lib/alliance -mindepth 1 -delete",
            "runuser -u postgres -- dropdb alliance",
        ),
    ),
    Typed("backup.md", "When everything is gone"),
    Looked("Session, meeting link, picture, account and keys are back"),
    Besides("A next version with one more table, since there is no tag yet", NEXT),
    *UPGRADE,
    Besides("New web processes and old workers, side by side", (RUNNING,)),
    Looked("Everything is as it was beside the old workers"),
    Typed("upgrade.md", "Several processes, several machines"),
    Besides("All new", (RUNNING,)),
    Typed("upgrade.md", "The way back"),
    Besides("All as before", (RUNNING,)),
    Looked("The version before works on the newer tables"),
)
FROM_BEFORE: tuple[Step, ...] = (
    *INSTALL,
    Looked("The release before: sign in, publish, put up a picture", first=True),
    Besides(
        "The repository has today's version",
        ("git -C /srv/alliance.git update-ref refs/heads/main refs/tags/today",),
    ),
    Typed("install.md", "Every day from here"),
    *UPGRADE,
    Looked("What the release before had written is there"),
)
