"""Finds the meeting link of an invitation, and never the one for dialling in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from alliance.errors import Invalid
from alliance.meeting_links import checked_meeting_link

MOST_LINKS = 200
_URL = re.compile(r"https?://[^\s<>\"'`|\\^{}\[\]]{1,3000}", re.IGNORECASE)
_TAIL = ".,;:!?)>]*_'\"’“”…"


@dataclass(frozen=True)
class Provider:
    """Whose meetings have such addresses: hosts (with those below them) and the beginning of their paths."""

    name: str
    hosts: tuple[str, ...]
    paths: str

    def has(self, parts: SplitResult) -> bool:
        """Whether this is an address that opens one of its meetings."""
        host = (parts.hostname or "").lower()
        at_home = any(host == known or host.endswith(f".{known}") for known in self.hosts)
        return at_home and re.match(self.paths, parts.path, re.IGNORECASE) is not None


# Hosts of Teams: public, GCC, GCC High, DoD, personal, the new cloud domain, China.
_TEAMS = (
    *("teams.microsoft.com", "teams.microsoft.us", "teams.live.com", "teams.cloud.microsoft"),
    *("teams.microsoftonline.cn", "teams.microsoftonline.us"),
)
PROVIDERS = (
    Provider("Microsoft Teams", _TEAMS, r"(/v2)?/(l/meetup-join/|meet/\d)"),
    Provider(
        "Zoom",
        ("zoom.us", "zoom.com", "zoomgov.com", "zoom-x.de", "zoom.com.cn"),
        r"/(j|my|w|s|wc|wc/join|meeting/register|webinar/register)/",
    ),
    Provider(
        "Webex",
        ("webex.com", "webex.com.cn", "my.webex.com"),
        r"/(meet/|join/|m/|[\w.-]+/j\.php|wbxmjs/|webappng/sites/|weblink/|[\w.-]+/onstage/)",
    ),
    Provider("Google Meet", ("meet.google.com",), r"/([a-z]{3,4}-[a-z]{3,4}-[a-z]{3,4}|lookup/)"),
    Provider("Jitsi", ("meet.jit.si", "8x8.vc", "fairmeeting.net", "meet.ffmuc.net"), r"/[^/]+"),
    Provider(
        "GoTo", ("meet.goto.com", "global.gotomeeting.com", "gotomeet.me", "app.gotowebinar.com"), r"/.+"
    ),
    Provider("Whereby", ("whereby.com",), r"/(?!blog|information|user)[^/]+"),
    Provider("Skype", ("join.skype.com", "meet.lync.com"), r"/.+"),
    Provider("Alfaview", ("app.alfaview.com",), r"/.*join"),
    Provider("Discord", ("discord.gg",), r"/[^/]+"),
)
_JITSI_HOST = re.compile(r"(^|[.-])(jitsi|jit)([.-]|$)|^jitsi", re.IGNORECASE)
_BBB_HOST = re.compile(r"(^|[.-])(bbb\d*|bigbluebutton|greenlight|senfcall)([.-]|$)", re.IGNORECASE)
_BBB_PATH = re.compile(r"(/b/[a-z0-9]{3}(-[a-z0-9]{3,4}){1,3}|/rooms/[a-z0-9-]+/join|/bigbluebutton/)", re.I)
_TALK_PATH = re.compile(r"(/index\.php)?/call/[a-z0-9]{6,}$", re.IGNORECASE)

# Numbers, PINs, options, help, calendars, sign-in: in invitations, and nobody's meeting.
_NO_HOSTS = re.compile(
    r"^(dialin\.|.*\.pstnconferencing\.|tel\.meet$|aka\.ms$|support\.|help\.|collaborationhelp\.|login\."
    r"|go\.microsoft\.com$|mysettings\.|(www\.)?microsoft\.com$|outlook\.|calendar\.|accounts\."
    r"|(www\.)?office\.com$|.*\.sharepoint\.com$|apps?\.apple\.com$|play\.google\.com$)",
    re.IGNORECASE,
)
_OF_PROVIDERS = (
    "aka.ms",
    "microsoft.com",
    "tel.meet",
    "support.google.com",
    "pexip.me",
    "pstnconferencing.com",
)
_NO_PATHS = re.compile(
    r"(meetingoptions|/dial-?in|globalcallin|/u/[a-z0-9]+|/test(/|$)|/zoomconference|/download|unsubscribe"
    r"|/rooms/[^/]+/(ics|calendar)|/meeting/[^/]+/ics|\.(ics|png|jpe?g|gif|svg|css|vcf)$|/\+\d{6,}|/tel/"
    r"|privacy|datenschutz|impressum|/terms)",
    re.IGNORECASE,
)


def addresses_in(text: str) -> list[str]:
    """Every web address in a text, in order, out of the wrappings of link scanners; 200 at most."""
    found: dict[str, None] = {}
    for match in _URL.finditer(text):
        address = _trimmed(match[0])
        found[unwrapped(address)] = None
        if len(found) >= MOST_LINKS:
            break
    return list(found)


def written_addresses(text: str) -> Iterator[tuple[str, str]]:
    """Every web address as it stands in a text, and where it really leads."""
    for count, match in enumerate(_URL.finditer(text)):
        if count >= MOST_LINKS:
            return
        written = _trimmed(match[0])
        yield written, unwrapped(written)


def unwrapped(address: str) -> str:
    """The address that a scanner's link leads to: Safe Links, Google, Proofpoint; others as they are."""
    for _ in range(3):
        inner = _inside(address)
        if inner is None:
            return address
        address = inner
    return address


