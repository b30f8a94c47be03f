"""Whatever is done in the console stands in the audit log; the endpoints come from the table of routes."""

from dataclasses import dataclass

import httpx
import pytest
from sqlalchemy import select

from alliance.instance import Instance
from alliance.models import ActorBlock, AuditEntry, ExpertProfile
from alliance.moderating import report
from alliance.sources import Feed, add_source
from federation.models import Follow
from federation.uris import Uris
from federation.wiring import Federation
from tests.support.founding import Founded
from tests.web.pages.furnishing import Furnished, furnish
from tests.web.pages.furnishing_console import OTHER
from tests.web.pages.test_admin_company import SAID
from web.pages.admin.routes import ADMIN_ROUTES

pytestmark = pytest.mark.anyio

BLOCKED = "https://spam.example/users/x"
FOLLOW = 4711
# Why an endpoint is not among the ways below.
ELSEWHERE = {
    "/admin/sources/new": "asks another server first; the verb is looked at below",
    "/admin/settings/proposals/{id:int}/{verb}": "needs two: tests/web/pages/test_admin_settings.py",
    "/admin/moderation/answers/{id:int}": "needs a second moderator: tests/web/pages/test_decisions.py",
    "/admin/approval/compare": "changes nothing",
    "/admin/learning/store": "is looked at with the record store",
    "/admin/learning/store/test": "changes nothing",
    "/admin/learning/store/drop/{id:int}": "is looked at with the record store",
    "/admin/learning/tokens": "is looked at with the catalogue",
    "/admin/learning/tokens/{id:int}/end": "is looked at with the catalogue",
    "/admin/newsletter/plan": "is looked at with the newsletter",
    "/admin/newsletter/note": "is the work of an editor, which stands in the edition itself",
    "/admin/newsletter/test": "mails something to nobody but the administrator",
    "/admin/newsletter/send": "is looked at with the newsletter",
    "/admin/newsletter/{id:int}/stop": "is looked at with the newsletter",
    "/admin/webhooks/new": "is looked at with the webhooks",
    "/admin/webhooks/{hook:int}": "is looked at with the webhooks",
    "/admin/webhooks/{hook:int}/{verb}": "is looked at with the webhooks",
}


@dataclass(frozen=True)
class Way:
    """How an endpoint of this path is used, and the acts that then stand in the log."""

    path: str
    address: str
    data: dict[str, str]
    acts: tuple[str, ...]


def way(path: str, address: str, *acts: str, **data: str) -> Way:
    return Way(path, address, data, acts)


def ways(there: Furnished, forwarded: int) -> list[Way]:
    """Every endpoint of the console that changes something, in an order that works."""
    host, people = f"/admin/federation/hosts/{OTHER}", f"/admin/people/{there.colleague}"
    moderation, source = "/admin/moderation/{id:int}", f"/admin/sources/{there.source}"
    one_host, one_source = "/admin/federation/hosts/{host}", "/admin/sources/{source:int}/{verb}"
    partner, company = "/alliance/{company:int}/{verb}", f"/alliance/{there.company}"
    person = "/admin/people/{id:int}"
    decide = f"/admin/moderation/{there.report}/decide"
    return [
        way(f"{moderation}/decide", decide, "report.decided", outcome="rejected"),
        way(f"{moderation}/forward", f"/admin/moderation/{forwarded}/forward", "report.forwarded"),
        way("/admin/leaders/{id:int}", f"/admin/leaders/{there.colleague}", "leader.agreed", yes="yes"),
        way("/admin/leaders/{id:int}", f"/admin/leaders/{there.colleague}", "leader.ended"),
        way("/admin/domains", "/admin/domains", "domain.treated", domain="x.example", severity="silence"),
        way("/admin/domains/free", "/admin/domains/free", "domain.freed", domain="x.example"),
        way("/admin/domains/unblock", "/admin/domains/unblock", "account.unblocked", actor=BLOCKED),
        way("/admin/company", "/admin/company", "company.changed", **SAID),
        way("/admin/company/logo", "/admin/company/logo", "company.logo-changed", remove="yes"),
        way(f"{one_host}/now", f"{host}/now", "queue.tried"),
        way(f"{one_host}/again", f"{host}/again", "queue.retried", "queue.tried"),
        way(f"{one_host}/drop", f"{host}/drop", "queue.dropped"),
        way("/admin/followers/{actor}", "/admin/followers/company", "follower.approval", by_hand="yes"),
        way(
            "/admin/followers/{actor}/{follow:int}/{verb}",
            f"/admin/followers/company/{FOLLOW}/accept",
            "follower.accepted",
        ),
        way(
            "/admin/followers/{actor}/{follow:int}/{verb}",
            f"/admin/followers/company/{FOLLOW}/remove",
            "follower.removed",
        ),
        way(one_source, f"{source}/pause", "source.paused"),
        way(one_source, f"{source}/resume", "source.resumed"),
        way(one_source, f"{source}/remove", "source.removed"),
        way(f"{person}/roles", f"{people}/roles", "employee.roles-changed", moderator="yes"),
        way(f"{person}/hand-over", f"{people}/hand-over", "employee.handed-over", username="ada"),
        way(f"{person}/{{verb}}", f"{people}/sign-out", "employee.signed-out"),
        way(f"{person}/{{verb}}", f"{people}/close", "employee.disabled"),
        way(f"{person}/{{verb}}", f"{people}/open", "employee.enabled"),
        way("/admin/learning/hosts", "/admin/learning/hosts", "setting.proposed"),
        way("/admin/learning/store/again", "/admin/learning/store/again", "queue.retried"),
        way("/admin/outbound", "/admin/outbound", "setting.changed"),
        way("/admin/settings/{name}", "/admin/settings/ai", "setting.proposed", value="on"),
        way("/admin/settings/{name}", "/admin/settings/announce_again", "setting.changed", value="on"),
        way("/admin/audit/export", "/admin/audit/export", "audit.exported", form="csv"),
        way(partner, f"{company}/pause", "partner.paused"),
        way(partner, f"{company}/resume", "partner.resumed"),
        way(partner, f"{company}/leave", "partner.left"),
        way(partner, f"{company}/block", "partner.blocked"),
        way(partner, f"{company}/unblock", "partner.unblocked"),
    ]


