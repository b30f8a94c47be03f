"""What apps ask first, in the shapes that they know."""

import pytest
from httpx import AsyncClient

from tests.support.founding import Founded
from tests.web.mastodon.shapes import assert_entity
from tests.web.pages.scenes import offered

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("path", "entity"),
    [
        ("/api/v1/instance", "V1::Instance"),
        ("/api/v1/instance/", "V1::Instance"),
        ("/api/v2/instance", "Instance"),
        ("/api/v2/instance/", "Instance"),
        ("/api/v1/instance/rules", "Rule[]"),
        ("/api/v1/instance/activity", "Instance::Activity[]"),
        ("/api/v1/instance/extended_description", "ExtendedDescription"),
        ("/api/v1/instance/privacy_policy", "PrivacyPolicy"),
        ("/api/v1/custom_emojis", "CustomEmoji[]"),
    ],
)
async def test_everybody_may_ask_what_this_is(stranger_api: AsyncClient, path: str, entity: str) -> None:
    answer = await stranger_api.get(path)

    assert answer.status_code == 200
    assert_entity(entity, answer.json())


@pytest.mark.parametrize(
    ("path", "entity"),
    [
        ("/api/v1/preferences", "Preferences"),
        ("/api/v1/announcements", "Announcement[]"),
        ("/api/v1/instance/domain_blocks", "DomainBlock[]"),
        ("/api/v1/annual_reports", "WrappedAnnualReports"),
    ],
)
async def test_people_of_the_company_learn_more(api: AsyncClient, path: str, entity: str) -> None:
    answer = await api.get(path)

    assert answer.status_code == 200
    assert_entity(entity, answer.json())


async def test_partners_and_blocks_are_told_to_our_own_people_alone(
    api: AsyncClient, stranger_api: AsyncClient
) -> None:
    assert (await api.get("/api/v1/instance/peers")).json() == []
    assert (await stranger_api.get("/api/v1/instance/peers")).status_code == 401
    assert (await stranger_api.get("/api/v1/instance/domain_blocks")).status_code == 404


async def test_apps_read_the_version_as_three_numbers(stranger_api: AsyncClient) -> None:
    version = (await stranger_api.get("/api/v2/instance")).json()["version"]

    assert [int(part[0]) for part in version.split(".")[:3]] == [4, 5, 0]
    assert "compatible; Alliance" in version


async def test_a_public_session_can_be_quoted_and_no_other_one(
    stranger_api: AsyncClient, founded: Founded
) -> None:
    public = await offered(founded.instance, founded.employee, "Licht <messen>", audience="public")
    inside = await offered(founded.instance, founded.employee, "Intern", audience="company")
    origin = "https://nordlicht.example/sessions"

    shown = await stranger_api.get("/api/oembed", params={"url": f"{origin}/{public.id}"})
    hidden = await stranger_api.get("/api/oembed", params={"url": f"{origin}/{inside.id}"})
    elsewhere = await stranger_api.get("/api/oembed", params={"url": "https://evil.example/sessions/1"})

    assert_entity("OEmbed", shown.json())
    assert "Licht &lt;messen&gt;" in shown.json()["html"]
    assert (hidden.status_code, elsewhere.status_code) == (404, 404)


async def test_weeks_count_public_sessions_alone(stranger_api: AsyncClient, founded: Founded) -> None:
    await offered(founded.instance, founded.employee, "Offen", audience="public")
    await offered(founded.instance, founded.employee, "Intern", audience="company")

    weeks = (await stranger_api.get("/api/v1/instance/activity")).json()

    assert [week["statuses"] for week in weeks] == ["1"] + ["0"] * 11


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/v1/accounts"),
        ("POST", "/api/v1/emails/confirmations"),
        ("POST", "/api/v1/statuses/1/translate"),
    ],
)
async def test_what_the_company_does_itself_is_refused_with_a_reason(
    api: AsyncClient, method: str, path: str
) -> None:
    answer = await api.request(method, path)

    assert answer.status_code == 403
    assert answer.json()["error"].endswith(".")
