"""Whatever is pasted as an invitation: nothing is raised, nothing takes long, nothing leaks."""

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from alliance.invitations import INVITATION_LIMIT, read_invitation
from alliance.meeting_links import gives_away

NOW = datetime(2026, 3, 16, 8, 0, tzinfo=UTC)
# Seconds for one invitation of the greatest size, on a machine that has other things to do.
LONGEST = 5.0
SAMPLES = sorted((Path(__file__).parent / "samples").iterdir())
PIECES = st.sampled_from(
    [
        *(
            "BEGIN:VCALENDAR\n",
            "END:VCALENDAR\n",
            "BEGIN:VEVENT\n",
            "END:VEVENT\n",
            "DTSTART",
            "DTEND",
            "RRULE",
        ),
        *(
            ";TZID=",
            ";VALUE=DATE",
            ":",
            ":20260910T160000",
            ":20260910",
            ":99999999T999999Z",
            "DURATION:P9999W\n",
        ),
        *(
            "BEGIN:VTIMEZONE\n",
            "END:VTIMEZONE\n",
            "TZID:X\n",
            "BEGIN:STANDARD\n",
            "TZOFFSETTO:+9999\n",
            "\n",
            " ",
        ),
        *(
            "Betreff: ",
            "Wann: ",
            "When: ",
            "10.09.2026 ",
            "9/10/2026 ",
            "16:00",
            "-17:00",
            " 4 PM",
            " bis ",
            "5-5",
        ),
        *(
            "(UTC+01:00)",
            "(UTC+99:99)",
            "Etc/GMT",
            "Europe/Berlin",
            "https://",
            "https://teams.microsoft.com/meet/1",
        ),
        *(
            "?p=secret",
            "https://[::1",
            "Passcode: ",
            "PIN ",
            "+49 40 1234567",
            "X-ALT-DESC:<a href=",
            "%",
            "\\n",
        ),
        *(
            "MIME-Version: 1.0\n",
            "Content-Type: multipart/mixed; boundary=b\n\n",
            "--b\n",
            "=?utf-8?q?",
            "\x00",
        ),
        *("SUMMARY;LANGUAGE=", "9" * 400, "0001-01-01 00:00", "9999-12-31 23:59", "29.02.2027", "90000 min"),
    ]
)


PROPERTIES = ("DTSTART", "DTEND", "DURATION", "RRULE", "SUMMARY")


def read(text: str, zone: str = "Europe/Berlin") -> None:
    """Reads an invitation and holds it to what every reading promises."""
    found = read_invitation(text, now=NOW, zone=zone)
    assert (found.starts_at is None) == (found.ends_at is None)
    assert found.starts_at is None or found.ends_at is None or found.starts_at < found.ends_at
    assert len(found.title) <= 200
    assert len(found.place_name) <= 200
    assert len(found.description) <= 10_000
    assert found.meeting_link == "" or found.meeting_link.startswith("https://")
    if found.meeting_link:
        assert not gives_away(found.description, found.meeting_link)


@given(st.text(max_size=400))
def test_any_text_is_read(text: str) -> None:
    read(text)


@settings(deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join))
@example("9999-12-31 23:59Etc/GMT")
@example("9999-12-31 23:59 - 05:00")
@example("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:99991231T235900Z\nEND:VEVENT\nEND:VCALENDAR\n")
@example(
    "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:99991231T230000Z\nDTEND:99991231T235900Z\nEND:VEVENT\nEND:VCALENDAR\n"
)
def test_any_mixture_of_what_stands_in_invitations_is_read(text: str) -> None:
    read(text)


@settings(deadline=None)
@given(st.sampled_from(SAMPLES), st.integers(0, 3000), st.integers(0, 200), PIECES)
def test_a_sample_with_a_hole_and_a_patch_is_read(path: Path, at: int, cut: int, patch: str) -> None:
    text = path.read_text("utf-8")

    read(text[:at] + patch + text[at + cut :])


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["DTSTART", "DTEND", "DURATION", "RRULE", "SUMMARY"]), st.text(max_size=60)
        ),
        max_size=8,
    )
)
def test_a_calendar_with_any_values_is_read(lines: list[tuple[str, str]]) -> None:
    body = "\n".join(f"{name}:{value}" for name, value in lines)

    read(f"BEGIN:VCALENDAR\nBEGIN:VEVENT\n{body}\nEND:VEVENT\nEND:VCALENDAR")


@pytest.mark.parametrize(
    "piece",
    [
        *(
            "a",
            " ",
            "\n",
            "1",
            "1 ",
            "1:",
            "+4",
            "- ",
            ">",
            "<",
            "_",
            "a@",
            "http",
            "https://a",
            "https://a ",
            "(",
            "\\",
        ),
        *(
            "BEGIN:VEVENT\n",
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\n",
            "BEGIN:X\n",
            "DTSTART:20260910T160000\n",
            "\n ",
        ),
        *(
            "Wann: 1.1. ",
            "Wann: 1.1.2026 16:00\n",
            "10.09.2026 ",
            "16:00-",
            "16:00 bis ",
            "Passcode: a\n",
            "PIN 1 ",
        ),
        *(
            "id id ",
            "pin: ",
            "+49 4",
            "+49 40 ",
            "1,,",
            "*1234",
            "href='https://a",
            "<a ",
            "<p>",
            "&lt;",
            "\\n",
        ),
        *(
            "Re: ",
            "WG: AW: ",
            "A:b\n",
            "A:b\n c\n",
            "MIME-Version: 1.0\n",
            "Content-Type: a\n",
            "=?utf-8?q?a?= ",
        ),
        *(
            "Mitteleuropäische ",
            "Berlin ",
            "Berlin, ",
            "(UTC+01:00) ",
            "Europe/",
            "Europe/A_",
            "Etc/a-",
            "a.",
            "a-",
        ),
        *(
            "jede ",
            "every ",
            "zurücksetzen ",
            "weitere informationen ",
            "join ",
            "-::~",
            "::~:~",
            "tel:",
            "0049 4",
        ),
        *("TZID=/a/", "DTSTART;TZID=/a/Europe/", "X-ALT-DESC:<a>", "RDATE:", "\u0130", "\ufb03", "9/1/2026 "),
    ],
)
def test_no_repetition_takes_long(piece: str) -> None:
    for before in ("", "Betreff: ", "Wann: ", "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDESCRIPTION:"):
        text = before + piece * (INVITATION_LIMIT // len(piece))
        began = time.thread_time()
        read(text)
        assert time.thread_time() - began < LONGEST, before


def test_a_zone_that_does_not_exist_is_no_reason_to_fail() -> None:
    read("Wann: 10.09.2026 16:00", zone="Europe/Entenhausen")
    read("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;TZID=Nowhere:20260910T160000\nEND:VEVENT\nEND:VCALENDAR")