@pytest.fixture
async def prepared(founded: Founded, federation: Federation) -> tuple[Furnished, int]:
    """A furnished company with something to do everywhere; and a report of what is another company's."""
    there, instance = await furnish(founded, "Aus dem Sturm gelernt"), founded.instance
    origin = instance.settings.origin
    async with instance.unit_of_work() as uow:
        blocked = ActorBlock(id=uow.new_id(), actor_uri=BLOCKED, by_them=False, ours="", created_at=uow.now)
        follow = Follow(
            id=FOLLOW, activity_uri="https://social.example/f/1", follower_uri="https://social.example/u/z",
            follower_host="social.example", followed_uri=Uris(origin).company, state="asked",
            inbox="https://social.example/u/z/inbox", created_at=uow.now,
        )  # fmt: skip
        uow.db.add_all((blocked, follow))
        profile = await uow.db.get(ExpertProfile, there.colleague)
        if profile is None:
            profile = ExpertProfile(person_id=there.colleague, updated_at=uow.now)
            uow.db.add(profile)
        profile.is_leader = True
        forwarded = await report(uow, founded.employee, "Please look.", session_id=there.others)
        return there, forwarded.id


async def log_of(instance: Instance, after: int) -> list[AuditEntry]:
    async with instance.reading() as db:
        rows = await db.scalars(
            select(AuditEntry).where(AuditEntry.number > after).order_by(AuditEntry.number)
        )
        return list(rows.all())


async def test_every_act_in_the_console_is_written_down_with_who_did_it(
    prepared: tuple[Furnished, int], founded: Founded, ada: httpx.AsyncClient
) -> None:
    all_ways = ways(*prepared)
    last, wrong = len(await log_of(founded.instance, 0)), []

    for one in all_ways:
        answer = await ada.post(one.address, data=one.data)
        written = await log_of(founded.instance, last)
        last = written[-1].number if written else last
        who = {(entry.who_kind, entry.who_id) for entry in written}
        if tuple(entry.act for entry in written) != one.acts or who != {("employee", founded.admin.id)}:
            wrong.append((one.address, answer.status_code, [entry.act for entry in written]))

    assert wrong == []
    doors = {route.path for route in ADMIN_ROUTES if "POST" in (route.methods or ())}
    assert doors - {one.path for one in all_ways} - set(ELSEWHERE) == set()


async def test_subscribing_to_a_source_is_written_down(founded: Founded) -> None:
    feed = Feed(
        uri="https://events.example/a",
        server="https://events.example",
        host="events.example",
        username="library",
        name="Library",
    )
    async with founded.instance.unit_of_work() as uow:
        await add_source(uow, feed, (), founded.admin)

    written = await log_of(founded.instance, 0)
    assert [(one.act, one.on_id) for one in written] == [("source.added", "https://events.example/a")]
