"""FEP-3b86, Activity Intents, in both directions; numbers are its sections."""

import pytest
from sqlalchemy import select

from alliance.models import Attendance
from federation.intents import INTENT, VERBS, filled, intent_links
from federation.models import Follow
from tests.federation.announcements.outgoing import sent
from tests.federation.feps.followed import person
from tests.hostile.siege import OURS, Siege
from tests.web.pages.scenes import introduced

SAME = {"Sec-Fetch-Site": "same-origin"}


async def finger(under: Siege, name: str) -> dict[str, str]:
    """The intents in the WebFinger answer of one of our accounts."""
    resource = f"acct:{name}@nordlicht.localhost:8001"
    answer = await under.client.get("/.well-known/webfinger", params={"resource": resource})
    links = answer.json()["links"]
    return {link["rel"]: link["template"] for link in links if link["rel"].startswith(INTENT)}


# 3. "servers SHOULD respond with one or more intent links"; 3.2: with rel and template
async def test_our_accounts_publish_what_can_be_done_here(under: Siege) -> None:
    found = await finger(under, "sessions")

    assert found == {f"{INTENT}{verb}": f"{OURS}/intents/{verb.lower()}?object={{object}}" for verb in VERBS}
    assert await finger(under, f"person-{under.stage.host.id}") == found


# 3.2: unrecognised values become empty; 3.3: values are percent-encoded
@pytest.mark.parametrize(
    ("template", "address"),
    [
        ("https://a.example/f?o={object}", "https://a.example/f?o=https%3A%2F%2Fb.example%2F1%3Fx%3D1%26y"),
        ("https://a.example/f?o={object}&s={on-success}&z={}", "https://a.example/f?o={}&s=&z="),
        ("https://a.example/{+path}x", "https://a.example/x"),
        ("https://a.example/plain", "https://a.example/plain"),
    ],
)
def test_templates_are_filled(template: str, address: str) -> None:
    uri = "https://b.example/1?x=1&y"
    encoded = "https%3A%2F%2Fb.example%2F1%3Fx%3D1%26y"

    assert filled(template, {"object": uri}) == address.replace("o={}", f"o={encoded}")


# 6.1: GET changes nothing; whoever is not signed in signs in first
@pytest.mark.parametrize("verb", ["follow", "join", "leave", "object"])
async def test_strangers_sign_in_first_whatever_is_asked_for(under: Siege, verb: str) -> None:
    stranger = await under.browser()
    hidden = await under.stage.publish(audience="company")

    async with under.unchanged():
        answers = [
            await stranger.get(f"/intents/{verb}", params={"object": uri})
            for uri in (
                f"{OURS}/sessions/{hidden.id}",
                f"{OURS}/sessions/4711",
                person(under.x),
                "",
                "x" * 900,
            )
        ]

    assert [answer.status_code for answer in answers] == [303] * 5
    assert all(answer.headers["location"].startswith("/sign-in?next=") for answer in answers)
    assert under.x.asked == []


async def test_a_session_of_ours_is_joined_by_the_button_and_not_by_looking(under: Siege) -> None:
    session = await under.stage.publish(audience="company", title="Polishing lenses")
    ada = await under.browser(under.stage.admin)
    address = f"{OURS}/sessions/{session.id}"

    async with under.unchanged():
        page = await ada.get("/intents/join", params={"object": address})

    assert page.status_code == 200
    assert "Polishing lenses" in page.text
    assert 'action="/intents/join"' in page.text
    done = await ada.post("/intents/join", data={"object": address}, headers=SAME)
    assert (done.status_code, done.headers["location"]) == (303, f"/sessions/{session.id}")
    assert await places(under, session.id) == [(under.stage.admin.id, "going")]
    left = await ada.post("/intents/leave", data={"object": address}, headers=SAME)
    assert left.status_code == 303
    assert await places(under, session.id) == [(under.stage.admin.id, "left")]


async def test_another_site_can_not_press_the_button(under: Siege) -> None:
    session = await under.stage.publish(audience="company")
    ada = await under.browser(under.stage.admin)
    elsewhere = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}

    async with under.unchanged():
        address = f"{OURS}/sessions/{session.id}"
        answer = await ada.post("/intents/join", data={"object": address}, headers=elsewhere)

    assert answer.status_code == 403


async def test_what_an_employee_may_not_see_is_what_is_not_there(under: Siege) -> None:
    jonas = await under.browser(under.stage.host)
    event = under.event(under.b)
    await under.attack(under.b, under.says(under.b, "Create", event))
    await under.put(under.b, "paused")
    under.b.documents["/sessions/5"] = 404

    known = await jonas.get("/intents/join", params={"object": event["id"]})
    nothing = await jonas.get("/intents/join", params={"object": f"{OURS}/sessions/4711"})

    assert "Lichtleiter" not in known.text
    assert nothing.status_code == 404


async def test_a_session_of_an_ally_that_is_not_known_yet_is_taken_in_and_joined(under: Siege) -> None:
    event = under.event(under.b)
    under.b.documents["/sessions/5"] = event
    jonas = await under.browser(under.stage.host)

    async with under.unchanged():
        page = await jonas.get("/intents/join", params={"object": event["id"]})
    assert "Lichtleiter" in page.text
    assert "Alpenwerk" in page.text
    done = await jonas.post("/intents/join", data={"object": event["id"]}, headers=SAME)

    session = await under.session(event["id"])
    assert session is not None
    assert done.headers["location"] == f"/sessions/{session.id}"
    assert [one.body["object"] for one in await sent(under.federation.instance, "Join")] == [event["id"]]


