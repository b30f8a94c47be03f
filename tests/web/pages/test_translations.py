"""A session in two languages: how people write it, and what each reader sees; and one that is put off."""

import html

import httpx
import pytest
from sqlalchemy import select

from alliance.instance import Instance
from alliance.models import Session
from tests.web.pages.test_offering import FOUR_FIELDS

pytestmark = pytest.mark.anyio

IN_ENGLISH = {"translated_title": "Sketchnotes for <all>", "translated_description": "Five *shapes* do."}


async def published(jonas: httpx.AsyncClient, **more: str) -> str:
    answer = await jonas.post("/sessions/new", data={**FOUR_FIELDS, **more})
    assert answer.status_code == 303, html.unescape(answer.text)
    return str(answer.headers["location"])


async def test_the_second_language_is_folded_away_until_it_is_used(jonas: httpx.AsyncClient) -> None:
    form = (await jonas.get("/sessions/new")).text
    edit = (await jonas.get(f"{await published(jonas, **IN_ENGLISH)}/edit")).text

    assert '<details class="fold" id="translation">' in form
    assert '<details class="fold" id="translation" open>' in edit
    assert "Sketchnotes for &lt;all&gt;" in edit
    assert "Five *shapes* do." in edit


async def test_readers_get_their_language_and_a_way_to_the_other(jonas: httpx.AsyncClient) -> None:
    address = await published(jonas, **IN_ENGLISH)

    german = (await jonas.get(address, headers={"Accept-Language": "de"})).text
    english = (await jonas.get(f"{address}?in=en", headers={"Accept-Language": "de"})).text
    nonsense = (await jonas.get(f"{address}?in=%22%3E", headers={"Accept-Language": "de"})).text

    assert "Sketchnotes für Ungeübte</h1>" in german
    assert f'href="{address}?in=en"' in german
    assert "Sketchnotes for &lt;all&gt;</h1>" in english
    assert "Five <em>shapes</em> do." in english
    assert f'href="{address}?in=de"' in english
    assert "Sketchnotes für Ungeübte</h1>" in nonsense


async def test_a_translation_without_a_title_is_said_beside_its_field(jonas: httpx.AsyncClient) -> None:
    answer = await jonas.post("/sessions/new", data={**FOUR_FIELDS, "translated_description": "Only this."})

    assert answer.status_code == 422
    assert 'id="translated_title-error"' in answer.text
    assert '<details class="fold" id="translation" open>' in answer.text


async def test_the_host_puts_a_session_off_and_it_says_so(
    jonas: httpx.AsyncClient, instance: Instance
) -> None:
    address = await published(jonas)

    asked = await jonas.get(f"{address}/postpone")
    done = await jonas.post(f"{address}/postpone", data={"note": "The room is flooded."})
    shown = (await jonas.get(done.headers["location"])).text

    assert asked.status_code == 200
    assert "The room is flooded." in shown
    assert f"{address}/postpone" not in shown
    async with instance.reading() as db:
        assert await db.scalar(select(Session.status)) == "postponed"


async def test_strangers_put_nothing_off(stranger: httpx.AsyncClient, jonas: httpx.AsyncClient) -> None:
    address = await published(jonas)

    answer = await stranger.post(f"{address}/postpone", data={"note": ""})

    assert answer.status_code == 401
