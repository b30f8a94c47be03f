"""Communities of ours and of partners, and what one says to the other about them."""

from typing import Any

from sqlalchemy import select

from alliance.communities import CommunityDraft, found_community
from alliance.community_members import crowd_told
from alliance.models import (
    Community,
    CommunityPost,
    Company,
)
from tests.hostile.siege import OURS, Siege, Verdict, company_of
from tests.hostile.talking import person_of
from tests.partner import Partner

WORD = "Quarzglas"


async def founded(under: Siege, audience: str = "alliance", name: str = "Quarzglas polieren") -> Community:
    """One of ours, founded by Jonas."""
    async with under.federation.instance.unit_of_work() as uow:
        draft = CommunityDraft(name=name, description=f"{WORD} und Geduld.", audience=audience)
        return await found_community(uow, under.stage.host, draft)


def ours(community: Community, rest: str = "") -> str:
    return f"{OURS}/communities/{community.id}{rest}"


def group(by: Partner, number: int = 3, **changes: Any) -> dict[str, Any]:
    """A community of the company there; its server has the actor, with keys."""
    path = f"/communities/{number}"
    if path not in by.documents:
        by.add_actor(path, "Group", name="Glas")
    address = f"{by.origin}{path}"
    return {
        "id": address,
        "type": "Group",
        "preferredUsername": f"glas{number}",
        "name": "Glas",
        "summary": f"<p>{WORD}</p><script>alert(1)</script>",
        "inbox": f"{address}/inbox",
        "featured": f"{address}/featured",
        "visibleTo": "alliance",
        "workingLanguage": "de",
        "memberCount": 4,
        "attributedTo": [{"type": "Person", "id": person_of(by), "name": "Ada"}],
        "updated": "2026-03-16T07:00:00Z",
        **changes,
    }


async def told(under: Siege, by: Partner, number: int = 3, **changes: Any) -> Verdict:
    """The community there speaks of itself."""
    said = group(by, number, **changes)
    return await under.attack(by, under.says(by, "Update", said, f"{by.origin}/communities/{number}"))


async def theirs(under: Siege) -> list[Community]:
    async with under.federation.instance.reading() as db:
        rows = await db.scalars(select(Community).where(Community.uri.is_not(None)).order_by(Community.id))
        return list(rows)


async def posts(under: Siege) -> list[tuple[str, str]]:
    async with under.federation.instance.reading() as db:
        rows = await db.execute(
            select(CommunityPost.state, CommunityPost.announced).order_by(CommunityPost.id)
        )
        return [(row[0], row[1]) for row in rows]


async def company_row(under: Siege, who: Partner) -> Company:
    async with under.federation.instance.reading() as db:
        company = await db.scalar(select(Company).where(Company.origin == who.origin))
    assert company is not None
    return company


async def with_member(under: Siege, community: Community, who: Partner) -> None:
    """Somebody of that company is in one of ours, as the company says."""
    company = await company_row(under, who)
    async with under.federation.instance.unit_of_work() as uow:
        stored = await uow.db.get_one(Community, community.id)
        await crowd_told(uow, stored, company.id, 1)


def placing(under: Siege, by: Partner, community: Community, about: str, kind: str = "Add") -> dict[str, Any]:
    return under.says(by, kind, about, target=ours(community, "/featured"), to=[ours(community)])


async def event_of(under: Siege, by: Partner, number: int = 5, **changes: Any) -> str:
    event = under.event(by, number, **changes)
    by.documents[f"/sessions/{number}"] = event
    await under.attack(by, under.says(by, "Create", event))
    address: str = event["id"]
    return address


def number(under: Siege, by: Partner, community: Community, total: object, **more: Any) -> dict[str, Any]:
    crowd = {
        "id": f"{by.origin}/company/members#1",
        "type": "Collection",
        "attributedTo": company_of(by),
        "audience": ours(community),
        "totalItems": total,
        **more,
    }
    return under.says(by, "Update", crowd)


async def follow(under: Siege, by: Partner, community: Community, who: int = 7) -> dict[str, Any]:
    asked = under.says(by, "Follow", ours(community), person_of(by, who))
    await under.attack(by, asked)
    return asked
