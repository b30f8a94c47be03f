"""The company's provider as this instance uses it: where to send a browser, and who it says has come back."""

import base64
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_plus, urlencode

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from alliance.identifiers import Clock
from alliance.identities import Proven
from alliance.settings import Settings
from web.sign_in.addresses import BACK
from web.sign_in.attempts import Attempt
from web.sign_in.discovery import Discovery, client_secret
from web.sign_in.tokens import Ended, read_id_token, read_logout_token
from web.sign_in.unproven import NotProven, UnknownKey


class Provider:
    """Built once per process; asks the provider for nothing until somebody wants to sign in."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self.discovery = Discovery(settings)

    @property
    def issuer(self) -> str:
        """As the operator has set it, which is exactly how the provider calls itself."""
        return self.discovery.issuer

    async def address(self, attempt: Attempt, *, language: str) -> str:
        """Where to send the browser (code flow with PKCE). Raises Unavailable."""
        metadata = await self.discovery.metadata()
        found: str = prepare_grant_uri(
            metadata["authorization_endpoint"],
            self._settings.oidc_client_id,
            "code",
            redirect_uri=self._redirect,
            scope=self._settings.oidc_scopes,
            state=attempt.state,
            nonce=attempt.nonce,
            code_challenge=create_s256_code_challenge(attempt.verifier),
            code_challenge_method="S256",
            ui_locales=language,
            prompt="none" if attempt.silent else None,
        )
        return found

    async def proven(self, attempt: Attempt, code: str, iss: str | None) -> Proven:
        """Whom the provider vouches for, in exchange for its code. Raises NotProven, Unavailable."""
        metadata = await self.discovery.metadata()
        if iss not in (None, self.issuer) or (
            iss is None and metadata.get("authorization_response_iss_parameter_supported") is True
        ):
            raise NotProven(detail="RFC 9207: the answer is of another issuer")
        tokens = await self._tokens(attempt, code)
        id_token, access_token = _text(tokens, "id_token"), _text(tokens, "access_token")
        claims = await self._claims(id_token, access_token, attempt.nonce)
        return self._whom(await self._with_userinfo(claims, access_token), id_token)

    async def ended(self, token: str) -> Ended:
        """Whom a logout token is about. Raises NotProven, Unavailable."""
        options = {"issuer": self.issuer, "client_id": self._settings.oidc_client_id}
        try:
            keys = await self.discovery.keys()
            return read_logout_token(token, keys, now=self._clock.now(), **options)
        except UnknownKey:
            keys = await self.discovery.keys(fresh=True)
            return read_logout_token(token, keys, now=self._clock.now(), **options)

    async def way_out(self, id_token: str) -> str | None:
        """Where a browser signs out of the company as well (RP-Initiated Logout 1.0), or None."""
        endpoint = (await self.discovery.metadata()).get("end_session_endpoint")
        if endpoint is None:
            return None
        said = {
            "client_id": self._settings.oidc_client_id,
            "post_logout_redirect_uri": f"{self._settings.origin}/",
            **({"id_token_hint": id_token} if id_token else {}),
        }
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(said)}"

    @property
    def _redirect(self) -> str:
        return f"{self._settings.origin}{BACK}"

    async def _tokens(self, attempt: Attempt, code: str) -> Mapping[str, Any]:
        headers, secret = await self._authentication()
        body = prepare_token_request(
            "authorization_code",
            redirect_uri=self._redirect,
            code=code,
            code_verifier=attempt.verifier,
            client_id=self._settings.oidc_client_id,
            client_secret=secret,
        )
        status, answer = await self.discovery.post("token_endpoint", headers, body)
        if status != 200:
            raise NotProven(detail=f"token endpoint: {status} {str(answer.get('error'))[:100]}")
        return answer

    async def _authentication(self) -> tuple[Mapping[str, str], str]:
        """Headers, and the secret for the body: the provider says which of both it wants."""
        secret = client_secret(self._settings)
        methods = (await self.discovery.metadata()).get("token_endpoint_auth_methods_supported")
        if not secret or (isinstance(methods, list) and "client_secret_basic" not in methods):
            return {}, secret
        # RFC 6749, 2.3.1: both are encoded like a form before they are put together.
        pair = f"{quote_plus(self._settings.oidc_client_id)}:{quote_plus(secret)}"
        return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}, ""

    async def _claims(self, id_token: str, access_token: str, nonce: str) -> Mapping[str, Any]:
        options = {
            "issuer": self.issuer,
            "client_id": self._settings.oidc_client_id,
            "nonce": nonce,
            "access_token": access_token,
        }
        try:
            keys = await self.discovery.keys()
            return read_id_token(id_token, keys, now=self._clock.now(), **options)
        except UnknownKey:
            keys = await self.discovery.keys(fresh=True)
            return read_id_token(id_token, keys, now=self._clock.now(), **options)

    async def _with_userinfo(self, claims: Mapping[str, Any], access_token: str) -> Mapping[str, Any]:
        """Many providers tell address and groups at the userinfo endpoint alone (Core 1.0, section 5.3)."""
        wanted = ("email", "name", self._settings.oidc_groups_claim)
        metadata = await self.discovery.metadata()
        if all(name in claims for name in wanted) or "userinfo_endpoint" not in metadata:
            return claims
        said = await self.discovery.get("userinfo_endpoint", {"Authorization": f"Bearer {access_token}"})
        if said.get("sub") != claims["sub"]:
            raise NotProven(detail="userinfo is about somebody else")
        return {**said, **claims}

    def _whom(self, claims: Mapping[str, Any], id_token: str) -> Proven:
        names = (claims.get("name"), claims.get("preferred_username"))
        return Proven(
            issuer=self.issuer,
            subject=claims["sub"],
            email="" if claims.get("email_verified") is False else _words(claims.get("email"), 320),
            name=next((_words(name, 200) for name in names if isinstance(name, str) and name.strip()), ""),
            timezone=_words(claims.get("zoneinfo"), 64),
            object_id=_words(claims.get("oid"), 255),
            groups=self._groups(claims.get(self._settings.oidc_groups_claim)),
            provider_session=_words(claims.get("sid"), 255) or None,
            id_token=id_token,
        )

    def _groups(self, value: object) -> tuple[str, ...]:
        """The groups that the settings speak of; what else somebody belongs to is none of our business."""
        settings = self._settings
        known = {
            *settings.oidc_employee_groups,
            *settings.oidc_council_groups,
            *settings.oidc_moderator_groups,
            *settings.oidc_admin_groups,
        }
        given = [value] if isinstance(value, str) else value if isinstance(value, list) else []
        return tuple(name for name in known if name in given)


def _words(value: object, most: int) -> str:
    return value.strip() if isinstance(value, str) and len(value) <= most and value.isprintable() else ""


def _text(answer: Mapping[str, Any], name: str) -> str:
    value = answer.get(name)
    if not isinstance(value, str):
        raise NotProven(detail=f"token endpoint: no {name}")
    return value
