"""The console for the learning tool: for administrators alone, and it gives no secret away."""

import httpx
import pytest

from tests.support.client import main_of
from tests.support.founding import Founded

HERE = "/admin/learning"
STORE = {
    "is_on": "yes",
    "endpoint": "https://lrs.example/xapi",
    "key": "alliance",
    "secret": "s3cret-of-the-store",
    "version": "2.0.0",
}


async def test_only_administrators_come_in(
    jonas: httpx.AsyncClient, stranger: httpx.AsyncClient, founded: Founded
) -> None:
    for reader, statuses in ((jonas, {404}), (stranger, {303, 401})):
        assert (await reader.get(HERE)).status_code in statuses
        for verb in ("hosts", "store", "store/test", "store/again", "store/drop/1", "tokens", "tokens/1/end"):
            assert (await reader.post(f"{HERE}/{verb}", data={"name": "x"})).status_code in statuses


async def test_a_token_is_shown_once_and_ended(ada: httpx.AsyncClient, jonas: httpx.AsyncClient) -> None:
    made = await ada.post(f"{HERE}/tokens", data={"name": "Portal"})
    token = made.text.split("Authorization: Bearer ")[1].split("<")[0]
    headers = {"Authorization": f"Bearer {token}"}

    assert made.headers["cache-control"] == "no-store"
    page = main_of((await ada.get(HERE)).text)
    assert ("Portal" in page, token in page, "never used" in page) == (True, False, True)
    assert (await jonas.get("/catalogue.json", headers=headers)).status_code == 200
    assert "last used on" in main_of((await ada.get(HERE)).text)
    number = page.split('action="/admin/learning/tokens/')[1].split("/")[0]
    assert (await ada.post(f"{HERE}/tokens/{number}/end")).headers["location"] == f"{HERE}#tokens"
    assert (await jonas.get("/catalogue.json", headers=headers)).status_code == 401
    assert (await ada.post(f"{HERE}/tokens", data={"name": ""})).status_code == 422


async def test_the_store_is_kept_without_showing_its_secret(ada: httpx.AsyncClient) -> None:
    assert (await ada.post(f"{HERE}/store", data=STORE)).headers["location"] == f"{HERE}#store"
    page = (await ada.get(HERE)).text

    assert 'value="https://lrs.example/xapi/"' in page
    assert "s3cret-of-the-store" not in page
    assert (await ada.post(f"{HERE}/store", data={**STORE, "secret": ""})).status_code == 303
    wrong = await ada.post(f"{HERE}/store", data={**STORE, "endpoint": "https://x.example/"} | {"secret": ""})
    assert wrong.status_code == 422


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://lrs.example/",
        "https://127.0.0.1/",
        "https://localhost/",
        "https://a@b.example/",
        "lrs",
        "https://x/?a=",
    ],
)
async def test_an_address_that_is_never_called_is_refused(ada: httpx.AsyncClient, endpoint: str) -> None:
    answer = await ada.post(f"{HERE}/store", data=STORE | {"endpoint": endpoint})

    assert answer.status_code == 422
    assert "s3cret-of-the-store" not in answer.text
