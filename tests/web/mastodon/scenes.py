"""What tests of the API for apps begin with: experts, allies, sessions, and short ways to act."""

from typing import Any

from httpx import AsyncClient, Response

from alliance.following import follow
from alliance.models import Employee, Person
from alliance.news import ProfileNews
from alliance.profiling import ProfileDraft, edit_profile, publish_profile
from alliance.receiving_people import receive_person
from tests.alliance.stage import Stage, person_news
from tests.web.mastodon.shapes import assert_entity

NOBODY = ("0", "12345", "99999999999999999999", "x", "٣", "-1")
"""Identifiers of nothing."""


async def expert(stage: Stage, name: str = "Lena Vogt", audience: str = "company", *topics: str) -> Employee:
    """A colleague whose profile is shown to an audience."""
    made = await stage.colleague(name)
    async with stage.instance.unit_of_work() as uow:
        await edit_profile(uow, made.id, ProfileDraft(name=name, topics=topics, about="Grinds *lenses*."))
        await publish_profile(uow, made.id, audience)
    return made


async def theirs(stage: Stage, number: int = 7, **changes: Any) -> Person:
    """An expert of an ally; `profile=None` for one who shows nothing."""
    uri = f"https://alpenwerk.example/people/{number}"
    given: dict[str, Any] = {"profile": ProfileNews(audience="alliance", headline="Welds"), **changes}
    async with stage.instance.unit_of_work() as uow:
        return await receive_person(uow, person_news(uri, **given))


async def follows(stage: Stage, person_id: int, kind: str, key: object) -> None:
    """Somebody follows something."""
    async with stage.instance.unit_of_work() as uow:
        await follow(uow, person_id, kind, str(key))


async def got(api: AsyncClient, address: str, entity: str = "", /, **params: Any) -> Any:
    """What an address answers, compared with the shape of an entity."""
    answer = await api.get(address, params=params)
    return said(answer, entity)


async def posted(api: AsyncClient, address: str, entity: str = "", /, **form: Any) -> Any:
    """The same of something that is done."""
    return said(await api.post(address, data=form), entity)


def said(answer: Response, entity: str = "") -> Any:
    """The JSON of an answer that went well."""
    assert answer.status_code == 200, (answer.request.url, answer.text)
    found = answer.json()
    if entity:
        assert_entity(entity, found)
    return found


def ids(found: list[dict[str, Any]]) -> list[int]:
    """Identifiers as numbers."""
    return [int(one["id"]) for one in found]


async def walked(api: AsyncClient, address: str, limit: int) -> list[list[Any]]:
    """Every page of a list, by its Link header from the first to the last."""
    pages: list[list[Any]] = []
    url: str | None = f"{address}?limit={limit}"
    while url is not None and len(pages) < 20:
        answer = await api.get(url)
        pages.append(said(answer))
        url = answer.links.get("next", {}).get("url")
    return pages