async def test_a_session_of_strangers_is_shown_with_the_way_there_and_no_button(under: Siege) -> None:
    event = {**under.event(under.x), "url": "javascript:alert(1)"}
    under.x.documents["/sessions/5"] = event
    jonas = await under.browser(under.stage.host)

    page = await jonas.get("/intents/join", params={"object": event["id"]})
    forced = await jonas.post("/intents/join", data={"object": event["id"]}, headers=SAME)

    assert 'action="/intents/join"' not in page.text
    assert f'href="{event["id"]}"' in page.text
    assert "javascript:" not in page.text
    assert forced.status_code == 404
    assert await under.session(event["id"]) is None


async def test_following_asks_the_other_server(under: Siege) -> None:
    await introduced(under.federation.instance, under.stage.host)
    jonas = await under.browser(under.stage.host)

    page = await jonas.get("/intents/follow", params={"object": person(under.x)})
    assert "Kim Sander" in page.text
    done = await jonas.post("/intents/follow", data={"object": person(under.x)}, headers=SAME)
    await jonas.post("/intents/follow", data={"object": person(under.x)}, headers=SAME)

    assert done.headers["location"] == "/settings/followers#following"
    asked = await sent(under.federation.instance, "Follow")
    ours = f"{OURS}/people/{under.stage.host.id}"
    assert [(one.body["actor"], one.body["object"]) for one in asked] == [(ours, person(under.x))]
    assert asked[0].inboxes == (f"{person(under.x)}/inbox",)
    yes = under.says(under.x, "Accept", asked[0].body["id"], person(under.x))
    assert (await under.attack(under.x, yes)).state == "processed"
    assert await state_of(under, ours) == "accepted"


async def test_somebody_without_public_profile_follows_nobody(under: Siege) -> None:
    jonas = await under.browser(under.stage.host)

    page = await jonas.get("/intents/follow", params={"object": person(under.x)})
    forced = await jonas.post("/intents/follow", data={"object": person(under.x)}, headers=SAME)

    assert 'action="/intents/follow"' not in page.text
    assert forced.status_code == 403
    assert await sent(under.federation.instance, "Follow") == []


@pytest.mark.parametrize(
    "uri",
    ["", "x" * 900, "http://127.0.0.1:1/", "https://10.0.0.1/", "javascript:alert(1)", "file:///etc/passwd",
     "https://nordlicht.example@127.0.0.4/", "\x00", "@@@", "<script>alert(1)</script>"],
)  # fmt: skip
async def test_nonsense_has_a_sentence(under: Siege, uri: str) -> None:
    jonas = await under.browser(under.stage.host)

    for verb in ("follow", "join", "object"):
        answer = await jonas.get(f"/intents/{verb}", params={"object": uri})

        assert answer.status_code in (400, 404, 422)
        assert "<script>alert" not in answer.text
        assert 'href="javascript' not in answer.text


async def test_an_unknown_intent_is_not_there(under: Siege) -> None:
    jonas = await under.browser(under.stage.host)

    assert (await jonas.get("/intents/delete", params={"object": person(under.x)})).status_code == 404


# 5.1: opening an object is no activity
async def test_opening_leads_to_what_is_known_here(under: Siege) -> None:
    session = await under.stage.publish(audience="company")
    jonas = await under.browser(under.stage.host)

    async with under.unchanged():
        ours = await jonas.get("/intents/object", params={"object": f"{OURS}/sessions/{session.id}"})
        company = await jonas.get("/intents/object", params={"object": f"{OURS}/company"})
        kim = await jonas.get("/intents/object", params={"object": person(under.x)})

    assert (ours.status_code, ours.headers["location"]) == (303, f"/sessions/{session.id}")
    assert (company.status_code, company.headers["location"]) == (303, "/")
    assert "Kim Sander" in kim.text


async def test_one_employee_makes_us_look_thirty_times_a_minute(under: Siege) -> None:
    jonas = await under.browser(under.stage.host)

    answers = [await jonas.get("/intents/object", params={"object": "@@@"}) for _ in range(31)]

    assert [answer.status_code for answer in answers[-2:]] == [422, 429]


def test_the_links_are_those_of_the_fep() -> None:
    assert all(set(link) == {"rel", "template"} for link in intent_links(OURS))


async def places(under: Siege, session_id: int) -> list[tuple[int, str]]:
    async with under.federation.instance.reading() as db:
        found = await db.execute(
            select(Attendance.person_id, Attendance.state).where(Attendance.session_id == session_id)
        )
        return [(row[0], row[1]) for row in found]


async def state_of(under: Siege, follower: str) -> str | None:
    async with under.federation.instance.reading() as db:
        return await db.scalar(select(Follow.state).where(Follow.follower_uri == follower))


# 7.2: what OStatus called subscribing leads here for those whose servers know nothing newer
async def test_the_old_way_leads_to_the_same_page_for_employees_alone(under: Siege) -> None:
    stranger, jonas = await under.browser(), await under.browser(under.stage.host)

    shown = await jonas.get("/authorize_interaction", params={"uri": person(under.x)})
    hidden = await stranger.get("/authorize_interaction", params={"uri": person(under.x)})

    encoded = person(under.x).replace(":", "%3A").replace("/", "%2F")
    assert (shown.status_code, shown.headers["location"]) == (303, f"/intents/object?object={encoded}")
    assert hidden.status_code == 404
