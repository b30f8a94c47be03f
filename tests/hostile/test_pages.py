"""Classes markup, local smuggling, oracles of pages: host names, redirects, other sites, cookies, paths."""

from typing import Any

import httpx
import pytest
from sqlalchemy import select

from alliance.models import Attendance, Session
from alliance.signing_in import change_password, hash_password
from tests.hostile.siege import OURS, Siege

EVIL = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\"'><svg onload=alert(1)>", "{{ 7 * 191 }}",
    "{% raw %}x", "<a href='javascript:alert(1)'>x</a>", "</title><script>alert(1)</script>", "%(x)s%n{0}",
    "<style>*{x:y}</style>", "<iframe src=//e>", "<form action=//e><input name=p>", "<base href=//e>",
    "<!--", "]]>", "\u202egpj.exe", "<math><mi xlink:href=javascript:alert(1)>",
    "<p style='x:y' class=z id=q>",
    "<a href='&#106;avascript:alert(1)'>x</a>", "<a href='//e.example/'>x</a>", "<a href='/sign-out'>x</a>",
    "<a href=' javascript:alert(1)'>", "<meta http-equiv=refresh content='0;url=//e'>",
    "<table><td background=x>",
)  # fmt: skip
# What no page of ours may hold, whatever others write.
NEVER = (
    "<script>alert", "<img src=x", "<svg onload", "1337", "href='javascript", 'href="javascript', "<style>",
    "<iframe", "<form action=//e", "<base", "\u202e", "<math", "<p style", "<p class=z", 'href="//e',
    'href="/sign-out"', "<meta http-equiv=refresh", "<table", "href=' javascript", 'href=" javascript',
)  # fmt: skip


def clean(page: httpx.Response) -> list[str]:
    """What is on the page that must not be."""
    return [bad for bad in NEVER if bad in page.text]


def full_of(markup: str) -> dict[str, Any]:
    """Every text field of an Event."""
    return {
        "name": f"N {markup}", "summary": markup, "content": f"<p>C</p>{markup}", "statusNote": markup,
        "timezone": markup, "inLanguage": markup, "eventStatus": "EventCancelled",
        "url": f"javascript:{markup}",
        "location": {"type": "Place", "name": f"L {markup}", "address": {"streetAddress": f"S {markup}"}},
        "tag": [{"type": "Hashtag", "name": f"#T{markup}", "href": "javascript:alert(1)"}],
        "attachment": [{"type": "Link", "name": "Online", "href": "javascript:alert(1)"}],
        "image": {"type": "Image", "url": "javascript:alert(1)", "name": markup},
    }  # fmt: skip


async def test_markup_in_every_field_of_a_session(under: Siege) -> None:
    for number, markup in enumerate(EVIL):
        event = under.event(under.b, number, **full_of(markup))
        assert (await under.attack(under.b, under.says(under.b, "Create", event))).state == "processed", (
            markup
        )
    browser = await under.browser(under.stage.admin)

    assert clean(await browser.get("/")) == []
    for number, markup in enumerate(EVIL):
        held = await under.session(f"{under.b.origin}/sessions/{number}")
        assert held is not None
        page = await browser.get(f"/sessions/{held.id}")
        assert (page.status_code, clean(page)) == (200, []), markup


async def test_markup_in_every_field_of_a_person_and_a_company(under: Siege) -> None:
    for number, markup in enumerate(EVIL):
        actor = under.b.add_actor(
            f"/people/{100 + number}", "Person", name=f"P{markup}", summary=markup, headline=f"H{markup}",
            preferredUsername=f"u{number}{markup}", askMeAbout=[markup], speaks=[markup, "de"],
            tag=[{"type": "Hashtag", "name": f"#{markup}"}], url="javascript:alert(1)", visibleTo="alliance",
        )  # fmt: skip
        about = under.b.documents[f"/people/{100 + number}"]
        verdict = await under.attack(under.b, under.says(under.b, "Update", about, actor))
        assert verdict.state == "processed", (markup, verdict)
    browser = await under.browser(under.stage.admin)
    for path in ("/experts", "/alliance"):
        page = await browser.get(path)
        assert (page.status_code, clean(page)) == (200, [])
    for link in {href for href in (await browser.get("/experts")).text.split('"') if href.startswith("/@")}:
        page = await browser.get(link)
        assert page.status_code in (200, 301, 404), link
        assert clean(page) == []


