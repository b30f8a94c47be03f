"""What apps are told when something can't be done: Mastodon's shape, `{"error": sentence}`."""

from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.responses import Response

from alliance.errors import Forbidden, Gone, Invalid, NotFound, NotSignedIn
from web.mastodon.answers import json_response

# Apps show these to nobody and compare them, so they are the words of the original.
NOT_FOUND = "Record not found"
INVALID_BEARER = "The access token is invalid"
NO_PERSON = "This method requires an authenticated user"
NO_SCOPE = "This action is outside the authorized scopes"
NO_METHOD = "This method is not supported here"
_WORDS = {404: NOT_FOUND, 405: NO_METHOD}


class WrongToken(NotSignedIn):
    """No token where one is needed, or one that has ended."""

    default_sentence = INVALID_BEARER


class WrongScope(Forbidden):
    """The token is fine, but nobody allowed it this."""

    default_sentence = NO_SCOPE


class OAuthError(Invalid):
    """A refusal in the words of RFC 6749 (5.2): `code` for programs, `description` for their authors."""

    status = 400

    def __init__(self, code: str, description: str) -> None:
        super().__init__(description, detail=f"oauth: {code}")
        self.code = code


class WrongClient(OAuthError):
    """Whoever asks is no app that registered here."""

    status = 401

    def __init__(self) -> None:
        super().__init__("invalid_client", "Client authentication failed: unknown app or wrong secret.")


def is_for_apps(path: str) -> bool:
    """Whether errors at this address are read by programs; the page that asks for consent is for people."""
    return path.startswith(("/api/", "/oauth/")) and not path.startswith("/oauth/authorize")


def api_error(
    error: Exception, status: int, sentence: str, problems: Mapping[str, str] | None = None
) -> Response:
    """The answer for an error that the rest of the house has translated already."""
    if isinstance(error, OAuthError):
        return json_response({"error": error.code, "error_description": error.sentence}, error.status)
    if isinstance(error, HTTPException):
        sentence = _WORDS.get(status, sentence)
    elif isinstance(error, NotFound | Gone):
        sentence = NOT_FOUND
    body: dict[str, object] = {"error": sentence}
    if problems:
        body["details"] = {
            name: [{"error": "ERR_INVALID", "description": said}] for name, said in problems.items()
        }
    response = json_response(body, status)
    if isinstance(error, WrongToken):
        # RFC 6750, 3: the challenge names the reason.
        response.headers["WWW-Authenticate"] = 'Bearer realm="alliance", error="invalid_token"'
    if isinstance(error, WrongScope):
        response.headers["WWW-Authenticate"] = 'Bearer realm="alliance", error="insufficient_scope"'
    return response
