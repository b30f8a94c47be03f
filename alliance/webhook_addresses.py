"""What the address of a channel has to look like, for each kind of channel; nothing is called here."""

import re
from urllib.parse import quote, urlsplit

from alliance.errors import Invalid

LONGEST = 2000
_HOSTS = {
    # Power Automate: in public and in national clouds, the old form and the one since 2025.
    "teams": (
        ".logic.azure.com",
        ".logic.azure.us",
        ".logic.azure.cn",
        ".api.powerplatform.com",
        ".api.powerplatform.us",
        ".api.powerplatform.cn",
        ".powerautomate.com",
        ".flow.microsoft.com",
    ),
    "slack": ("hooks.slack.com", "hooks.slack-gov.com"),
    "discord": ("discord.com", "discordapp.com", "ptb.discord.com", "canary.discord.com"),
}
# "Retirement of Office 365 connectors within Microsoft Teams", Microsoft 365 developer blog, July 2024.
_RETIRED = (".webhook.office.com", "outlook.office.com", "outlook.office365.com")
_ROOM = re.compile(r"![!-~]{1,254}")
_TOKEN = re.compile(r"[!-~]{8,1000}")
_SENTENCES = {
    "teams": "This is not the address of a workflow. In Teams, choose “Workflows” for the channel, then "
    "“Post to a channel when a webhook request is received”, and copy its address.",
    "slack": "This is not an incoming webhook of Slack. Such an address begins with https://hooks.slack.com.",
    "discord": "This is not a webhook of Discord. Such an address begins with "
    "https://discord.com/api/webhooks.",
}


def checked_address(kind: str, url: str, *, any_host: bool = False) -> str:
    """The address without spaces around it; `any_host` for development, where channels are stand-ins.

    Whether its host may be called at all, the client decides. Raises Invalid (field `url`).
    """
    url = url.strip()
    parts = _split(url)
    if parts is None or len(url) > LONGEST:
        raise Invalid("Please paste the whole address, with https:// in front.", field="url")
    scheme, host, path = parts
    if kind == "teams" and _is_one_of(host, _RETIRED):
        raise Invalid(
            "This is the address of an Office 365 connector. Microsoft has retired these: create a workflow "
            "in Teams instead and paste its address.",
            field="url",
        )
    if scheme != "https" and not any_host:
        raise Invalid("Only addresses with https:// are called.", field="url")
    if any_host or kind not in _HOSTS:
        return url
    if not _is_one_of(host, _HOSTS[kind]) or (kind == "discord" and not path.startswith("/api/")):
        raise Invalid(_SENTENCES[kind], field="url")
    return url


def room_address(server: str, room: str, *, any_host: bool = False) -> str:
    """Where messages to a room are put (Matrix client-server API, `rooms/{roomId}/send`).

    Raises Invalid (fields `url`, `room`).
    """
    base = checked_address("matrix", server, any_host=any_host).rstrip("/")
    room = room.strip()
    if not _ROOM.fullmatch(room):
        raise Invalid(
            "Please give the internal id of the room: it begins with an exclamation mark.", field="room"
        )
    if urlsplit(base).path not in ("", "/") or urlsplit(base).query:
        raise Invalid(
            "Please give the address of the server only, such as https://matrix.example.", field="url"
        )
    return f"{base}/_matrix/client/v3/rooms/{quote(room, safe='')}/send/m.room.message"


def checked_token(token: str) -> str:
    """An access token as it is. Raises Invalid (field `token`)."""
    token = token.strip()
    if not _TOKEN.fullmatch(token):
        raise Invalid("Please paste the access token of the account that is to speak there.", field="token")
    return token


def is_known_service(host: str) -> bool:
    """Whether a host is one of those that a kind of channel always has."""
    return any(_is_one_of(host, hosts) for hosts in _HOSTS.values())


def _split(url: str) -> tuple[str, str, str] | None:
    if not url.isascii() or not url.isprintable() or " " in url:
        return None
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".").lower()
    except ValueError:
        return None
    if parts.scheme not in ("https", "http") or not host or parts.username is not None or parts.fragment:
        return None
    return parts.scheme, host, parts.path


def _is_one_of(host: str, known: tuple[str, ...]) -> bool:
    return any(host == one.removeprefix(".") or (one[0] == "." and host.endswith(one)) for one in known)
