"""How an app gets a token in a test: it registers, somebody allows it, it exchanges the code."""

import base64
import hashlib
import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from httpx import AsyncClient, Response

REDIRECT = "https://kiebitz.example/back"
VERIFIER = "a-verifier-of-more-than-forty-three-characters-0123456789"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


async def register(client: AsyncClient, **changes: Any) -> dict[str, Any]:
    """What an app is told when it registers itself."""
    form = {
        "client_name": "Kiebitz",
        "redirect_uris": REDIRECT,
        "scopes": "read write follow push",
        **changes,
    }
    answer = await client.post("/api/v1/apps", json=form)
    assert answer.status_code == 200, answer.text
    registered: dict[str, Any] = answer.json()
    return registered


def request_of(app: dict[str, Any], **changes: str | None) -> dict[str, str]:
    """What stands in the address to which an app sends somebody; None leaves a part out."""
    usual = {
        "client_id": app["client_id"],
        "redirect_uri": app["redirect_uris"][0],
        "response_type": "code",
        "scope": "read write",
        "state": "a state/with?signs&more",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    return {name: value for name, value in {**usual, **changes}.items() if value is not None}


async def question(browser: AsyncClient, app: dict[str, Any], **changes: str | None) -> Response:
    """The page that somebody sees whom an app has sent."""
    asked = await browser.get("/oauth/authorize", params=request_of(app, **changes))
    if asked.status_code != 303:
        return asked
    return await browser.get(asked.headers["location"])


async def answered(browser: AsyncClient, page: Response, answer: str = "allow") -> Response:
    """What comes of pressing a button there."""
    found = re.search(r'name="proof" value="([^"]+)"', page.text)
    assert found, page.text
    return await browser.post("/oauth/authorize/asked", data={"proof": found[1], "answer": answer})


def said_in(response: Response) -> dict[str, str]:
    """What the app is told in the address to which somebody is sent back."""
    return dict(parse_qsl(urlsplit(response.headers["location"]).query))


async def code_of(browser: AsyncClient, app: dict[str, Any], **changes: str | None) -> str:
    """The code that an app gets when somebody allows everything."""
    return said_in(await answered(browser, await question(browser, app, **changes)))["code"]


async def exchange(client: AsyncClient, app: dict[str, Any], code: str, **changes: str) -> Response:
    """What the app is told for a code."""
    form = {
        "grant_type": "authorization_code",
        "client_id": app["client_id"],
        "client_secret": app["client_secret"],
        "redirect_uri": app["redirect_uris"][0],
        "code": code,
        "code_verifier": VERIFIER,
        **changes,
    }
    return await client.post("/oauth/token", data=form)


def bearer(token: str) -> dict[str, str]:
    """The header with a token."""
    return {"Authorization": f"Bearer {token}"}