def provider_of(address: str) -> str:
    """Whose meeting this address opens; empty when it looks like nobody's."""
    parts = _split(address)
    if parts is None or _is_beside(parts):
        return ""
    host, path = parts.hostname or "", parts.path
    named = next((provider.name for provider in PROVIDERS if provider.has(parts)), "")
    if named:
        return named
    if _BBB_PATH.match(path) or (_BBB_HOST.search(host) and len(path) > 1):
        return "BigBlueButton"
    if _JITSI_HOST.search(host) and len(path) > 1:
        return "Jitsi"
    return "Nextcloud Talk" if _TALK_PATH.search(path) else ""


def meeting_link_in(*texts: str) -> str:
    """The first address of a known provider in these texts; empty when there is none."""
    return next(
        (url for text in texts for url in addresses_in(text) if provider_of(url) and is_usable(url)), ""
    )


def other_link_in(*texts: str) -> str:
    """The first address that could be a meeting, whoever's; empty when there is none."""
    return next(
        (url for text in texts for url in addresses_in(text) if is_usable(url) and not is_beside(url)), ""
    )


def is_of_meetings(address: str) -> bool:
    """Whether an address leads to somebody who runs meetings: to one, to its numbers, to help with it."""
    parts = _split(address)
    host = (parts.hostname or "").lower() if parts else ""
    known = (*(name for provider in PROVIDERS for name in provider.hosts), *_OF_PROVIDERS)
    return any(host == name or host.endswith(f".{name}") for name in known) or provider_of(address) != ""


def is_usable(address: str) -> bool:
    """Whether the form would take it as the link of a meeting."""
    try:
        checked_meeting_link(address)
    except Invalid:
        return False
    return True


def is_beside(address: str) -> bool:
    """Whether an address belongs to an invitation and opens no meeting: numbers, options, help."""
    parts = _split(address)
    return parts is None or _is_beside(parts)


def _is_beside(parts: SplitResult) -> bool:
    return bool(_NO_HOSTS.search(parts.hostname or "") or _NO_PATHS.search(parts.path))


def _trimmed(address: str) -> str:
    address = address.rstrip(_TAIL)
    # "https://meet.example/a(b)" keeps the bracket that it opened itself.
    return f"{address})" if address.count("(") > address.count(")") else address


def _split(address: str) -> SplitResult | None:
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return None
    return parts if parts.hostname else None


def _inside(address: str) -> str | None:
    parts = _split(address)
    if parts is None:
        return None
    host, inner = (parts.hostname or "").lower(), ""
    if host.endswith((".safelinks.protection.outlook.com", ".safelinks.protection.office365.us")):
        inner = _parameter(parts, "url")
    elif host in ("www.google.com", "google.com") and parts.path == "/url":
        inner = _parameter(parts, "q") or _parameter(parts, "url")
    elif host == "urldefense.com" and (match := re.match(r"/v3/__(?P<url>https?:/.+?)__;", parts.path + ";")):
        inner = re.sub(r"^(https?:/)(?!/)", r"\1/", match["url"])
    inner = inner[:3000]
    return inner if inner.lower().startswith(("https://", "http://")) else None


def _parameter(parts: SplitResult, name: str) -> str:
    try:
        values = parse_qs(parts.query, max_num_fields=30).get(name, [""])
    except ValueError:
        return ""
    return values[0] if "://" in values[0] else unquote(values[0])
