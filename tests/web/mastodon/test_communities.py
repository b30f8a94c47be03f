"""Apps see communities as groups, with the sessions that stand in them, each as far as they may see it."""

import pytest
from httpx import AsyncClient

from alliance.communities import CommunityDraft, found_community
from alliance.community_posts import post_session
from alliance.models import Community
from tests.alliance.stage import Stage
from tests.web.mastodon.scenes import got

pytestmark = pytest.mark.anyio


async def founded(stage: Stage, audience: str) -> tuple[Community, list[str]]:
    """A community with a public session and one for colleagues, by their titles."""
    async with stage.instance.unit_of_work() as uow:
        draft = CommunityDraft(name="Strichweise", description="Wir *zeichnen*.", audience=audience)
        community = await found_community(uow, stage.host, draft)
    for title, for_whom in (("Offen", "public"), ("Intern", "company")):
        session = await stage.publish(title=title, audience=for_whom)
        async with stage.instance.unit_of_work() as uow:
            await post_session(uow, community.id, session.id, stage.host)
    return community, ["Intern", "Offen"]


async def test_a_community_is_a_group_with_what_stands_in_it(api: AsyncClient, stage: Stage) -> None:
    community, titles = await founded(stage, "alliance")

    account = await got(api, f"/api/v1/accounts/{community.id}", "Account")
    called = await got(api, "/api/v1/accounts/lookup", "Account", acct="strichweise")
    said = await got(api, f"/api/v1/accounts/{community.id}/statuses", "Status[]")

    assert (account["group"], account["acct"], account["display_name"]) == (
        True,
        "strichweise",
        "Strichweise",
    )
    assert account["note"] == "<p>Wir <em>zeichnen</em>.</p>"
    assert called == account
    assert [next(title for title in titles if title in one["content"]) for one in said] == titles


@pytest.mark.parametrize(("audience", "status"), [("public", 200), ("alliance", 404), ("company", 404)])
async def test_strangers_see_public_communities_and_public_sessions_in_them(
    stranger_api: AsyncClient, stage: Stage, audience: str, status: int
) -> None:
    community, _ = await founded(stage, audience)
    address = f"/api/v1/accounts/{community.id}"

    for path in (address, f"{address}/statuses", "/api/v1/accounts/lookup?acct=strichweise"):
        answer = await stranger_api.get(path)
        assert answer.status_code == status, path
        assert "Intern" not in answer.text
    if status == 200:
        said = await got(stranger_api, f"{address}/statuses", "Status[]")
        assert len(said) == 1
        assert "Offen" in said[0]["content"]
