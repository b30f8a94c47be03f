"""One's own office hours: a few times a week at which anybody may come by."""

from collections.abc import Mapping, Sequence

from babel.dates import get_day_names
from starlette.requests import Request
from starlette.responses import Response

from alliance.errors import Invalid
from alliance.office_hours import MOST_SLOTS, OfficeHour, set_office_hours
from alliance.queries.people import person_with_id
from web.forms import read_form
from web.pages.visit import Visit, visiting
from web.times import Reader

_SLOTS = range(1, MOST_SLOTS + 1)
_PARTS = ("day", "from", "to")
_FIELDS = {"note": 301} | {f"{part}{number}": 5 for number in _SLOTS for part in _PARTS}


async def show(request: Request) -> Response:
    """GET /settings/office-hours."""
    async with visiting(request) as visit:
        person = await person_with_id(visit.db, visit.employee.id)
        profile = person.profile if person else None
        values = dict.fromkeys(_FIELDS, "") | {"note": profile.office_hours_note if profile else ""}
        for number, slot in enumerate(profile.office_hours[:MOST_SLOTS] if profile else (), 1):
            values |= {f"{part}{number}": slot.get(part, "") for part in _PARTS}
        return _page(visit, values)


async def save(request: Request) -> Response:
    """POST /settings/office-hours."""
    async with visiting(request) as visit:
        employee_id, values = visit.employee.id, await read_form(request, _FIELDS)
        try:
            async with visit.instance.unit_of_work() as uow:
                await set_office_hours(
                    uow, employee_id, values["note"], _slots(values), visit.reader.zone.key
                )
        except Invalid as error:
            return _page(visit, values, error)
        return visit.go("/settings/office-hours", "saved")


def hours_in_words(slots: Sequence[Mapping[str, str]], reader: Reader) -> tuple[str, ...]:
    """As they stand on a profile: "Tuesday, 14:00–15:00 (time in Berlin)"."""
    names = _day_names(reader)
    return tuple(
        reader.texts.gettext(
            "%(day)s, %(span)s (time in %(city)s)",
            day=names[int(slot["day"])],
            span=f"{slot['from']}–{slot['to']}",
            city=reader.city(slot.get("zone", "UTC")),
        )
        for slot in slots
    )


def _slots(values: Mapping[str, str]) -> tuple[OfficeHour, ...]:
    """The lines in which something stands; what can't be a day is none."""
    rows = [[values[f"{part}{number}"] for part in _PARTS] for number in _SLOTS]
    return tuple(
        OfficeHour(int(day) if day.isascii() and day.isdigit() else -1, start, end)
        for day, start, end in rows
        if day or start or end
    )


def _day_names(reader: Reader) -> list[str]:
    names = get_day_names("wide", locale=reader.language)
    return [str(names[day]) for day in range(7)]


def _page(visit: Visit, values: Mapping[str, str], error: Invalid | None = None) -> Response:
    # Slots are counted as they were sent: errors stand beside the lines that are filled.
    filled = [number for number in _SLOTS if any(values[f"{part}{number}"] for part in _PARTS)]
    form = visit.form(values, error)
    wrong = {
        number: form.errors[f"slot{place}"]
        for place, number in enumerate(filled, 1)
        if f"slot{place}" in form.errors
    }
    return visit.page(
        "office_hours.html",
        422 if error else 200,
        form=form,
        slots=list(_SLOTS),
        wrong=wrong,
        day_names=list(enumerate(_day_names(visit.reader))),
        city=visit.reader.city(visit.reader.zone.key),
    )
