"""Every rule about what a session may say has a sentence at its field."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from alliance.drafting import Before, checked
from alliance.errors import Invalid
from tests.alliance.stage import LINK, TOMORROW, draft, wall
from tests.support.clock import MONDAY


def problems_of(before: Before | None = None, **changes: Any) -> dict[str, str]:
    """The sentence per field that a draft with these changes earns."""
    with pytest.raises(Invalid) as raised:
        checked(draft(**changes), MONDAY, before)
    return {field: str(problem) for field, problem in raised.value.problems.items()}


def test_a_good_draft_is_cleaned() -> None:
    details = checked(
        draft(title=" Polishing\tlenses\u202e ", description="a\r\nb", topics=("#Optik", "optik", "C++")),
        MONDAY,
    )

    assert details.title == "Polishing lenses"
    assert details.description == "a\nb"
    assert details.starts_at == datetime(2026, 3, 17, 9, 0, tzinfo=UTC)
    assert details.topics == {"optik": "Optik", "cplusplus": "C++"}


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"title": " "}, "title", "Please give your session a title."),
        ({"title": "ab"}, "title", "The title needs at least 3 characters."),
        ({"title": "a\u200b\u200bb"}, "title", "The title needs at least 3 characters."),
        ({"title": "a" * 201}, "title", "The title is longer than 200 characters."),
        ({"description": "\n"}, "description", "Please say in a sentence or two what it is about."),
        ({"description": "a" * 10_001}, "description", "The description is longer than 10000 characters."),
        ({"starts_at": None}, "starts_at", "Please say when it begins."),
        ({"ends_at": None}, "ends_at", "Please say when it ends."),
        ({"ends_at": TOMORROW}, "ends_at", "The end must be after the start."),
        ({"ends_at": TOMORROW - timedelta(hours=1)}, "ends_at", "The end must be after the start."),
        ({"ends_at": TOMORROW + timedelta(hours=25)}, "ends_at", "A session can last 24 hours at most."),
        (
            {"starts_at": wall("2026-03-16 08:30"), "ends_at": wall("2026-03-16 10:30")},
            "starts_at",
            "The start lies in the past.",
        ),
        (
            {"starts_at": TOMORROW + timedelta(days=740), "ends_at": TOMORROW + timedelta(days=740, hours=1)},
            "starts_at",
            "The start is more than two years away.",
        ),
        (
            {"starts_at": wall("2026-03-29 02:30"), "ends_at": wall("2026-03-29 04:00")},
            "starts_at",
            "On this day the clocks in Europe/Berlin are put forward: 02:30 does not exist there.",
        ),
        ({"timezone": "Middle/Earth"}, "timezone", "There is no time zone “Middle/Earth”."),
        ({"meeting_link": None}, "meeting_link", "Please paste the link of your meeting."),
        ({"meeting_link": " "}, "meeting_link", "Please paste the link of your meeting."),
        ({"meeting_link": "http://a.example"}, "meeting_link", "The meeting link must begin with https://."),
        (
            {"meeting_link": "https://a:b@c.example"},
            "meeting_link",
            "The meeting link must not contain a user name or password before the host.",
        ),
        ({"place": "on_site"}, "place_name", "Please say where people meet."),
        ({"place": "hybrid"}, "place_name", "Please say where people meet."),
        ({"place": "moon"}, "place", "Please choose one of the options."),
        ({"place_name": "a" * 201}, "place_name", "This is longer than 200 characters."),
        ({"place_address": "a" * 501}, "place_address", "This is longer than 500 characters."),
        ({"audience": "world"}, "audience", "Please choose one of the options."),
        ({"join_mode": "maybe"}, "join_mode", "Please choose one of the options."),
        ({"language": "xx"}, "language", "Please choose a language from the list."),
        ({"language": "de-DE"}, "language", "Please choose a language from the list."),
        ({"capacity": 0}, "capacity", "There must be between 1 and 100000 places."),
        ({"capacity": 100_001}, "capacity", "There must be between 1 and 100000 places."),
        ({"topics": tuple("abcdef")}, "topics", "Please choose at most 5 topics."),
        ({"topics": ("x",) * 21}, "topics", "Please choose at most 5 topics."),
        ({"topics": ("🙂",)}, "topics", "“🙂” can't be a topic: it has no letters."),
    ],
)
def test_a_broken_rule_is_told_at_its_field(changes: dict[str, Any], field: str, sentence: str) -> None:
    assert problems_of(**changes) == {field: sentence}


def test_every_problem_is_told_at_once() -> None:
    found = problems_of(title="", description="", starts_at=None, ends_at=None, meeting_link="")

    assert list(found) == ["title", "description", "starts_at", "ends_at", "meeting_link"]


@pytest.mark.parametrize("field", ["title", "description", "place_name", "place_address"])
def test_the_meeting_link_in_a_public_text_is_refused(field: str) -> None:
    assert list(problems_of(None, **{field: f"see {LINK}"})) == [field]
    assert list(problems_of(None, **{field: "the word is s3cretword"})) == [field]


def test_a_passcode_as_a_topic_is_refused() -> None:
    assert list(problems_of(topics=("s3cretword",))) == ["topics"]


def test_a_session_on_site_needs_no_link() -> None:
    details = checked(draft(place="on_site", place_name="Hall 3", meeting_link=None), MONDAY)

    assert details.meeting_link is None


def test_a_form_that_was_opened_in_time_may_be_sent_a_minute_later() -> None:
    start = MONDAY - timedelta(minutes=1)

    assert checked(draft(starts_at=start, ends_at=start + timedelta(hours=1)), MONDAY).starts_at == start


def test_an_edit_may_leave_a_start_in_the_past_as_it_is() -> None:
    start = MONDAY - timedelta(hours=2)
    changed = draft(starts_at=start, ends_at=start + timedelta(hours=3), meeting_link=None)

    details = checked(changed, MONDAY, Before(starts_at=start, meeting_link=LINK))

    assert (details.starts_at, details.meeting_link) == (start, LINK)


def test_there_can_not_be_fewer_places_than_people_who_are_going() -> None:
    assert problems_of(Before(going=3), capacity=2) == {
        "capacity": "3 people are going already; there can't be fewer places."
    }


def test_the_first_hour_of_two_is_meant_when_clocks_are_put_back() -> None:
    start = wall("2026-10-25 02:30")

    details = checked(draft(starts_at=start, ends_at=wall("2026-10-25 03:30")), MONDAY)

    assert details.starts_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert details.ends_at - details.starts_at == timedelta(hours=2)
