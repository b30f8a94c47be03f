"""The command line does what it says, in one sentence when it can't, with exit codes that scripts can use."""

import json
import sqlite3
import stat
import zipfile
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.command_line.running import Done, alliance, init
from web.command_line.rooms import COMMANDS

# A month from now, in winter or summer; the hours are those of --timezone.
DAY = datetime.now(ZoneInfo("Europe/Berlin")).date() + timedelta(days=30)
LINK = "https://meet.example/rooms/amber-fox"
MARA = "mara@nordlicht.example"
SUBCOMMANDS = {
    "employee": ("add", "invite", "reset", "connect", "list", "roles", "disable", "enable", "erase"),
    "audit": ("verify", "export"),
    "setting": ("list", "set"),
    "partner": ("invite", "accept", "decline", "pause", "resume", "leave", "block", "unblock", "list"),
    "source": ("add", "pause", "resume", "remove", "list"),
    "block": ("domain", "free", "list"),
    "session": ("publish", "list", "show", "cancel"),
    "search": ("rebuild",),
    "mail": ("test", "mailbox", "status"),
    "newsletter": ("status", "send"),
    "queue": ("status", "explain", "retry", "drop"),
    "keys": ("rotate",),
    "follower": ("approval", "accept", "remove", "list"),
    "move": ("alias", "unalias", "to", "back", "show"),
}


def is_one_sentence(done: Done) -> bool:
    """Nothing but a sentence on standard error."""
    return done.error.count("\n") == 1 and "Traceback" not in done.error and done.error.rstrip().endswith(".")


def at(hours: str) -> str:
    """A time on DAY as JSON shows it."""
    return datetime.fromisoformat(f"{DAY}T{hours}").replace(tzinfo=ZoneInfo("Europe/Berlin")).isoformat()


def publish(folder: Path, *more: str) -> Done:
    return alliance(
        folder,
        *("session", "publish", "--title", "Sketchnotes", "--start", f"{DAY}T16:00"),
        *("--end", f"{DAY}T16:45", "--timezone", "Europe/Berlin", "--link", LINK, "--by", MARA),
        *more,
    )


def test_help_lists_every_command(tmp_path: Path) -> None:
    done = alliance(tmp_path, "--help")

    assert done.code == 0
    listed = [line.split()[0] for line in done.out.splitlines() if line.startswith("  ") and line.split()]
    assert [name for name in COMMANDS if name not in listed] == []


@pytest.mark.parametrize(
    "command",
    [(name,) for name in COMMANDS] + [(name, sub) for name, subs in SUBCOMMANDS.items() for sub in subs],
    ids=" ".join,
)
def test_every_command_has_help_with_an_example(tmp_path: Path, command: tuple[str, ...]) -> None:
    done = alliance(tmp_path, *command, "--help")

    assert done.code == 0
    assert "Example: alliance" in " ".join(done.out.split())


def test_a_command_that_does_not_exist_is_wrong_use(tmp_path: Path) -> None:
    assert alliance(tmp_path, "frobnicate").code == 2


def test_without_an_instance_a_sentence_says_what_to_do(tmp_path: Path) -> None:
    done = alliance(tmp_path, "session", "list")

    assert done.code == 2
    assert "alliance init" in done.error
    assert is_one_sentence(done)


def test_init_leaves_what_an_instance_needs_readable_for_its_owner_alone(company: Path) -> None:
    for name in ("alliance.env", "alliance.secret", "alliance.db"):
        assert stat.S_IMODE((company / name).stat().st_mode) == 0o600


def test_init_does_not_overwrite(company: Path) -> None:
    before = (company / "alliance.env").read_bytes()

    done = init(company)

    assert done.code == 2
    assert is_one_sentence(done)
    assert (company / "alliance.env").read_bytes() == before


@pytest.mark.parametrize("origin", ["nordlicht", "https://a.example/path", "ftp://x", "https://u@a.example"])
def test_init_with_a_wrong_origin_leaves_nothing(tmp_path: Path, origin: str) -> None:
    done = init(tmp_path, origin)

    assert done.code == 2
    assert "ALLIANCE_ORIGIN" in done.error
    assert list(tmp_path.iterdir()) == []


def test_init_with_a_wrong_address_leaves_nothing(tmp_path: Path) -> None:
    done = alliance(
        tmp_path,
        *("init", "--company", "Nordlicht", "--origin", "https://lernen.example", "--admin", "nobody"),
    )

    assert done.code == 1
    assert [path.name for path in tmp_path.iterdir()] in ([], ["media"])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALLIANCE_BIND", "eight"),
        ("ALLIANCE_DATABASE", "mysql://x"),
        ("ALLIANCE_COLOUR", "blue"),
        ("ALLIANCE_TRUSTED_PROXIES", "*"),
        ("ALLIANCE_SECRET_FILE", "/nowhere/secret"),
    ],
)
def test_a_wrong_setting_is_named(company: Path, name: str, value: str) -> None:
    done = alliance(company, "employee", "list", **{name: value})

    assert done.code == 2
    assert name in done.error or value in done.error
    assert is_one_sentence(done)


