"""WebFinger, host-meta and NodeInfo: being found, by those who know the name."""

import httpx
import pytest

from alliance.profiling import ProfileDraft, edit_profile, publish_profile
from tests.alliance.stage import Stage
from tests.support.clock import FrozenClock
from tests.support.founding import Founded

ORIGIN = "https://nordlicht.example"


async def finger(client: httpx.AsyncClient, resource: str, **more: str) -> httpx.Response:
    return await client.get("/.well-known/webfinger", params={"resource": resource, **more})


def self_link(answer: httpx.Response) -> str:
    links = answer.json()["links"]
    return str(next(link["href"] for link in links if link["rel"] == "self"))


@pytest.mark.parametrize(
    ("resource", "actor", "subject"),
    [
        ("acct:alliance@nordlicht.example", "/actor", "acct:alliance@nordlicht.example"),
        ("acct:sessions@nordlicht.example", "/company", "acct:sessions@nordlicht.example"),
        ("acct:Sessions@NORDLICHT.example", "/company", "acct:sessions@nordlicht.example"),
        ("acct:@sessions@nordlicht.example", "/company", "acct:sessions@nordlicht.example"),
        ("sessions@nordlicht.example", "/company", "acct:sessions@nordlicht.example"),
        (f"{ORIGIN}/company", "/company", "acct:sessions@nordlicht.example"),
        (f"{ORIGIN}/actor", "/actor", "acct:alliance@nordlicht.example"),
    ],
)
async def test_the_accounts_of_the_house_are_found(
    client: httpx.AsyncClient, founded: Founded, resource: str, actor: str, subject: str
) -> None:
    answer = await finger(client, resource)

    assert answer.headers["content-type"] == "application/jrd+json"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert (answer.json()["subject"], self_link(answer)) == (subject, f"{ORIGIN}{actor}")


@pytest.mark.parametrize("resource", [ORIGIN, f"{ORIGIN}/"])
async def test_the_host_names_its_instance(
    client: httpx.AsyncClient, founded: Founded, resource: str
) -> None:
    links = (await finger(client, resource)).json()["links"]

    assert [link["href"] for link in links] == [f"{ORIGIN}/actor"]


async def test_only_the_links_that_were_asked_for(client: httpx.AsyncClient, founded: Founded) -> None:
    answer = await finger(client, "acct:sessions@nordlicht.example", rel="self")

    assert [link["rel"] for link in answer.json()["links"]] == ["self"]


@pytest.mark.parametrize(
    "resource",
    [
        "acct:nobody@nordlicht.example",
        "acct:sessions@alpenwerk.example",
        f"{ORIGIN}/elsewhere",
        "https://alpenwerk.example/company",
        "acct:person-99999999999999999999999@nordlicht.example",
    ],
)
async def test_what_is_not_ours_is_404(client: httpx.AsyncClient, founded: Founded, resource: str) -> None:
    assert (await finger(client, resource)).status_code == 404


@pytest.mark.parametrize("resource", ["", "sessions", "acct:", "mailto:a/b@c", "x" * 700])
async def test_what_is_no_resource_is_400(client: httpx.AsyncClient, founded: Founded, resource: str) -> None:
    assert (await finger(client, resource)).status_code == 400


async def test_the_name_of_somebody_without_public_profile_finds_nobody(
    client: httpx.AsyncClient, founded: Founded
) -> None:
    answer = await finger(client, "acct:jonas@nordlicht.example")
    unnamed = await finger(client, f"acct:person-{founded.employee.id}@nordlicht.example")

    assert answer.status_code == 404
    assert self_link(unnamed) == f"{ORIGIN}/people/{founded.employee.id}"


async def test_an_expert_is_found_by_name(client: httpx.AsyncClient, founded: Founded) -> None:
    async with founded.instance.unit_of_work() as uow:
        profile = ProfileDraft(name="Jonas Brandt", audience="public", headline="Grinds lenses")
        await edit_profile(uow, founded.employee.id, profile)
        await publish_profile(uow, founded.employee.id)

    answer = await finger(client, "acct:jonas@nordlicht.example")
    by_page = await finger(client, f"{ORIGIN}/@jonas")

    assert self_link(answer) == self_link(by_page) == f"{ORIGIN}/people/{founded.employee.id}"


async def test_host_meta_leads_to_webfinger(client: httpx.AsyncClient, founded: Founded) -> None:
    template = f"{ORIGIN}/.well-known/webfinger?resource={{uri}}"

    assert template in (await client.get("/.well-known/host-meta")).text
    assert (await client.get("/.well-known/host-meta.json")).json()["links"][0]["template"] == template


async def test_nodeinfo_counts_accounts_and_public_sessions_and_watches_nobody(
    client: httpx.AsyncClient, founded: Founded
) -> None:
    stage = Stage(founded)
    await stage.publish(audience="public")
    await stage.publish(audience="alliance")

    links = (await client.get("/.well-known/nodeinfo")).json()["links"]
    document = (await client.get(links[0]["href"])).json()

    assert document["version"] == "2.1"
    assert document["software"]["name"] == "alliance"
    assert document["usage"] == {"users": {"total": 2}, "localPosts": 1}


async def test_nodeinfo_counts_again_after_five_minutes(
    client: httpx.AsyncClient, founded: Founded, clock: FrozenClock
) -> None:
    stage = Stage(founded)
    await stage.publish(audience="public")
    counts = [(await client.get("/nodeinfo/2.1")).json()["usage"]["localPosts"]]

    await stage.publish(audience="public")
    counts.append((await client.get("/nodeinfo/2.1")).json()["usage"]["localPosts"])
    clock.advance(minutes=6)
    counts.append((await client.get("/nodeinfo/2.1")).json()["usage"]["localPosts"])

    assert counts == [1, 1, 2]
