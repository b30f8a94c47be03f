"""toot, as it is on PyPI: Jonas signs in with it, reads, joins by voting, writes, and keeps in order."""

import re
from pathlib import Path

import pytest

from tests.apps.serving import Served
from tests.apps.toot import Toot
from tests.web.pages.scenes import offered
from tests.web.pages.test_in_browser import drawing

pytestmark = pytest.mark.anyio
_NUMBER = re.compile(r"ID (\d+)")


async def session_in(toot: Toot) -> str:
    """The number of the session at the top of the timeline."""
    found = _NUMBER.search(await toot.says("timeline", "--once"))
    assert found
    return found[1]


async def test_somebody_reads_and_joins_from_a_terminal(served: Served, tmp_path: Path) -> None:
    instance, founded = served.federation.instance, served.founded
    await offered(instance, founded.admin, "Licht messen", audience="company", topics=("optik",))
    toot = Toot(tmp_path)

    assert "Successfully logged in" in await toot.sign_in(served.origin)

    assert (await toot.tells("whoami"))["acct"] == "jonas"
    shown = await toot.says("timeline", "--once")
    assert "Licht messen" in shown
    assert "Dabei" in shown or "Going" in shown
    session = await session_in(toot)
    assert (await toot.votes(session, 0))["own_votes"] == [0]
    assert "/meet/" in (await toot.says("notifications", "--mentions"))
    assert (await toot.tells("status", session))["poll"]["votes_count"] == 1
    assert (await toot.votes(session, 2))["own_votes"] == [2]


async def test_somebody_writes_from_a_terminal(served: Served, tmp_path: Path) -> None:
    instance, founded = served.federation.instance, served.founded
    await offered(instance, founded.admin, "Licht messen", audience="public", topics=("optik",))
    picture = tmp_path / "bench.png"
    picture.write_bytes(drawing((300, 200)))
    toot = Toot(tmp_path)
    await toot.sign_in(served.origin)
    session = await session_in(toot)

    said = await toot.tells("post", "Good morning", "--visibility", "private", "--media", str(picture))
    answer = await toot.tells("post", "Which lens?", "--reply-to", session)
    later = await toot.tells("post", "Later", "--scheduled-in", "2 hours")

    assert len(said["media_attachments"]) == 1
    assert answer["in_reply_to_id"] == session
    assert later["params"]["text"] == "Later"
    assert "Which lens?" in await toot.says("thread", session)
    assert (await toot.tells("favourite", session))["favourited"] is True
    assert (await toot.tells("unfavourite", session))["favourited"] is False
    assert (await toot.tells("bookmark", session))["bookmarked"] is True
    assert (await toot.tells("reblog", session))["reblog"]["id"] == session
    assert (await toot.tells("pin", said["id"]))["pinned"] is True
    assert await toot.tells("delete", said["id"])
    assert "Good morning" not in await toot.says("timeline", "--once")


async def test_somebody_keeps_in_order_from_a_terminal(served: Served, tmp_path: Path) -> None:
    instance, founded = served.federation.instance, served.founded
    await offered(instance, founded.admin, "Licht messen", audience="public", topics=("optik",))
    toot = Toot(tmp_path)
    await toot.sign_in(served.origin)

    assert (await toot.tells("instance"))["version"].startswith("4.")
    assert await toot.tells("tags", "follow", "optik")
    assert "optik" in await toot.says("tags", "followed")
    assert [one["acct"] for one in (await toot.tells("search", "sessions"))["accounts"]] == ["sessions"]
    assert await toot.tells("lists", "create", "Nearby")
    assert "Nearby" in await toot.says("lists", "list")
    assert (await toot.tells("whois", "sessions"))["group"] is True
    assert (await toot.tells("mute", "ada"))["muting"] is True
    assert (await toot.tells("unmute", "ada"))["muting"] is False
    assert (await toot.tells("update_account", "--display-name", "Jonas B."))["display_name"] == "Jonas B."
    assert "logged out" in await toot.says("logout", f"jonas@{served.origin.partition('//')[2]}")
