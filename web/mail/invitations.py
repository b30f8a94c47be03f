"""Messages to calendars by RFC 5546 (iTIP): REQUEST for what stands there, CANCEL for what no longer does."""

from datetime import datetime

from icalendar import vCalAddress, vText

from web.feeds.calendar_files import calendar_of, event_of
from web.feeds.entries import Entry


def invitation(
    entry: Entry,
    method: str,
    *,
    stamp: datetime,
    organizer: tuple[str, str],
    attendee: tuple[str, str],
    answers: bool = False,
) -> bytes:
    """The text/calendar part for one person: the only ATTENDEE, and never the ORGANIZER.

    `organizer` and `attendee` are name and address. Microsoft and Google put it into the calendar without
    asking because PARTSTAT is ACCEPTED and no answer is wanted. Where `answers` are read one is: without
    RSVP=TRUE Outlook keeps it to itself ([MS-OXCICAL] 2.1.3.1.1.20.2.5). A CANCEL carries STATUS:CANCELLED as
    well: a REQUEST with it would leave the entry standing.
    """
    event = event_of(entry, stamp)
    if method == "CANCEL":
        event["status"] = vText("CANCELLED")
        event["transp"] = vText("TRANSPARENT")
    elif entry.status == "CANCELLED":
        raise ValueError("a REQUEST can't be about what does not take place")
    event.add("organizer", _address(*organizer))
    invited = _address(*attendee)
    invited.params["cutype"] = vText("INDIVIDUAL")
    invited.params["role"] = vText("REQ-PARTICIPANT")
    invited.params["partstat"] = vText("ACCEPTED")
    invited.params["rsvp"] = vText("TRUE" if answers and method == "REQUEST" else "FALSE")
    event.add("attendee", invited)
    return calendar_of([(entry, event)], method=method)


def _address(name: str, address: str) -> vCalAddress:
    made = vCalAddress(f"mailto:{address}")
    # RFC 5545 section 3.2: a parameter can't hold a double quote, in no way of writing it.
    made.params["cn"] = vText(name.replace('"', "'"))
    return made
