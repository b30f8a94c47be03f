"""Class parsers: numbers and dates that no database, calendar or parser holds."""

from typing import Any

import pytest

from tests.hostile.siege import LARGEST, OURS, Siege, Verdict

BEYOND = LARGEST + 1


ABSURD = (str(BEYOND), "9" * 19, "0" * 19, "007", "9" * 5000)


@pytest.mark.parametrize("kind", ["Join", "Leave", "Accept", "Reject", "TentativeAccept", "Undo", "Ignore"])
async def test_a_session_with_an_id_that_no_database_holds(under: Siege, kind: str) -> None:
    mira = f"{under.b.origin}/people/7"
    numbers = (str(BEYOND), "9" * 19, "0" * 19, "007", str(LARGEST))
    told = {}
    async with under.unchanged():
        for number in numbers:
            about: Any = f"{OURS}/sessions/{number}"
            if kind == "Undo":
                about = {"type": "Join", "id": f"{under.b.origin}/j/1", "actor": mira, "object": about}
            told[number] = (await under.attack(under.b, under.says(under.b, kind, about, mira))).state

    assert told == dict.fromkeys(numbers, "ignored")


@pytest.mark.parametrize("kind", ["Accept", "Reject", "TentativeAccept", "Undo"])
async def test_an_activity_with_an_id_that_no_database_holds(under: Siege, kind: str) -> None:
    numbers = (str(BEYOND), "9" * 19, "007", str(LARGEST))
    async with under.unchanged():
        told = [
            (await under.attack(under.b, under.says(under.b, kind, f"{OURS}/activities/{number}"))).state
            for number in numbers
        ]

    assert told == ["ignored"] * len(numbers)


async def test_following_a_person_that_no_database_holds(under: Siege) -> None:
    numbers = (str(BEYOND), "9" * 19, "007", str(LARGEST))
    told = []
    async with under.unchanged():
        for number in numbers[:3]:
            follow = under.says(under.x, "Follow", f"{OURS}/people/{number}", under.x.actor)
            told.append(await under.attack(under.x, follow))
    last = under.says(under.x, "Follow", f"{OURS}/people/{LARGEST}", under.x.actor)

    assert told == [Verdict(202, "ignored", "nobody here")] * 3
    assert (await under.attack(under.x, last)).status == 202


PATHS = (
    "/sessions/{}", "/sessions/{}/edit", "/people/{}", "/people/{}/outbox", "/people/{}/followers",
    "/people/{}/following", "/activities/{}", "/alliance/{}/pause",
)  # fmt: skip


@pytest.mark.parametrize("accept", ["application/activity+json", "text/html"])
async def test_pages_with_numbers_that_are_too_long(under: Siege, accept: str) -> None:
    browser = await under.browser(under.stage.admin)
    told = {}
    for path in PATHS:
        for number in ABSURD:
            answer = await browser.get(path.format(number), headers={"Accept": accept})
            told[path, number[:20]] = answer.status_code

    assert {where: status for where, status in told.items() if status not in (404, 406, 414)} == {}


async def test_webfinger_for_people_that_no_database_holds(under: Siege) -> None:
    told = {}
    for number in (*ABSURD, "٣", "²", "0", ""):
        for form in ("acct:person-{}@nordlicht.localhost:8001", OURS + "/people/{}"):
            asked = {"resource": form.format(number)}
            told[form, number[:20]] = (
                await under.client.get("/.well-known/webfinger", params=asked)
            ).status_code

    assert set(told.values()) <= {400, 404, 414}, told


PAGES = (
    "0", "-1", "9" * 19, "9" * 400, "1e9", "NaN", "", "true ", "1-2", "99999999999999999-9" * 2,
    "99999999999999999-9223372036854775807", "99999999999999999-9999999999999999999", "\x00", "٣",
)  # fmt: skip


async def test_pages_of_collections(under: Siege) -> None:
    told = {}
    for path in ("/company/outbox", "/actor/outbox", "/company/upcoming", "/company/experts"):
        for page in PAGES:
            headers = {"Accept": "application/activity+json"}
            answer = await under.client.get(path, params={"page": page}, headers=headers)
            shown = answer.json().get("orderedItems") if answer.status_code == 200 else None
            told[path, page] = (answer.status_code, shown)

    assert {
        where: got for where, got in told.items() if got not in ((200, []), (400, None), (404, None))
    } == {}


QUERIES = (
    "after=99999999999999999-9223372036854775808", "after=99999999999999999-1", "topic=%00%00", "after=",
    "after=9999999999999999999-x", "after=9223372036854775807-%00%ff", "company=%00", "language=%00x",
    "topic=" + "a%CC%81" * 400, "company=" + "x" * 5000, "a=1&" * 2000, "q=" + "x" * 20_000,
)  # fmt: skip


