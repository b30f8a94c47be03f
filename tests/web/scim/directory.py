"""A directory as Microsoft Entra and Okta are ones: users and groups over SCIM."""

from typing import Any

import httpx

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


class Directory:
    """Asks with its token; every answer is SCIM."""

    def __init__(self, client: httpx.AsyncClient, secret: str) -> None:
        self.client = client
        self.headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/scim+json"}

    async def ask(self, method: str, path: str, content: Any = None, **params: str) -> httpx.Response:
        """One request below /scim/v2."""
        answer = await self.client.request(
            method, f"/scim/v2{path}", json=content, params=params or None, headers=self.headers
        )
        assert answer.status_code < 500, answer.text
        if answer.content:
            assert answer.headers["content-type"] == "application/scim+json", answer.text
        return answer

    async def user(self, name: str = "ruth", **more: Any) -> dict[str, Any]:
        """A new user, as the directory is answered."""
        answer = await self.ask("POST", "/Users", user_payload(name, **more))
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def group(self, name: str, *members: str) -> dict[str, Any]:
        """A new group."""
        content = {
            "schemas": [GROUP],
            "displayName": name,
            "externalId": f"group-{name}",
            "members": [{"value": one} for one in members],
        }
        answer = await self.ask("POST", "/Groups", content)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def patch(self, path: str, *operations: dict[str, Any]) -> httpx.Response:
        """Operations on a user or a group."""
        return await self.ask("PATCH", path, {"schemas": [PATCH], "Operations": list(operations)})


def user_payload(name: str = "ruth", **more: Any) -> dict[str, Any]:
    """A user as Entra makes one: with attributes that nobody here keeps."""
    return {
        "schemas": [USER, "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
        "externalId": f"key-{name}",
        "userName": f"{name}@nordlicht.example",
        "active": True,
        "emails": [{"primary": True, "type": "work", "value": f"{name}@nordlicht.example"}],
        "meta": {"resourceType": "User"},
        "name": {"formatted": f"{name.title()} Berg", "familyName": "Berg", "givenName": name.title()},
        "roles": [],
        "title": "Engineer",
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "Quality"},
        **more,
    }