def test_a_database_newer_than_the_program_is_refused(company: Path) -> None:
    with closing(sqlite3.connect(company / "alliance.db")) as database:
        database.execute("UPDATE alembic_version SET version_num = 'of_tomorrow'")
        database.execute("DELETE FROM schema_reach")
        database.commit()

    done = alliance(company, "serve")

    assert done.code == 2
    assert "newer" in done.error
    assert is_one_sentence(done)


def test_a_database_that_fails_in_the_middle_is_a_sentence(company: Path) -> None:
    with closing(sqlite3.connect(company / "alliance.db")) as database:
        database.execute("DROP TABLE employee")
        database.commit()

    done = alliance(company, "employee", "list")

    assert done.code == 2
    assert done.error == "The database can't be used: no such table: employee.\n"


def test_employees_are_added_listed_disabled_and_erased(company: Path) -> None:
    added = alliance(company, "employee", "add", "jonas@nordlicht.example", "--name", "Jonas Brandt")
    alliance(company, "employee", "disable", "jonas@nordlicht.example")
    listed = json.loads(alliance(company, "employee", "list", "--json").out)
    refused = alliance(company, "employee", "erase", "jonas@nordlicht.example")
    erased = alliance(company, "employee", "erase", "jonas@nordlicht.example", "--yes")
    left = json.loads(alliance(company, "employee", "list", "--json").out)

    assert (added.code, refused.code, erased.code) == (0, 1, 0)
    assert [(row["email"], row["disabled"]) for row in listed] == [
        ("jonas@nordlicht.example", True),
        (MARA, False),
    ]
    assert [row["email"] for row in left] == [MARA]


def test_an_account_that_exists_is_a_sentence(company: Path) -> None:
    done = alliance(company, "employee", "add", MARA, "--name", "Mara")

    assert done.code == 1
    assert is_one_sentence(done)


def test_publishing_ends_with_the_address_alone(company: Path) -> None:
    published = publish(company, "--audience", "public", "--topic", "Zeichnen", "--capacity", "12")

    assert published.code == 0
    listed = json.loads(alliance(company, "session", "list", "--json").out)
    assert len(listed) == 1
    expected = {
        "id": published.last_line,
        "url": published.last_line,
        "title": "Sketchnotes",
        "start": at("16:00"),
        "end": at("16:45"),
        "timezone": "Europe/Berlin",
        "company": "Nordlicht",
        "audience": "public",
        "status": "scheduled",
        "going": 0,
        "capacity": 12,
    }
    assert listed[0] == expected


def test_what_is_wrong_with_a_session_is_named_by_field(company: Path) -> None:
    done = publish(company, "--end", f"{DAY}T15:00", "--audience", "everybody")

    assert done.code == 1
    assert "ends_at:" in done.error
    assert "audience:" in done.error
    assert done.error.count("\n") == 1


def test_filters_narrow_the_list(company: Path) -> None:
    publish(company, "--audience", "company")
    later = DAY + timedelta(days=9)
    publish(company, "--audience", "public", "--start", f"{later}T16:00", "--end", f"{later}T17:00")
    between = f"{DAY + timedelta(days=4)}T00:00"

    def count(*filters: str) -> int:
        return len(json.loads(alliance(company, "session", "list", "--json", *filters).out))

    assert count() == 2
    assert count("--audience", "public") == 1
    assert count("--from", between) == 1
    assert count("--to", between) == 1


def test_who_attends_gets_a_personal_link_and_nobody_else(company: Path) -> None:
    url = publish(company).last_line
    alliance(company, "employee", "add", "jonas@nordlicht.example", "--name", "Jonas Brandt")

    going = alliance(company, "attend", url, "--by", "jonas@nordlicht.example")
    as_jonas = json.loads(
        alliance(company, "session", "show", url, "--json", "--as", "jonas@nordlicht.example").out
    )
    as_mara = json.loads(alliance(company, "session", "show", url, "--json", "--as", MARA).out)
    left = alliance(company, "attend", url, "--by", "jonas@nordlicht.example", "--leave")
    after = json.loads(
        alliance(company, "session", "show", url, "--json", "--as", "jonas@nordlicht.example").out
    )

    assert going.out.splitlines()[0] == "Going."
    assert as_jonas["meeting_link"].startswith("http://nordlicht.localhost:8001/meet/")
    assert (as_jonas["going"], as_jonas["attendance"]) == (1, "going")
    assert "meeting_link" not in as_mara
    assert left.out == "Not going.\n"
    assert "meeting_link" not in after
    assert LINK not in json.dumps([as_jonas, as_mara, after])


