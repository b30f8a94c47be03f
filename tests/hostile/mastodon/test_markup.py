"""Markup in every text that reaches an app: some of them are shown as HTML, and none runs anything."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from alliance.commenting import say
from alliance.contacting import write_letter
from alliance.models import Company
from alliance.news import CommentNews, ProfileNews, StoryNews
from alliance.profiling import ProfileDraft, edit_profile, publish_profile
from alliance.receiving_comments import receive_comment
from alliance.receiving_people import receive_person
from alliance.receiving_stories import receive_story
from federation.vocabulary.values import is_uri
from tests.alliance.stage import Stage, person_news
from tests.web.mastodon.talking import posting_of

pytestmark = pytest.mark.anyio

EVIL = "<img src=x onerror=alert(1)>\"'><script>alert(2)</script><b onmouseover=x>Kupfer</b>"
SHORT = "<img src=x onerror=alert(1)>Kupfer"
ADDRESS = "https://alpenwerk.example/@mira?a=1&b='2'"
# What apps show as HTML (docs.joinmastodon.org, entities): of an account, its fields, a status, an edit, a
# text about the server, a card. Everything else is text, which apps escape.
SHOWN_AS_HTML = {"content", "note", "value", "html"}
TAGS = {"p", "br", "a", "span", "strong", "em", "b", "i", "u", "del", "code", "pre", "blockquote"}
TAGS |= {"ul", "ol", "li", "h1", "h2", "h3"}
ATTRIBUTES = {"href", "class", "rel", "target", "start", "reversed", "translate"}
ADDRESSES = {
    "url",
    "uri",
    "href",
    "avatar",
    "avatar_static",
    "header",
    "header_static",
    "preview_url",
    "image",
}


class Reader(HTMLParser):
    """Finds everything that a browser would not only show."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.wrong.append(f"<{tag}>")
        for name, value in attrs:
            if name not in ATTRIBUTES:
                self.wrong.append(f"<{tag} {name}>")
            if name == "href" and not re.match(r"https?://|mailto:", value or ""):
                self.wrong.append(f"{name}={value}")


def wrong_in(found: Any, name: str = "") -> Iterator[str]:
    """What of an answer would do harm where apps show it, by the attribute it stands in."""
    match found:
        case dict():
            for key, value in found.items():
                # `source` is what was typed, for the form in which it is changed.
                if key != "source" and not (key == "uri" and "version" in found):
                    yield from wrong_in(value, key)
        case list():
            for one in found:
                yield from wrong_in(one, name)
        case str() if name in SHOWN_AS_HTML:
            reader = Reader()
            reader.feed(found)
            yield from (f"{name}: {one}" for one in reader.wrong)
        case str() if name in ADDRESSES:
            if not re.fullmatch(r"https?://[^\s<>\"]+|", found):
                yield f"{name}: {found}"
        case _:
            return


async def everything_evil(stage: Stage, api: AsyncClient) -> list[int]:
    """Markup as title, place, name, note, field, topic, option, answer, letter and picture; the postings."""
    instance, lena = stage.instance, await stage.colleague("Lena Vogt")
    ally = await stage.ally()
    async with instance.unit_of_work() as uow:
        for one in (stage.host, lena):
            profile = ProfileDraft(
                name=EVIL[:80], headline=EVIL, about=EVIL, topics=("Kupfer",), ask_me_about=(SHORT,)
            )
            await edit_profile(uow, one.id, profile)
            await publish_profile(uow, one.id, "public")
        for company in await uow.db.scalars(select(Company)):
            company.name, company.summary = EVIL, EVIL
    ours = await stage.publish(
        title=EVIL[:120], description=EVIL, place="hybrid", place_name=EVIL[:100], place_address=EVIL[:100],
        topics=("<b>Kupfer",),
    )  # fmt: skip
    await stage.theirs(ally, title=EVIL, description_html=EVIL, url=f"{ally.origin}/7", topics=(EVIL[:40],))
    await stage.cancel(await stage.publish(title="Off"), note=EVIL)
    async with instance.unit_of_work() as uow:
        await say(uow, ours.id, lena, EVIL)
        await write_letter(uow, stage.host.id, lena.id, EVIL)
        shown = ProfileNews(audience="public", headline=EVIL)
        who = await receive_person(uow, person_news(name=EVIL, url=ADDRESS, profile=shown))
        comment = CommentNews(uri="https://alpenwerk.example/n/1", html=EVIL, url=ADDRESS, is_public=True)
        await receive_comment(uow, ours.id, who, comment)
        story = StoryNews(
            uri="https://alpenwerk.example/s/1", html=EVIL, url=ADDRESS, spoiler=EVIL, audience="public"
        )
        await receive_story(uow, who, story)
    for said in ({"status": EVIL, "spoiler_text": EVIL}, {"status": f"@neu {EVIL}\nwann: morgen"}):
        assert (await api.post("/api/v1/statuses", json=said)).status_code == 200
    number = int(await posting_of(stage, ours))
    assert (await api.post(f"/api/v1/polls/{number}/votes", json={"choices": [0]})).status_code in (200, 422)
    return [number]


READ = (
    "/api/v1/timelines/home", "/api/v1/timelines/public", "/api/v1/timelines/tag/kupfer", "/api/v1/directory",
    "/api/v1/notifications", "/api/v2/notifications", "/api/v1/conversations", "/api/v2/search?q=Kupfer",
    "/api/v2/search?q=alert", "/api/v1/accounts/verify_credentials", "/api/v1/instance", "/api/v2/instance",
    "/api/v1/instance/extended_description", "/api/v1/instance/privacy_policy", "/api/v1/instance/rules",
    "/api/v1/trends/tags", "/api/v1/suggestions", "/api/v2/suggestions", "/api/v1/instance/terms_of_service",
    "/api/v1/followed_tags", "/api/v1/instance/peers",
)  # fmt: skip


async def test_no_text_of_anybody_runs_in_an_app(stage: Stage, api: AsyncClient) -> None:
    numbers = await everything_evil(stage, api)
    more = [f"/api/v1/statuses/{numbers[0]}{part}" for part in ("/context", "/history", "/source", "/card")]

    found: list[str] = []
    read = ""
    for address in (*READ, *more):
        answer = await api.get(address)
        assert answer.status_code in (200, 404), (address, answer.text)
        read += answer.text
        found += [f"{address}: {one}" for one in wrong_in(answer.json())]

    assert found == [], "\n".join(found)
    assert read.count("Kupfer") > 20, "nothing evil was there to read"


@pytest.mark.parametrize("signs", ['"onmouseover=alert(1)', "<b>", "\\@evil.example", "`", " onclick=x"])
def test_an_address_that_is_made_of_markup_is_none(signs: str) -> None:
    assert not is_uri(f"https://alpenwerk.example/{signs}")


async def test_what_is_embedded_elsewhere_is_a_frame_of_ours_and_nothing_else(
    stage: Stage, stranger_api: AsyncClient
) -> None:
    session = await stage.publish(title=EVIL[:120])

    answer = await stranger_api.get(
        "/api/oembed", params={"url": f"https://nordlicht.example/sessions/{session.id}", "maxwidth": "400"}
    )

    assert answer.status_code == 200
    assert list(wrong_in(answer.json())) == []