@pytest.mark.parametrize(
    "host",
    ["evil.example", "nordlicht.localhost", "nordlicht.localhost:8001.evil.example", "",
    "nordlicht.localhost:80",
     "evil.example#nordlicht.localhost:8001", "nordlicht.localhost:8001@evil.example", "127.0.0.1:8001"],
)  # fmt: skip
async def test_another_host_name(under: Siege, host: str) -> None:
    answer = await under.client.get("/sign-in", headers={"Host": host, "X-Forwarded-Host": "evil.example"})

    assert answer.status_code == 421
    assert "evil.example" not in str(answer.headers)


async def test_forwarding_headers_change_no_address(under: Siege) -> None:
    forwarded = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example",
    "X-Original-URL": "/alliance",
                 "X-Rewrite-URL": "/alliance", "X-Forwarded-Proto": "javascript",
                 "X-Forwarded-For": "127.0.0.1"}  # fmt: skip
    for path in ("/", "/sign-in", "/actor", "/settings", "/sessions/"):
        answer = await under.client.get(path, headers=forwarded)
        assert "evil.example" not in answer.text + str(answer.headers)


NEXTS = (
    "//evil.example", "/\\evil.example", "https://evil.example", "/%2Fevil.example/..//evil.example",
    "javascript:x",
    "/\tevil.example", "///evil.example", "\\\\evil.example", "/@evil.example", " //evil.example",
    "/\n//evil.example",
    "http:evil.example", "/./..//evil.example", "?next=//evil.example", "data:,x", "/\x00/evil.example",
    "/／evil.example",
)  # fmt: skip


async def test_where_to_go_next_is_always_here(under: Siege) -> None:
    browser = await under.browser(under.stage.host)
    led = {}
    for where in NEXTS:
        answers = [await browser.post("/language", data={"language": "en", "next": where})]
        if "\x00" not in where:
            answers.append(await browser.get("/sign-in", params={"next": where}))
        for answer in answers:
            location = answer.headers["location"]
            led[where] = str(httpx.URL(OURS).join(location).host)

    assert set(led.values()) == {"nordlicht.localhost"}, led


@pytest.mark.parametrize("path", ["//evil.example/", "//evil.example/sessions/", "/\\evil.example/",
    "/%2F%2Fevil.example/",
                                  "//evil.example/%2e%2e/sessions/", "/sessions//evil.example/"])  # fmt: skip
async def test_a_slash_too_many_leads_nowhere_else(under: Siege, path: str) -> None:
    answer = await under.client.get(httpx.URL(OURS).copy_with(raw_path=path.encode()))

    if "location" in answer.headers:
        assert httpx.URL(OURS).join(answer.headers["location"]).host == "nordlicht.localhost"
        assert not answer.headers["location"].startswith("//")
    else:
        assert answer.status_code in (400, 404)


FOREIGN: tuple[dict[str, str], ...] = (
    {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "http://evil.example"},
    {"Origin": "null"}, {"Origin": OURS + ".evil.example"}, {"Origin": OURS + "/"},
    {"Origin": "nordlicht.localhost:8001"},
    {"Origin": "https://nordlicht.localhost:8001"}, {"Origin": "http://nordlicht.localhost"},
    {"Sec-Fetch-Site": "cross-site", "X-HTTP-Method-Override": "GET"},
    {"Sec-Fetch-Site": ""} | {"Origin": "null"},
)  # fmt: skip


async def test_other_sites_change_nothing(under: Siege) -> None:
    session = await under.stage.publish(audience="public")
    browser = await under.browser(under.stage.admin)
    posts = [
        f"/sessions/{session.id}/join", f"/sessions/{session.id}/cancel", f"/sessions/{session.id}/withdraw",
        "/sessions/new", "/alliance/invite", "/settings", "/settings/password", "/sign-out", "/sign-in",
        "/language",
        "/api/../sign-out", "/oauth/token/../../sign-out",
    ]  # fmt: skip
    async with under.unchanged():
        for path in posts:
            for headers in FOREIGN:
                answer = await browser.post(path, headers=headers, data={"host": "evil.example"})
                assert answer.status_code == 403, (path, headers)


async def test_reading_changes_nothing(under: Siege) -> None:
    session = await under.stage.publish(audience="public")
    browser = await under.browser(under.stage.admin)
    async with under.unchanged():
        for path in ("join", "leave", "cancel", "withdraw", "edit", "guests/1/accept"):
            for method in ("GET", "HEAD", "OPTIONS"):
                answer = await browser.request(
                    method, f"/sessions/{session.id}/{path}", headers={"X-HTTP-Method-Override": "POST"}
                )
                assert answer.status_code in (200, 404, 405)
        for method in ("PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND"):
            assert (await browser.request(method, f"/sessions/{session.id}/join")).status_code in (
                403,
                404,
                405,
            )


