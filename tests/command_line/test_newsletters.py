"""`alliance newsletter`: says when it goes out, and sends nothing by mistake."""

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.command_line.running import alliance

MAIL = {"ALLIANCE_SMTP": "smtps://127.0.0.1:1"}


def switch_on(company: Path) -> None:
    """As an administrator does on the page: Mondays at eight."""
    with closing(sqlite3.connect(company / "alliance.db")) as database, database:
        database.execute(
            "INSERT INTO newsletter_plan (id, is_on, weekday, hour, is_for_everybody, looked_at)"
            " VALUES (1, 1, 0, 8, 1, '2026-03-16 08:00:00.000000')"
        )


def test_without_a_newsletter_there_is_none(company: Path) -> None:
    assert alliance(company, "newsletter", "status").out == "there is no newsletter\n"


def test_it_is_sent_with_yes_alone_and_once_a_week(company: Path) -> None:
    switch_on(company)

    asked = alliance(company, "newsletter", "send", **MAIL)
    sent = alliance(company, "newsletter", "send", "--yes", **MAIL)
    again = alliance(company, "newsletter", "send", "--yes", **MAIL)
    status = alliance(company, "newsletter", "status").out.splitlines()

    assert (asked.code, sent.code, again.code) == (1, 0, 1)
    assert "is on its way" in sent.out
    assert again.error == "This week's newsletter has gone out already.\n"
    assert status[0].startswith("next: 2026-03-23 08:00 (Europe/Berlin), to ")
    assert "sending" in status[1]


def test_without_a_mail_server_nothing_is_sent(company: Path) -> None:
    switch_on(company)

    done = alliance(company, "newsletter", "send", "--yes")

    assert (done.code, done.error) == (1, "This instance sends no mail at the moment.\n")
