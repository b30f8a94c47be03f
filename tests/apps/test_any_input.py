"""What schemathesis makes of our own description of the API: strange input everywhere, and never a fault."""

import asyncio
from typing import Any, cast

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings

from alliance.app_scopes import LEVELS
from alliance.apps import give_token, register_app
from tests.apps.serving import Served

pytestmark = pytest.mark.anyio
EXAMPLES = 2


async def test_strange_input_is_never_a_fault(served: Served) -> None:
    async with served.federation.instance.unit_of_work() as uow:
        app = await register_app(uow, "Kiebitz", ["kiebitz://back"], LEVELS, None)
        token = (await give_token(uow, app.app, served.founded.employee.id, LEVELS)).secret
    async with httpx.AsyncClient(base_url=served.origin) as client:
        described = (await client.get("/api/openapi.json")).json()

    found = await asyncio.to_thread(faults, described, served.origin, token)

    assert found == []


def faults(described: dict[str, Any], origin: str, token: str) -> list[str]:
    """Every address with some strange requests; what answered 500 or worse, or took the connection away."""
    schema = schemathesis.openapi.from_dict(described)
    schema.config.update(base_url=origin)
    found: list[str] = []
    with httpx.Client(base_url=origin, headers={"Authorization": f"Bearer {token}"}) as client:
        for result in schema.get_all_operations():
            operation = cast(Any, result).ok()
            if "/streaming" in operation.path:
                continue  # an answer that never ends

            @given(case=operation.as_strategy())
            @settings(
                max_examples=EXAMPLES,
                phases=[Phase.generate],
                derandomize=True,
                database=None,
                suppress_health_check=list(HealthCheck),
            )
            def send(case: Any) -> None:
                said = case.as_transport_kwargs(base_url=origin)
                said.pop("cookies", None)
                if isinstance(said.get("data"), bytes | str):
                    said["content"] = said.pop("data")
                headers = {k: v for k, v in (said.pop("headers", None) or {}).items() if k != "Authorization"}
                try:
                    answer = client.request(**said, headers=headers)
                except (httpx.InvalidURL, UnicodeError, ValueError):
                    return
                except httpx.TransportError as error:
                    found.append(f"{case.method} {said['url']}: {type(error).__name__}")
                    return
                if answer.status_code >= 500:
                    found.append(f"{case.method} {said['url']}: {answer.status_code}")

            send()
    return found
