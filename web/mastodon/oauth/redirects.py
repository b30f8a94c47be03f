"""Where an app may have people sent back to: which addresses it may register, and which one it meant."""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"
LONGEST = 2000
MOST = 20
_LOOPBACK = frozenset({"127.0.0.1", "::1"})
# What browsers run, read from the disk, or hand to a program that is no app of ours to return to.
_NEVER = frozenset(
    {"javascript", "data", "vbscript", "blob", "file", "filesystem", "about", "view-source", "ws", "wss"}
    | {"ftp", "mailto", "tel", "sms", "urn", "chrome", "resource", "intent", "jar", "livescript", "mocha"}
)
_PLAIN = re.compile(r"[!$-;=?-Z\[\]_a-z~]+")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]{0,60}")


def is_redirect_uri(address: str) -> bool:
    """Whether people may be sent there with a code.

    https anywhere; http to this very machine (RFC 8252, 7.3); an app's own scheme (7.1); or nowhere, to be
    copied by hand. Never with a fragment (RFC 6749, 3.1.2), a user or signs that no address needs.
    """
    if address == OUT_OF_BAND:
        return True
    if not 1 <= len(address) <= LONGEST or not _PLAIN.fullmatch(address):
        return False
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if not _SCHEME.fullmatch(parts.scheme) or not address.startswith(f"{parts.scheme}:"):
        return False
    if parts.scheme in _NEVER or "@" in parts.netloc:
        return False
    if parts.scheme == "http":
        return host in _LOOPBACK or host == "localhost"
    return bool(host) if parts.scheme == "https" else True


def is_registered(address: str, registered: list[str]) -> bool:
    """Whether this is one of the registered addresses, sign by sign.

    Only the port of a loopback address may be another one, as the app can't choose it (RFC 8252, 7.3).
    """
    if address in registered:
        return True
    return is_redirect_uri(address) and any(
        _without_port(address) == _without_port(known) != "" for known in registered
    )


def _without_port(address: str) -> str:
    parts = urlsplit(address)
    if parts.scheme != "http" or parts.hostname not in _LOOPBACK:
        return ""
    return urlunsplit(parts._replace(netloc=parts.hostname))


def with_answer(address: str, answer: dict[str, str]) -> str:
    """The address with the answer in its query; what stands there already is kept (RFC 6749, 4.1.2)."""
    head, _, query = address.partition("?")
    pairs = [*parse_qsl(query, keep_blank_values=True), *answer.items()]
    return f"{head}?{urlencode(pairs)}"


def form_action(address: str) -> str:
    """What a form may lead to when its answer sends people there, for `form-action` of a policy (CSP 3).

    Browsers apply it to every further redirect as well, and apps in browsers pass people on to another
    host of theirs; so it is the scheme, except where that is plain http.
    """
    parts = urlsplit(address)
    if address == OUT_OF_BAND:
        return "'self'"
    return f"'self' {parts.scheme}://{parts.netloc}" if parts.scheme == "http" else f"'self' {parts.scheme}:"


def place_of(address: str) -> str:
    """Where that is, as people know it: a host, or the app's own scheme."""
    parts = urlsplit(address)
    if address == OUT_OF_BAND:
        return ""
    return parts.netloc if parts.scheme in ("https", "http") else f"{parts.scheme}:"
