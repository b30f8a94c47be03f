"""Recordings and slides travel with the Event as links, to whoever may see the session and nowhere else."""

from typing import Any

import pytest

from alliance.instance import Instance
from alliance.materials import add_material, in_order, remove_material
from alliance.models import MOST_MATERIALS, Session
from alliance.publishing import publish_session
from alliance.queries.sessions import find
from alliance.receiving import receive_session
from alliance.visibility import employee_viewer
from federation.translate.news import session_news
from federation.translate.session_event import event_of
from federation.uris import Uris
from federation.vocabulary.event import parse_event
from tests.alliance.stage import LINK, draft
from tests.alliance.stage import session_news as news_of
from tests.support.founding import Founded
from tests.web.pages.scenes import partner

pytestmark = pytest.mark.anyio

SLIDES = ("slides", "The slides", "https://files.example.org/slides.pdf")
RECORDING = ("recording", "The recording", "https://video.example.org/w/1")


async def document(instance: Instance, founded: Founded, session_id: int) -> dict[str, Any]:
    """The Event of one of our sessions, as JSON."""
    async with instance.reading() as db:
        session = await find(db, employee_viewer(founded.employee.id), session_id)
        return event_of(session, Uris(instance.settings.origin)).as_json()


def links(event: dict[str, Any]) -> list[tuple[str, str]]:
    attached = event.get("attachment", [])
    return [(one["name"], one["href"]) for one in attached if one["type"] == "Link"]


async def test_materials_are_links_with_a_media_type_and_go_when_they_are_removed(
    instance: Instance, founded: Founded
) -> None:
    async with instance.unit_of_work() as uow:
        session = await publish_session(uow, founded.employee.id, draft())
    async with instance.unit_of_work() as uow:
        slides = await add_material(uow, session.id, *SLIDES)
        await add_material(uow, session.id, *RECORDING)

    event = await document(instance, founded, session.id)

    assert links(event)[-2:] == [SLIDES[1:], RECORDING[1:]]
    # Gancio 1.21 throws over an attachment without one (federation.md).
    assert all(one["mediaType"] for one in event["attachment"])
    assert parse_event(event).materials == (SLIDES, RECORDING)
    assert LINK not in str(event)
    async with instance.unit_of_work() as uow:
        await remove_material(uow, session.id, slides.id)
    assert parse_event(await document(instance, founded, session.id)).materials == (RECORDING,)


async def test_a_partners_materials_are_kept_as_they_are_now(instance: Instance, founded: Founded) -> None:
    company = await partner(instance)
    for told in ((SLIDES, RECORDING), (RECORDING,), ()):
        async with instance.unit_of_work() as uow:
            session = await receive_session(uow, company.id, news_of(company, materials=told))
        assert session is not None
        async with instance.reading() as db:
            found = await find(db, employee_viewer(founded.employee.id), session.id)
            assert [(m.kind, m.title, m.url) for m in in_order(found)] == [
                one for one in (RECORDING, SLIDES) if one in told
            ]


async def test_what_a_partner_sends_is_bounded_and_leads_by_https_to_hosts_alone(
    instance: Instance, founded: Founded
) -> None:
    company = await partner(instance)
    told = [
        ("virus", "Strange kind", "https://files.example.org/a"),
        ("link", "<b>Markup</b>", "https://files.example.org/b"),
        ("link", "Script", "javascript:alert(1)"),
        ("link", "Plain", "http://files.example.org/"),
        ("link", "Inside", "https://localhost/"),
        ("link", "Login", "https://user:pw@files.example.org/"),
        ("link", "", "https://files.example.org/c"),
        *(("link", f"{number}", f"https://files.example.org/{number}") for number in range(50)),
    ]

    async with instance.unit_of_work() as uow:
        session = await receive_session(uow, company.id, news_of(company, materials=told))

    assert isinstance(session, Session)
    kept = [(one.kind, one.title) for one in session.materials]
    assert kept[:2] == [("link", "Strange kind"), ("link", "<b>Markup</b>")]
    assert len(kept) == MOST_MATERIALS
    assert all(one.url.startswith("https://files.example.org/") for one in session.materials)


@pytest.mark.parametrize(
    "attachment",
    [
        None,
        "x",
        [None, 1, "https://files.example.org/"],
        [{"type": "Link", "rel": "material"}],
        [{"type": "Link", "rel": [{}, 1], "name": "x", "href": "https://files.example.org/"}],
        [{"type": "Link", "rel": "material", "name": ["x"], "href": {"a": 1}}],
        [{"type": "Document", "rel": "material", "name": "x", "href": "https://files.example.org/"}],
        [{"type": "Link", "name": "Website", "href": "https://files.example.org/"}],
    ],
)
def test_other_attachments_are_no_materials(attachment: object) -> None:
    event = {
        "id": "https://alpenwerk.example/sessions/1",
        "type": "Event",
        "attributedTo": "https://alpenwerk.example/company",
        "name": "Lenses",
        "startTime": "2026-09-10T16:00:00+02:00",
        "attachment": attachment,
    }

    assert parse_event(event).materials == ()
    assert session_news(parse_event(event), parse_event(event).starts_at).materials == ()
