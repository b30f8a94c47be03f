"""The table of what is answered is current, and nothing is missing without a reason."""

import pytest
from httpx import AsyncClient

from tests.web.mastodon.shapes import attributes_of
from tools import mastodon_coverage
from web.mastodon.openapi_schemas import schema_name
from web.mastodon.reference import entities
from web.mastodon.routes import ENDPOINTS


def test_the_table_in_the_documentation_is_current() -> None:
    assert mastodon_coverage.TARGET.read_text("utf-8") == mastodon_coverage.document()


@pytest.mark.anyio
async def test_the_description_names_every_address_and_entity(stranger_api: AsyncClient) -> None:
    said = (await stranger_api.get("/api/openapi.json")).json()

    described = {(method.upper(), path) for path, found in said["paths"].items() for method in found}
    answered = {(endpoint.method, endpoint.path) for endpoint in ENDPOINTS}
    assert answered - described == {("GET", "/api/openapi.json")}
    assert {schema_name(name) for name in entities()} <= set(said["components"]["schemas"])
    account = said["components"]["schemas"]["Account"]
    assert set(account["properties"]) == {path[0] for path, *_ in attributes_of("Account") if len(path) == 1}
