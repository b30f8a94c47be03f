"""What the company's provider says about itself, asked for once an hour."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
from authlib.oidc.discovery import get_well_known_url
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from alliance.errors import Unavailable, WrongConfiguration
from alliance.settings import Settings
from federation.allowed_urls import Rules
from federation.client import Answer, Client, Proxies
from federation.failures import FetchFailed

ANSWER_BYTES = 500_000
SECONDS = 8.0
_KEEP_SECONDS = 3600.0
_KEYS_AGAIN_SECONDS = 30.0
_SPARED_SECONDS = 5.0
"""How long a provider that did not answer is not asked again."""
_NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_ENDPOINTS = (*_NEEDED, "userinfo_endpoint", "end_session_endpoint")
NOT_NOW_SENTENCE = "The sign-in of your company does not answer at the moment. Please try again later."


class Discovery:
    """The provider's metadata and keys; whatever it answers is fetched through the one kind of client.

    The host that the operator named may live in the company's own network; all others must be public.
    People sign in too seldom for connections to be worth keeping.
    """

    def __init__(self, settings: Settings) -> None:
        self.issuer = settings.oidc_issuer or ""
        self._admitted = {urlsplit(self.issuer).hostname or ""}
        danger = settings.danger_private_networks
        self._settings = settings
        self._rules = Rules(
            plain_http=danger,
            any_port=True,
            literals=danger,
            private_addresses=danger,
            private_hosts=frozenset(self._admitted),
        )
        self._metadata: Mapping[str, Any] = {}
        self._read_at = 0.0
        self._keys: KeySet | None = None
        self._keys_read_at = 0.0
        self._failed_at = -_SPARED_SECONDS

    async def metadata(self) -> Mapping[str, Any]:
        """Its metadata (OpenID Connect Discovery 1.0, section 3). Raises Unavailable."""
        if not self._metadata or time.monotonic() - self._read_at > _KEEP_SECONDS:
            found = await self._document(get_well_known_url(self.issuer, external=True))
            self._check(found)
            self._admitted.update(
                urlsplit(found[name]).hostname or "" for name in _ENDPOINTS if name in found
            )
            self._metadata, self._read_at = found, time.monotonic()
        return self._metadata

    async def keys(self, *, fresh: bool = False) -> KeySet:
        """Its keys; `fresh` asks again, though not more often than every half minute. Raises Unavailable."""
        age = time.monotonic() - self._keys_read_at
        if self._keys is None or age > _KEEP_SECONDS or (fresh and age > _KEYS_AGAIN_SECONDS):
            found = await self._document((await self.metadata())["jwks_uri"])
            try:
                self._keys = KeySet.import_key_set({"keys": [key for key in found["keys"] if _signs(key)]})
            except (JoseError, KeyError, TypeError, ValueError, AttributeError) as error:
                raise Unavailable(
                    NOT_NOW_SENTENCE, detail=f"keys of {self.issuer}: {error!r}"[:300]
                ) from error
            self._keys_read_at = time.monotonic()
        return self._keys

    async def post(self, endpoint: str, headers: Mapping[str, str], body: str) -> tuple[int, dict[str, Any]]:
        """Status and JSON of a form that is posted to one of its endpoints. Raises Unavailable."""
        said = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json", **headers}
        answer = await self._ask("POST", (await self.metadata())[endpoint], said, body.encode())
        return answer.status, _json(answer)

    async def get(self, endpoint: str, headers: Mapping[str, str]) -> dict[str, Any]:
        """What one of its endpoints answers. Raises Unavailable."""
        return await self._document((await self.metadata())[endpoint], headers)

    async def _document(self, url: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        answer = await self._ask("GET", url, {"Accept": "application/json", **(headers or {})}, None)
        if answer.status != 200:
            raise Unavailable(NOT_NOW_SENTENCE, detail=f"{url} answers {answer.status}")
        return _json(answer)

    async def _ask(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        if time.monotonic() - self._failed_at < _SPARED_SECONDS:
            raise Unavailable(NOT_NOW_SENTENCE, detail=f"{url}: it did not answer a moment ago")
        try:
            async with self._client() as client:
                return await client.send(
                    method, url, headers=headers, body=body, limit=ANSWER_BYTES, seconds=SECONDS
                )
        except FetchFailed as failure:
            self._failed_at = time.monotonic()
            raise Unavailable(
                NOT_NOW_SENTENCE, detail=f"{url}: {failure} {failure.detail}"[:300]
            ) from failure

    def _client(self) -> Client:
        settings = self._settings
        return Client(
            self._rules,
            user_agent=f"alliance (+{settings.origin})",
            proxies=Proxies.from_settings(settings),
            extra_ca_file=settings.extra_ca_file,
            is_admitted=self._admitted.__contains__,
        )

    def _check(self, found: Mapping[str, Any]) -> None:
        """Section 4.3: the issuer must be exactly the one that was asked for."""
        if found.get("issuer") != self.issuer:
            says = str(found.get("issuer"))[:200]
            raise Unavailable(
                NOT_NOW_SENTENCE, detail=f"{self.issuer} calls itself {says}: set that as the issuer"
            )
        for name in _ENDPOINTS:
            value = found.get(name)
            if value is None and name not in _NEEDED:
                continue
            if not isinstance(value, str) or not value.startswith(("https://", "http://")):
                raise Unavailable(NOT_NOW_SENTENCE, detail=f"{self.issuer} has no usable {name}")


def client_secret(settings: Settings) -> str:
    """The secret of the file that the settings name, empty without one. Raises WrongConfiguration."""
    path: Path | None = settings.oidc_client_secret_file
    if path is None:
        return ""
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise WrongConfiguration(
            "The file {path} can't be read: {reason}.", path=path, reason=error
        ) from error


def _signs(key: object) -> bool:
    """Whether this is a public key for signatures; providers list keys for encryption as well."""
    return isinstance(key, dict) and key.get("kty") in ("RSA", "EC", "OKP") and key.get("use", "sig") == "sig"


def _json(answer: Answer) -> dict[str, Any]:
    try:
        found = orjson.loads(answer.body)
    except orjson.JSONDecodeError as error:
        raise Unavailable(NOT_NOW_SENTENCE, detail=f"{answer.url} answers no JSON") from error
    if not isinstance(found, dict):
        raise Unavailable(NOT_NOW_SENTENCE, detail=f"{answer.url} answers no object")
    return found
