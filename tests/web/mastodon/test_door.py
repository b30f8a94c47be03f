"""The door for apps: tokens, scopes, unknown addresses, limits."""

import pytest
from httpx import AsyncClient

pytestmark = pytest.mark.anyio


async def test_what_nobody_answers_is_json_and_not_a_page(api: AsyncClient) -> None:
    answer = await api.get("/api/v1/nothing/here")

    assert (answer.status_code, answer.json()) == (404, {"error": "Record not found"})
