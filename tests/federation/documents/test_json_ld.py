"""Everything that we write survives the expansion of JSON-LD, with contexts that nobody has to fetch.

federation.md: "Inline the terms in @context"; what has no definition is lost to readers that expand.
"""

from typing import Any

import orjson
import pytest
from pyld import jsonld

from alliance.errors import NotFound
from alliance.profiling import ProfileDraft, edit_profile, publish_profile
from alliance.visibility import STRANGER, partner_viewer
from federation.announcing.featuring import flush_featured_news
from federation.announcing.reminding import flush_reminders
from federation.documents import (
    activity_document,
    company_document,
    instance_document,
    note_document,
    person_document,
    session_document,
)
from federation.keys import KeyRing, generate_keys
from federation.listings import (
    experts_document,
    featured_document,
    followers_document,
    outbox_document,
    partners_document,
    upcoming_document,
)
from federation.proving import Prover
from federation.translate.session_event import event_of
from federation.uris import COMPANY, INSTANCE, Uris, person_actor
from federation.vocabulary.contexts import EVENT_CONTEXT, with_context
from tests.alliance.stage import TOMORROW, Stage
from tests.federation.announcements.outgoing import follower, sent
from tests.federation.documents.written_sessions import KINDS, URIS, written_session
from tests.support.clock import FrozenClock
from tests.support.json_ld import expanded, lost_terms

SCHEMA, FEP, MOBILIZON = "http://schema.org/", "https://w3id.org/fep/8a8e/", "https://joinmobilizon.org/ns#"


def written(kind: str = "online") -> dict[str, Any]:
    return with_context(EVENT_CONTEXT, event_of(written_session(kind), URIS).as_json())


@pytest.mark.parametrize("kind", KINDS)
def test_no_term_of_an_event_is_lost(kind: str) -> None:
    assert lost_terms(written(kind)) == set()


def test_a_term_without_a_definition_would_be_seen() -> None:
    event = written() | {"bogus": 1, "eventStatus": "EventForgotten", "type": "Happening"}

    assert lost_terms(event) == {"bogus", "EventForgotten", "Happening"}
    with pytest.raises(jsonld.JsonLdError):
        expanded(event | {"@context": "https://w3id.org/fep/8a8e"})


def test_terms_become_what_other_servers_mean_by_them() -> None:
    (event,) = expanded(written("full"))

    assert event[f"{FEP}eventStatus"] == [{"@id": f"{FEP}EventScheduled"}]
    assert event[f"{FEP}joinMode"] == [{"@value": "free"}]
    assert event[f"{SCHEMA}maximumAttendeeCapacity"] == [{"@value": 30}]
    assert event[f"{MOBILIZON}isOnline"] == [{"@value": True}]
    assert event["http://www.w3.org/2002/12/cal/ical#status"] == [{"@value": "CONFIRMED"}]
    (place,) = event["https://www.w3.org/ns/activitystreams#location"]
    assert place["@type"] == [f"{SCHEMA}VirtualLocation"]


async def everything_shown(stage: Stage, clock: FrozenClock) -> list[dict[str, Any]]:
    """One of each document, after a life with everything in it."""
    async with stage.instance.unit_of_work() as uow:
        for actor in (INSTANCE, COMPANY, person_actor(stage.host.id)):
            await generate_keys(uow, actor)
    ally = await stage.ally()
    await follower(stage, "kim")
    await follower(stage, "relay", followed="actor")
    shown = ProfileDraft(
        name="Jonas Brandt", headline="Lenses", about="Light.", topics=("Optik",), audience="public"
    )
    async with stage.instance.unit_of_work() as uow:
        await edit_profile(uow, stage.host.id, shown)
        await publish_profile(uow, stage.host.id)
    public = await stage.publish(audience="public", topics=("Künstliche Intelligenz",), capacity=3)
    gone, theirs = await stage.publish(audience="public"), await stage.theirs(ally)
    guest, ended = await stage.person(), await stage.publish(audience="public")
    await stage.join(public, guest, "https://alpenwerk.example/activities/1")
    await stage.join(theirs, stage.host)
    await stage.leave(theirs, stage.host)
    async with stage.instance.unit_of_work() as uow:
        await flush_featured_news(uow)
    clock.advance(hours=20)
    async with stage.instance.unit_of_work() as uow:
        await flush_reminders(uow)
    await stage.withdraw(gone)
    await stage.cancel(ended)
    await stage.edit(
        public, audience="public", starts_at=TOMORROW.replace(hour=18), ends_at=TOMORROW.replace(hour=19)
    )
    async with stage.instance.unit_of_work() as uow:
        await flush_featured_news(uow)
    return await _documents(stage, ally.id, public.id, gone.id, clock)


async def _documents(
    stage: Stage, ally: int, public: int, gone: int, clock: FrozenClock
) -> list[dict[str, Any]]:
    settings, now, viewer = stage.instance.settings, clock.now(), partner_viewer(ally)
    told, quiet = await sent(stage.instance), await stage.colleague("Timo Rau")
    async with stage.instance.reading() as db:
        found = [
            await instance_document(db, settings),
            await company_document(db, settings),
            await person_document(db, viewer, settings, stage.host.id),
            await person_document(db, viewer, settings, quiet.id),
            await session_document(db, viewer, settings, public),
            await session_document(db, viewer, settings, gone),
            await outbox_document(db, viewer, settings, COMPANY, None),
            await outbox_document(db, viewer, settings, COMPANY, "true"),
            await outbox_document(db, viewer, settings, INSTANCE, "true"),
            await upcoming_document(db, viewer, settings, None, now=now),
            await upcoming_document(db, viewer, settings, "true", now=now),
            await featured_document(db, viewer, settings, now=now),
            await experts_document(db, viewer, settings, "true"),
            await followers_document(db, settings, COMPANY),
            await partners_document(db, settings),
        ]
        numbers = [Uris(settings.origin).note_id(one.object_uri) for one in told]
        found += [await note_document(db, STRANGER, settings, number) for number in numbers if number]
        for one in told:
            number = Uris(settings.origin).activity_id(one.body["id"])
            try:
                found.append(await activity_document(db, viewer, settings, number or 0))
            except NotFound:
                continue
    return [document.body for document in found]


async def test_no_term_of_anything_we_show_is_lost(stage: Stage, clock: FrozenClock) -> None:
    documents = await everything_shown(stage, clock)

    kinds = {document["type"] for document in documents}
    assert kinds >= {
        *("Application", "Group", "Person", "Event", "Tombstone", "Note", "Create", "Update", "Delete"),
        *("Announce", "OrderedCollection", "OrderedCollectionPage"),
    }
    assert {document["id"]: lost for document in documents if (lost := lost_terms(document))} == {}


async def test_no_term_of_anything_we_send_is_lost_with_its_proof(stage: Stage, clock: FrozenClock) -> None:
    await everything_shown(stage, clock)
    ring = KeyRing(stage.instance)
    prover = Prover(ring, Uris(stage.instance.settings.origin), clock)
    told = await sent(stage.instance)

    assert {one.type for one in told} >= {
        *("Accept", "Add", "Announce", "Create", "Delete", "Follow", "Join", "Leave", "Remove", "Undo"),
        "Update",
    }
    lost = {one.type: lost_terms(await proven(prover, one.actor, one.body)) for one in told}
    assert {kind: names for kind, names in lost.items() if names} == {}


async def proven(prover: Prover, actor: str, body: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(await prover.proven(actor, orjson.dumps(body), keep=False))
    return found
