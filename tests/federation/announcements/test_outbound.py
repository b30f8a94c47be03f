"""What is on no list stays here, whoever made the document; a company may hold back more; all is counted."""

import ast
import json
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

import federation
from alliance.data_catalogue import catalogue
from alliance.errors import Invalid
from alliance.models import Company, Employee, Erasure, OutboundTally
from alliance.parting import erase_own_account
from alliance.profiling import ProfileDraft, edit_profile, publish_profile
from federation.counting_outbound import count_outbound
from federation.documents import Document
from federation.forgetting_exchange import confirm_erasures
from federation.holding_back import HeldBack, choose_held_back
from federation.models import Delivery
from federation.outbound import ALLOWED, OPTIONAL, fields_of, only_allowed
from federation.outbox import send
from federation.uris import COMPANY
from tests.alliance.stage import Stage
from tests.federation.announcements.outgoing import sent
from tests.support.clock import MONDAY, FrozenClock

HERE = Path(__file__).parent
CODE = Path(federation.__file__).parent
GOLDEN = sorted((HERE.parent / "documents" / "golden").glob("*.json"))
OURS = "https://nordlicht.example"


def test_every_document_of_the_golden_ones_leaves_whole() -> None:
    documents = [json.loads(path.read_text("utf-8")) for path in GOLDEN]

    assert len(documents) > 10
    assert [only_allowed(document) for document in documents] == documents


def test_every_type_that_our_code_writes_is_on_the_list_with_its_fields() -> None:
    """Looks into the code that makes documents, also where no test comes by; see `held_back` for the rest."""
    written = {
        (fields["type"], name)
        for folder in ("vocabulary", "translate", "announcing", "handlers")
        for path in (CODE / folder).glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Dict)
        for fields in [_literal(node)]
        if isinstance(fields.get("type"), str)
        for name in fields.keys() - {"@context"}
    }

    assert ("Event", "type") in written
    assert {(kind, name) for kind, name in written if name not in ALLOWED.get(kind, ())} == set()


def _literal(node: ast.Dict) -> dict[Any, Any]:
    """Keys that are written out, with their values as far as these are written out, too."""
    pairs = zip(node.keys, node.values, strict=True)
    return {
        key.value: value.value if isinstance(value, ast.Constant) else None
        for key, value in pairs
        if isinstance(key, ast.Constant)
    }


def test_whatever_the_data_catalogue_says_leaves_is_on_the_list() -> None:
    said = {wire for table in catalogue().values() for leaving in table.leaves for wire in leaving.wire}

    assert {wire for wire in said if wire.split(".")[1] not in ALLOWED[wire.split(".")[0]]} == set()


def test_a_field_on_no_list_is_in_no_document(held_back: list[tuple[str, str]]) -> None:
    leaky = {
        "id": f"{OURS}/sessions/1",
        "type": "Event",
        "name": "Optics",
        "meetingLink": "https://meet.example/secret",
        "location": {"type": "VirtualLocation", "name": "Online", "passcode": "1234"},
        "attachment": [
            {"type": "Gossip", "text": "x"},
            {"type": "Link", "href": "https://a.example", "clicks": 3},
        ],
    }

    with capture_logs() as told:
        shown = Document(leaky, MONDAY).body

    assert shown == {
        "id": f"{OURS}/sessions/1",
        "type": "Event",
        "name": "Optics",
        "location": {"type": "VirtualLocation", "name": "Online"},
        "attachment": [{}, {"type": "Link", "href": "https://a.example"}],
    }
    assert held_back == [
        ("Event", "meetingLink"),
        ("VirtualLocation", "passcode"),
        ("Gossip", "type"),
        ("Gossip", "text"),
        ("Link", "clicks"),
    ]
    assert [(line["log_level"], line["kind"], line["field"]) for line in told] == [
        ("error", kind, field) for kind, field in held_back
    ]
    held_back.clear()


async def test_a_field_on_no_list_is_in_no_stored_activity(
    stage: Stage, held_back: list[tuple[str, str]]
) -> None:
    note = {"id": f"{OURS}/notes/1", "type": "Note", "content": "Hello", "email": "lena@nordlicht.example"}
    async with stage.instance.unit_of_work() as uow:
        activity: dict[str, Any] = {"type": "Create", "actor": f"{OURS}/company", "object": note, "mood": "x"}
        stored = await send(
            uow, actor=COMPANY, activity=activity, object_uri=note["id"], inboxes=[], is_public=True
        )

    body = orjson.loads(stored.body)
    assert sorted(body) == ["actor", "id", "object", "type"]
    assert sorted(body["object"]) == ["content", "id", "type"]
    assert sorted(held_back) == [("Create", "mood"), ("Note", "email")]
    held_back.clear()


def test_what_others_said_is_handed_on_as_it_came() -> None:
    join = {"id": "https://alpenwerk.example/joins/1", "type": "Join", "mz:participationMessage": "Hi"}

    assert only_allowed({"id": f"{OURS}/activities/1", "type": "Accept", "object": join})["object"] == join