async def test_a_planted_sign_in_does_not_outlive_signing_in(under: Siege) -> None:
    async with under.federation.instance.unit_of_work() as uow:
        await change_password(uow, under.stage.host.id, hash_password("Birnenkompott im Winter"))
    mallory = await under.browser(under.stage.admin)
    planted = next(iter(mallory.cookies.values()))
    victim = await under.browser()
    victim.cookies.set("sign-in", planted, domain=victim.base_url.host)

    answer = await victim.post(
        "/sign-in", data={"email": "jonas@nordlicht.localhost", "password": "Birnenkompott im Winter"}
    )

    fresh = answer.cookies.get("sign-in")
    assert answer.status_code == 303
    assert fresh not in (None, planted)
    assert (await mallory.get("/settings")).status_code == 303


COOKIES = (
    "x" * 101,
    "x" * 5000,
    "",
    "'; DROP TABLE sign_in;--",
    "\xff\xfe",
    "a=b",
    '"quoted"',
    "%00",
    "../../x",
)


async def test_cookies_that_are_none(under: Siege) -> None:
    for value in COOKIES:
        header = f"sign-in={value}; language={value}; said={value}".encode("latin-1")
        answer = await under.client.get("/", headers=[(b"cookie", header), (b"accept", b"text/html")])
        assert answer.status_code == 200
        assert (await under.client.get("/settings", headers=[(b"cookie", header)])).status_code in (303, 401)


STRANGE = (
    "/%", "/%ff", "/%c0%ae%c0%ae/", "/sessions/%2e%2e/settings", "/static/../../alliance/settings.py",
    "/static/%2e%2e/%2e%2e/pyproject.toml", "/static//etc/passwd", "/static/%5c..%5c", "/@%ff",
    "/@" + "x" * 1500, "/@@",
    "/@a@b@c", "/meet/" + "x" * 1500, "/meet/%ff-x", "/sessions/1/guests/1", "/sessions/1;x=1",
    "/.git/config",
    "/.well-known/webfinger?resource=https://[", "/.well-known/webfinger?resource=acct:@@",
    "/experts?after=1-%ff",
    "/.well-known/webfinger?resource=acct:" + "x" * 590, "/authorize_interaction?uri=https://[::1",
    "/?after=%ff",
    "/.well-known/webfinger?resource=" + OURS + "/@%25ff", "/authorize_interaction?uri=" + "x" * 700,
    "/\u212a",
    "/.well-known/webfinger?resource=" + OURS + "/people/%D9%A3", "/@\u0430da", "/@jonas%E2%80%8B.brandt",
)  # fmt: skip


@pytest.mark.parametrize(
    "accept", ["text/html", "application/activity+json", "x/y;q=inf, */*;q=nan", ",;=,;q=1e999"]
)
async def test_strange_addresses(under: Siege, accept: str) -> None:
    browser = await under.browser(under.stage.admin)
    told = {}
    for path in STRANGE:
        answer = await browser.get(path, headers={"Accept": accept})
        told[path[:60]] = answer.status_code
        assert "root:" not in answer.text
        assert "[build-system]" not in answer.text

    assert {
        path: status for path, status in told.items() if status not in (400, 404, 406, 200, 303, 301)
    } == {}
    assert [
        path for path, status in told.items() if status == 200 and not path.startswith(("/experts", "/?"))
    ] == []


async def test_somebody_else_decides_about_guests_and_sessions(under: Siege) -> None:
    session = await under.stage.publish(audience="public", join_mode="restricted")
    lena = await under.stage.colleague("Lena Vogt")
    await under.attack(
        under.b, under.says(under.b, "Join", f"{OURS}/sessions/{session.id}", f"{under.b.origin}/people/7")
    )
    guest = await place(under, session)
    browser = await under.browser(lena)
    async with under.unchanged():
        told = [
            (await browser.post(f"/sessions/{session.id}/guests/{guest}/accept")).status_code,
            (await browser.post(f"/sessions/1/guests/{guest}/decline")).status_code,
            (await browser.post(f"/sessions/{session.id}/guests/{(1 << 63) + 5}/accept")).status_code,
            (await browser.post(f"/sessions/{session.id}/cancel")).status_code,
            (await browser.post(f"/sessions/{session.id}/withdraw")).status_code,
            (await browser.post(f"/sessions/{session.id}/edit", data={"title": "Mine now"})).status_code,
            (await browser.post("/alliance/invite", data={"host": under.x.origin})).status_code,
            (await browser.get("/alliance/invite")).status_code,
        ]

    assert set(told) <= {403, 404}, told


async def place(under: Siege, session: Session) -> int:
    """The number of the only attendance."""
    async with under.federation.instance.reading() as db:
        found = await db.scalar(select(Attendance.id).where(Attendance.session_id == session.id))
    assert found is not None
    return found
