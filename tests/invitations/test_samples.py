"""Invitations as Outlook, Teams, Zoom, Webex, Google and people write them fill the form."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from alliance.invitations import Invitation, read_invitation
from alliance.invitations.links import provider_of
from alliance.meeting_links import gives_away
from tests.invitations.expected import EXPECTED

NOW = datetime(2026, 3, 16, 8, 0, tzinfo=UTC)
HOME = "Europe/Berlin"
SAMPLES = Path(__file__).parent / "samples"
# Passcodes, numbers of meetings and numbers to dial of all samples.
SECRETS = (
    *("xY9zW2", "388 123 456 789 01", "38812345678901", "412 345 678", "412345678", "hJ8kLm", "312 345 678"),
    *("598 765 432", "598765432", "12345678,,", "98765432", "493027", "812 3456 7890", "81234567890"),
    *("612 3456 7890", "2374 123 4567", "23741234567", "9tFrXaY2bQ6", "734 912 554", "734912554", "8AbC2d"),
    *(
        "931 234 567",
        "482913",
        "7733Fuchs",
        "Geheim12345",
        "40 8081617343",
        "619-6781",
        "Ab12Cd",
        "123456-78",
    ),
    *("aB3dE5fG7hJ9kL1mN2", "dialin", "meetingOptions", "tel.meet", "globalcallin"),
)


def read(name: str) -> Invitation:
    return read_invitation((SAMPLES / name).read_text("utf-8"), now=NOW, zone=HOME)


def told(invitation: Invitation) -> dict[str, Any]:
    """What an invitation says, as the table of expectations writes it down."""
    said: dict[str, Any] = {
        "title": invitation.title,
        "when": when(invitation),
        "day": str(invitation.day or "") if invitation.starts_at is None else "",
        "zone": invitation.timezone if invitation.timezone != HOME else "",
        "link": invitation.meeting_link,
        "provider": invitation.provider,
        "place": invitation.place_name,
        "description": invitation.description,
        "remarks": sorted(invitation.remarks),
    }
    return {name: value for name, value in said.items() if value}


def when(invitation: Invitation) -> str:
    if invitation.starts_at is None or invitation.ends_at is None:
        return ""
    zone = ZoneInfo(invitation.timezone)
    start, end = invitation.starts_at.astimezone(zone), invitation.ends_at.astimezone(zone)
    last = f"{end:%H:%M}" if start.date() == end.date() else f"{end:%Y-%m-%d %H:%M}"
    return f"{start:%Y-%m-%d %H:%M} - {last}"


def test_every_sample_has_its_expectation() -> None:
    assert sorted(path.name for path in SAMPLES.iterdir()) == sorted(EXPECTED)
    assert len(EXPECTED) >= 40


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_sample_fills_the_form(name: str) -> None:
    assert told(read(name)) == EXPECTED[name]


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_nothing_that_opens_the_meeting_gets_into_public_text(name: str) -> None:
    invitation = read(name)
    public = f"{invitation.title}\n{invitation.description}\n{invitation.place_name}"

    assert [secret for secret in SECRETS if secret.casefold() in public.casefold()] == []
    assert not (invitation.meeting_link and gives_away(public, invitation.meeting_link))


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_windows_line_ends_change_nothing(name: str) -> None:
    text = (SAMPLES / name).read_text("utf-8").replace("\n", "\r\n")

    assert read_invitation(text, now=NOW, zone=HOME) == read(name)


@pytest.mark.parametrize(
    ("link", "provider"),
    [
        (
            "https://teams.microsoft.com/l/meetup-join/19%3ameeting_x%40thread.v2/0?context=%7b",
            "Microsoft Teams",
        ),
        ("https://teams.microsoft.com/meet/38812345678901?p=abc", "Microsoft Teams"),
        ("https://teams.microsoft.com/v2/meet/38812345678901?p=abc", "Microsoft Teams"),
        ("https://teams.live.com/meet/9312345678901?p=abc", "Microsoft Teams"),
        ("https://teams.cloud.microsoft/meet/38812345678901?p=abc", "Microsoft Teams"),
        ("https://gov.teams.microsoft.us/l/meetup-join/19%3agcch", "Microsoft Teams"),
        ("https://dod.teams.microsoft.us/l/meetup-join/19%3adod", "Microsoft Teams"),
        ("https://us02web.zoom.us/j/81234567890?pwd=x", "Zoom"),
        ("https://company.zoom.us/my/mia.sommer", "Zoom"),
        ("https://agency.zoomgov.com/j/1612345678", "Zoom"),
        ("https://alpenwerk.webex.com/meet/tomas", "Webex"),
        ("https://alpenwerk.webex.com/alpenwerk/j.php?MTID=m0123", "Webex"),
        ("https://meet.google.com/abc-defg-hij", "Google Meet"),
        ("https://meet.jit.si/Stehtisch", "Jitsi"),
        ("https://jitsi.hansewerft.example/stehtisch", "Jitsi"),
        ("https://bbb.hansewerft.example/rooms/mia-abc-def-ghi/join", "BigBlueButton"),
        ("https://konferenz.hansewerft.example/b/mia-7xk-q2p-abc", "BigBlueButton"),
        # Not the meeting: options, numbers, help, look-alikes.
        ("https://teams.microsoft.com/meetingOptions/?organizerId=x", ""),
        ("https://dialin.teams.microsoft.com/a1b2c3?id=412345678", ""),
        ("https://aka.ms/JoinTeamsMeeting", ""),
        ("https://us02web.zoom.us/u/kcAbCdEfGh", ""),
        ("https://tel.meet/abc-defg-hij?pin=734", ""),
        ("https://alpenwerk.webex.com/alpenwerk/globalcallin.php?MTID=x", ""),
        ("https://teams.microsoft.com.evil.example/l/meetup-join/19%3ameeting_x", ""),
        ("https://notzoom.us/j/81234567890", ""),
        ("https://evil.example/?https://teams.microsoft.com/meet/1", ""),
    ],
)
def test_providers_are_told_by_host_and_path(link: str, provider: str) -> None:
    assert provider_of(link) == provider


@pytest.mark.parametrize(
    ("when", "shown"),
    [
        ("Do 10.9.2026 16-17 Uhr", "2026-09-10 16:00 - 17:00"),
        ("Donnerstag, den 10. September 2026, 16.00 bis 17.15 Uhr", "2026-09-10 16:00 - 17:15"),
        ("10.09.26, 16:00–17:00", "2026-09-10 16:00 - 17:00"),
        ("Do., 10. Sept. 2026 um 16 Uhr bis 16:45 Uhr", "2026-09-10 16:00 - 16:45"),
        ("2026-09-10T16:00 - 2026-09-10T17:00", "2026-09-10 16:00 - 17:00"),
        ("2026-09-10 16:00:00 - 17:00:00", "2026-09-10 16:00 - 17:00"),
        ("2026/09/10 16:00-17:00", "2026-09-10 16:00 - 17:00"),
        ("Thursday, September 10, 2026 at 4:00 PM to 5:00 PM", "2026-09-10 16:00 - 17:00"),
        ("Thu, Sep 10, 2026, 11:30 AM - 12:15 PM", "2026-09-10 11:30 - 12:15"),
        ("September 10th, 2026 4-5pm", "2026-09-10 16:00 - 17:00"),
        ("10 Sep 2026 from 16:00 until 17:00", "2026-09-10 16:00 - 17:00"),
        ("9/10/2026 4:00 PM-5:00 PM", "2026-09-10 16:00 - 17:00"),
        ("Thursday 10/9/2026 16:00-17:00", "2026-09-10 16:00 - 17:00"),
        ("17.9.2026 16:00, 90 min", "2026-09-17 16:00 - 17:30"),
        ("10.9. 16:00-17:00", "2026-09-10 16:00 - 17:00"),
        ("Thu 10 Sep 16:00 (UTC+02:00) - 17:00 (UTC+02:00)", "2026-09-10 16:00 - 17:00"),
        ("10.9.2026 23:00 - 00:30", "2026-09-10 23:00 - 2026-09-11 00:30"),
        ("morgen 16 Uhr", "2026-03-17 16:00 - 17:00"),
        ("31.02.2026 16:00-17:00", ""),
        ("demnächst", ""),
    ],
)
def test_times_are_understood_in_all_common_forms(when: str, shown: str) -> None:
    invitation = read_invitation(f"Betreff: Probe\nWann: {when}\n", now=NOW, zone=HOME)

    assert told(invitation).get("when", "") == shown


@pytest.mark.parametrize(
    ("zone", "name"),
    [
        ("Europe/Lisbon", "Europe/Lisbon"),
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("W. Europe Daylight Time", "Europe/Berlin"),
        ("Pacific Standard Time", "America/Los_Angeles"),
        ("India Standard Time", "Asia/Kolkata"),
        ("(UTC+01:00) Amsterdam, Berlin, Bern, Rom, Stockholm, Wien", "Europe/Berlin"),
        ("(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna", "Europe/Berlin"),
        ("(UTC+00:00) Dublin, Edinburgh, Lisbon, London", "Europe/London"),
        ("(UTC-08:00) Pacific Time (US & Canada)", "America/Los_Angeles"),
        ("(UTC+09:00) Osaka, Sapporo, Tokyo", "Asia/Tokyo"),
        ("(UTC+01:00)", "Europe/Berlin"),
        ("GMT+2", "Europe/Berlin"),
        ("GMT+5", "Etc/GMT-5"),
        ("MESZ", "Europe/Berlin"),
        ("CEST", "Europe/Berlin"),
        ("PST", "America/Los_Angeles"),
        ("Mitteleuropäische Zeit - Berlin", "Europe/Berlin"),
        ("UTC", "UTC"),
        ("", "Europe/Berlin"),
    ],
)
def test_zones_are_understood_by_whatever_name(zone: str, name: str) -> None:
    invitation = read_invitation(f"Subject: Zone\nWhen: 2026-09-10 16:00-17:00 {zone}\n", now=NOW, zone=HOME)

    assert (invitation.timezone, when(invitation)) == (name, "2026-09-10 16:00 - 17:00")


def test_a_reader_in_vienna_keeps_vienna_for_a_label_with_its_city() -> None:
    text = "When: 2026-09-10 16:00-17:00 (UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna"

    assert read_invitation(text, now=NOW, zone="Europe/Vienna").timezone == "Europe/Vienna"