async def test_filters_that_make_no_sense(under: Siege) -> None:
    browser = await under.browser(under.stage.admin)
    told = {}
    for path in ("/", "/sessions", "/experts", "/alliance"):
        for query in QUERIES:
            told[path, query[:40]] = (await browser.get(f"{path}?{query}")).status_code

    assert set(told.values()) <= {200, 400, 414}, told
    assert {status for (_, query), status in told.items() if "%00" in query} == {400}


async def test_nul_in_addresses(under: Siege) -> None:
    paths = (
        "/@a%00b", "/meet/%00", "/static/%00", "/authorize_interaction?uri=%00", "/sessions/1%00",
        "/.well-known/webfinger?resource=acct:%00@nordlicht.localhost:8001", "/people/%00", "/%00",
    )  # fmt: skip
    told = {path: (await under.client.get(path)).status_code for path in paths}

    assert told == dict.fromkeys(paths, 400)


DATES: tuple[Any, ...] = (
    "0000-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "9999-12-31T23:59:60-23:59", "2026-03-18T24:00:00Z",
    "2026-02-30T00:00:00Z", "1969-12-31T23:59:59Z", "0001-01-01T00:00:00+23:59", "now",
    "2026-03-18T10:00:00+99:99", "2026-03-18T10:00:00" + "0" * 100, "２０２６-03-18T10:00:00Z", 5, None, [],
    {}, True, 1e308, "2026-W12-3T10:00:00Z\x00", "8999-12-31T23:59:59-23:59", "1972-01-01T00:00:00+23:59",
    "2100-01-02T00:00:00Z",
)  # fmt: skip


async def test_a_session_that_starts_outside_of_the_calendar(under: Siege) -> None:
    told = {}
    async with under.unchanged():
        for date in DATES:
            create = under.says(under.b, "Create", under.event(under.b, startTime=date))
            told[repr(date)] = (await under.attack(under.b, create)).state

    assert set(told.values()) == {"refused"}, told


@pytest.mark.parametrize("name", ["endTime", "updated", "published", "previousStartTime"])
async def test_other_dates_of_a_session_outside_of_the_calendar(under: Siege, name: str) -> None:
    for number, date in enumerate((*DATES, "2026-03-18T08:00:00.0000001Z")):
        create = under.says(under.b, "Create", under.event(under.b, number, **{name: date}))

        assert (await under.attack(under.b, create)).state in ("processed", "refused")
    assert (await (await under.browser(under.stage.admin)).get("/")).status_code == 200


async def test_a_delete_at_a_date_that_does_not_exist(under: Siege) -> None:
    told = {}
    for number, date in enumerate(DATES):
        grave = {"type": "Tombstone", "id": f"{under.b.origin}/sessions/{number}", "deleted": date}
        told[repr(date)] = await under.attack(under.b, under.says(under.b, "Delete", grave, published=date))

    assert {verdict.state for verdict in told.values()} == {"processed"}


COUNTS: tuple[Any, ...] = (
    -1, 0, 10**9, 10**18, LARGEST, 1e308, -0.0, 0.5, True, "7", "9" * 400, [], [1], {}, None,
)  # fmt: skip


@pytest.mark.parametrize(
    "name",
    ["maximumAttendeeCapacity", "remainingAttendeeCapacity", "participantCount", "sequence", "waitingCount"],
)
async def test_counts_that_make_no_sense(under: Siege, name: str) -> None:
    for number, value in enumerate(COUNTS):
        body = under.event(under.b, number, **{name: value})

        verdict = await under.attack(under.b, under.says(under.b, "Create", body))

        held = await under.session(body["id"])
        assert verdict.state == "processed"
        assert held is not None
        assert held.capacity is None or 0 < held.capacity <= 1_000_000
        assert all(0 <= count <= 1_000_000 for count in (held.going_count, held.waiting_count, held.sequence))


async def test_whole_numbers_of_any_length_and_no_numbers_at_all(under: Siege) -> None:
    event = b'"id":"%s/sessions/5","type":"Event","attributedTo":"%s/company","name":"x"'
    event = event % (under.b.origin.encode(), under.b.origin.encode())
    told = []
    for number, value in enumerate(
        (b"9" * 5000, b"1e999", b"-1e999", b"NaN", b"Infinity", b"0x10", b"1_000")
    ):
        body = b'{"id":"%s/a/%d","type":"Create","actor":"%s/company","object":{%s,"participantCount":%s,'
        body += b'"startTime":"2026-03-18T10:00:00Z"}}'
        body %= (under.b.origin.encode(), number, under.b.origin.encode(), event, value)
        told.append((await under.post(under.b, body)).status_code)
        await under.work()

    assert set(told) <= {202, 400}, told
    assert told[3:] == [400] * 4
