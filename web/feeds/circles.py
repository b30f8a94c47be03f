"""The calendar of a learning circle, at an address of its own for each of its people.

The address is derived, stands in no database, and is void as soon as the person leaves the circle.
"""

import re

from starlette.requests import Request
from starlette.responses import Response

from alliance.circle_guides import AGENDA_TEXTS
from alliance.errors import NotFound
from alliance.models import Circle, CircleMeeting
from alliance.queries.circles import reader_of_circle
from alliance.vault import Vault
from web.feeds.answers import feed
from web.feeds.doors import CALENDAR, house_reader
from web.feeds.entries import Entry
from web.pages.visit import Visit, visiting

_TOKEN = re.compile(r"([0-9]{1,19})-([0-9]{1,19})-([A-Za-z0-9_-]{32})")
_LARGEST_ID = (1 << 63) - 1


def circle_token(vault: Vault, circle: Circle, person_id: int) -> str:
    """What stands in the address `/feeds/circles/<token>.ics` of this person."""
    return f"{circle.id}-{person_id}-{vault.mark(_message(circle.id, person_id))}"


async def circle_calendar(request: Request) -> Response:
    """GET /feeds/circles/<token>.ics: the twelve meetings, without names and without the way into them."""
    async with visiting(request) as visit:
        match = _TOKEN.fullmatch(request.path_params["token"])
        if match is None or max(int(match[1]), int(match[2])) > _LARGEST_ID:
            raise NotFound
        circle_id, person_id = int(match[1]), int(match[2])
        if not visit.instance.vault.is_mark(_message(circle_id, person_id), match[3]):
            raise NotFound
        circle = await reader_of_circle(visit.db, circle_id, person_id)
        if circle is None:
            raise NotFound
        return _calendar(visit, circle)


def _calendar(visit: Visit, circle: Circle) -> Response:
    from web.feeds.calendar_files import calendar_of, event_of

    entries = [_entry(visit, circle, meeting) for meeting in circle.meetings]
    body = calendar_of(((entry, event_of(entry)) for entry in entries), name=circle.call.title)
    return feed(visit.request, body, CALENDAR, [circle.created_at], is_public=False)


def _entry(visit: Visit, circle: Circle, meeting: CircleMeeting) -> Entry:
    settings, texts = visit.instance.settings, house_reader(visit).texts
    page = f"{settings.origin}/circles/mine/{circle.id}"
    return Entry(
        uid=f"circle-{circle.id}-{meeting.number}@{settings.host}",
        sequence=meeting.sequence,
        title=f"{circle.call.title} ({meeting.number}/{len(circle.meetings)})",
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        zone=circle.call.timezone,
        location=page,
        description=f"{texts.gettext(AGENDA_TEXTS[meeting.number - 1])}\n\n{page}",
        url=page,
        status="CONFIRMED",
        categories=(circle.topic,),
        published_at=circle.created_at,
        updated_at=circle.created_at,
    )


def _message(circle_id: int, person_id: int) -> str:
    return f"circle:{circle_id}:{person_id}"