@pytest.mark.parametrize("wrong", [("Person", "name"), ("Event", "startTime"), ("Person", "publicKey")])
async def test_what_everything_needs_can_t_be_held_back(stage: Stage, wrong: tuple[str, str]) -> None:
    async with stage.instance.unit_of_work() as uow:
        with pytest.raises(Invalid):
            await choose_held_back(uow, None, frozenset({wrong}), None)


def test_what_may_be_held_back_is_on_the_list() -> None:
    assert {kind for kind, fields in OPTIONAL.items() if not set(fields) <= ALLOWED[kind]} == set()


async def show(stage: Stage, who: Employee) -> bytes:
    """A profile for allies; the bytes as they lie in the outbox."""
    async with stage.instance.unit_of_work() as uow:
        draft = ProfileDraft(name="Lena Vogt", headline="Bends light", about="Mirrors.", topics=("Optics",))
        await edit_profile(uow, who.id, draft)
        await publish_profile(uow, who.id, "alliance")
    return (await sent(stage.instance, "Update"))[-1].stored


async def test_a_partner_gets_less_than_the_others_and_what_is_held_back_from_all_nobody_gets(
    stage: Stage, clock: FrozenClock
) -> None:
    alpenwerk = await stage.ally()
    await stage.ally("birch.example")
    held_back = HeldBack(stage.instance)
    body = await show(stage, await stage.colleague("Lena Vogt"))
    assert await held_back.narrowed("birch.example", body) is body
    async with stage.instance.unit_of_work() as uow:
        await choose_held_back(
            uow, alpenwerk.id, frozenset({("Person", "headline"), ("Person", "tag")}), None
        )
        await choose_held_back(uow, None, frozenset({("Person", "summary")}), None)
    clock.advance(seconds=6)

    for_alpenwerk, for_birch = [
        orjson.loads(await held_back.narrowed(host, body))["object"]
        for host in ("alpenwerk.example", "birch.example")
    ]

    assert [name for name in ("name", "headline", "tag", "summary") if name in for_alpenwerk] == ["name"]
    assert [name for name in ("name", "headline", "tag", "summary") if name in for_birch] == [
        "name", "headline", "tag",
    ]  # fmt: skip
    assert held_back.from_company(None) == {("Person", "summary")}


async def test_fields_are_counted_by_partner_and_month_once_each(stage: Stage, clock: FrozenClock) -> None:
    await stage.ally()
    body = await show(stage, await stage.colleague("Lena Vogt"))
    clock.advance(minutes=5)

    counted = []
    for _ in range(2):
        async with stage.instance.unit_of_work() as uow:
            counted.append(await count_outbound(uow))

    assert counted[0] > 0
    assert counted[1] == 0
    async with stage.instance.reading() as db:
        rows = (await db.scalars(select(OutboundTally).where(OutboundTally.field == "headline"))).all()
    assert [(row.host, row.month, row.kind, row.count) for row in rows] == [
        ("alpenwerk.example", date(2026, 3, 1), "Person", 2)
    ]
    assert ("Person", "headline") in set(fields_of(orjson.loads(body)))


async def test_what_is_held_back_from_a_partner_is_not_counted_for_that_partner(
    stage: Stage, clock: FrozenClock
) -> None:
    alpenwerk = await stage.ally()
    await stage.ally("birch.example")
    async with stage.instance.unit_of_work() as uow:
        await choose_held_back(uow, alpenwerk.id, frozenset({("Person", "headline")}), None)
        await choose_held_back(uow, None, frozenset({("Person", "summary")}), None)
    await show(stage, await stage.colleague("Lena Vogt"))
    clock.advance(minutes=5)

    async with stage.instance.unit_of_work() as uow:
        await count_outbound(uow)

    async with stage.instance.reading() as db:
        rows = await db.execute(
            select(OutboundTally.host, OutboundTally.field).where(
                OutboundTally.kind == "Person", OutboundTally.field.in_(("name", "headline", "summary"))
            )
        )
        assert {tuple(row) for row in rows} == {
            ("alpenwerk.example", "name"),
            ("birch.example", "name"),
            ("birch.example", "headline"),
        }


async def test_an_erasure_stays_open_until_the_partner_s_server_took_it(
    stage: Stage, clock: FrozenClock
) -> None:
    await stage.ally()
    paused = await stage.ally("birch.example")
    await stage.put(paused, "paused")
    lena = await stage.colleague("Lena Vogt")
    await show(stage, lena)
    async with stage.instance.unit_of_work() as uow:
        await erase_own_account(uow, lena.id)
    (delete,) = await sent(stage.instance, "Delete")
    assert await open_erasures(stage) == {"alpenwerk.example", "birch.example"}

    async with stage.instance.unit_of_work() as uow:
        for one in (await uow.db.scalars(select(Delivery))).all():
            one.state, one.finished_at = "delivered", uow.now
    clock.advance(hours=1)
    async with stage.instance.unit_of_work() as uow:
        await confirm_erasures(uow)

    assert delete.inboxes == ("https://alpenwerk.example/inbox",)
    assert await open_erasures(stage) == {"birch.example"}


async def open_erasures(stage: Stage) -> set[str]:
    """Hosts of partners that have not confirmed."""
    async with stage.instance.reading() as db:
        hosts = select(Company.host).join(Erasure, Erasure.company_id == Company.id)
        return set(await db.scalars(hosts.where(Erasure.state == "open")))