def test_a_cancelled_session_says_so(company: Path) -> None:
    url = publish(company).last_line

    cancelled = alliance(company, "session", "cancel", url, "--note", "I am ill")

    assert cancelled.code == 0
    assert json.loads(alliance(company, "session", "show", url, "--json").out)["status"] == "cancelled"


def test_a_session_that_is_not_known_is_a_sentence(company: Path) -> None:
    done = alliance(company, "session", "show", "http://nordlicht.localhost:8001/sessions/1")

    assert done.code == 1
    assert is_one_sentence(done)


def test_a_partner_that_does_not_answer_is_a_sentence_and_stores_nothing(company: Path) -> None:
    done = alliance(
        company,
        *("partner", "invite", "http://127.0.0.1:9", "--yes"),
        ALLIANCE_DANGER_PRIVATE_NETWORKS="1",
    )

    assert done.code == 1
    assert is_one_sentence(done)
    assert json.loads(alliance(company, "partner", "list", "--json").out) == []


def test_a_partner_that_nobody_knows_is_a_sentence(company: Path) -> None:
    done = alliance(company, "partner", "accept", "lernen.example")

    assert done.code == 1
    assert "lernen.example" in done.error


def test_the_queue_is_empty_at_first(company: Path) -> None:
    found = json.loads(alliance(company, "queue", "status", "--json").out)

    assert (found["out"], found["received"], found["dead"]) == ({}, {}, [])
    assert alliance(company, "queue", "retry").code == 1
    assert alliance(company, "queue", "retry", "--all").out == "0 are tried again.\n"


def test_what_was_refused_is_listed_and_explained(company: Path) -> None:
    assert alliance(company, "queue", "explain").out == ""

    done = alliance(company, "queue", "explain", "7")

    assert (done.code, is_one_sentence(done)) == (1, True)


def test_new_keys_have_another_fingerprint(company: Path) -> None:
    first = alliance(company, "keys", "rotate")
    second = alliance(company, "keys", "rotate", "--all")

    assert (first.code, second.code) == (0, 0)
    assert first.out != second.out


def test_an_export_holds_everything_about_one_person(company: Path) -> None:
    publish(company)

    done = alliance(company, "export", "--employee", MARA)

    with zipfile.ZipFile(company / done.last_line) as archive:
        everything = json.loads(archive.read("everything.json"))
    assert everything["account"]["email"] == MARA
    assert [session["title"] for session in everything["sessions"]] == ["Sketchnotes"]
    assert alliance(company, "export", "--employee", MARA).code == 1


def test_check_gives_a_verdict_on_each_thing(company: Path) -> None:
    done = alliance(company, "check", ALLIANCE_DANGER_PRIVATE_NETWORKS="1")

    assert done.code == 0
    assert [line.split()[1] for line in done.out.splitlines() if line.startswith("ok")][:2] == [
        "configuration",
        "database",
    ]


def test_check_finds_a_secret_that_others_can_read(company: Path) -> None:
    (company / "alliance.secret").chmod(0o644)

    done = alliance(company, "check")

    assert done.code == 1
    assert "chmod 600" in done.out


def test_migrate_says_that_there_is_nothing_to_do(company: Path) -> None:
    assert alliance(company, "migrate").out == "The database is up to date.\n"


def test_init_writes_down_what_the_environment_said(tmp_path: Path) -> None:
    init(tmp_path, ALLIANCE_DATABASE=f"sqlite:///{tmp_path}/elsewhere.db")

    assert (tmp_path / "elsewhere.db").exists()
    assert "mara@nordlicht.example" in alliance(tmp_path, "employee", "list").out


def test_a_domain_is_shut_out_listed_and_freed(company: Path) -> None:
    assert alliance(company, "block", "domain", "Spam.Example.", "--reason", "Advertising").code == 0

    (listed,) = json.loads(alliance(company, "block", "list", "--json").out)
    assert (listed["domain"], listed["severity"], listed["reject_media"], listed["reason"]) == (
        "spam.example",
        "suspend",
        True,
        "Advertising",
    )
    assert alliance(company, "block", "free", "spam.example").out == "Freed.\n"
    assert json.loads(alliance(company, "block", "list", "--json").out) == []
    for wrong in ("not a domain", "nobody.example"):
        assert is_one_sentence(alliance(company, "block", "free", wrong))
