"""What the text of a setting means; each function raises ValueError with the rest of a sentence."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from urllib.parse import unquote, urlsplit


def text(value: str) -> str:
    """Whatever it is."""
    return value


def origin(value: str) -> str:
    """Scheme and host of this instance."""
    parts = urlsplit(value)
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.path.strip("/"):
        raise ValueError("it must look like https://lernen.example")
    if parts.username or parts.query or parts.fragment:
        raise ValueError("it must be a scheme and a host only")
    if parts.hostname != parts.hostname.lower() or not parts.hostname.isascii():
        raise ValueError("the host must be written in lower case, internationalised names as xn--")
    default = {"https": 443, "http": 80}[parts.scheme]
    port = "" if parts.port in (None, default) else f":{parts.port}"
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}{port}"


def database(value: str) -> str:
    """Address of a database."""
    if not value.startswith(("sqlite:///", "postgresql://", "postgres://", "postgresql+psycopg://")):
        raise ValueError("it must begin with sqlite:/// or postgresql://")
    return value


def bind(value: str) -> tuple[str, int]:
    """Host and port."""
    host, _, port = value.rpartition(":")
    if not host or not port.isdecimal() or not 0 <= int(port) < 65536:
        raise ValueError("it must look like 127.0.0.1:8000")
    return host.strip("[]"), int(port)


def choice(*words: str) -> Callable[[str], str]:
    """One of a few words."""

    def convert(value: str) -> str:
        if value not in words:
            raise ValueError(f"it must be one of {', '.join(words)}")
        return value

    return convert


def switch(value: str) -> bool:
    """On or off."""
    words = {
        "1": True,
        "on": True,
        "true": True,
        "yes": True,
        "0": False,
        "off": False,
        "false": False,
        "no": False,
    }
    if value.lower() not in words:
        raise ValueError("it must be on or off")
    return words[value.lower()]


def count(value: str) -> int:
    """A whole number."""
    if not value.isdecimal() or int(value) > 10_000_000:
        raise ValueError("it must be a whole number")
    return int(value)


def threshold(value: str) -> int:
    """How many people a number stands for at least: five, or more."""
    if not 5 <= count(value) <= 1000:
        raise ValueError("it must be 5 or more: it may only be raised")
    return int(value)


def seconds(value: str) -> timedelta:
    """A number of seconds."""
    return timedelta(seconds=count(value))


def handle(value: str) -> str:
    """A name before the @."""
    if not re.fullmatch(r"[a-z0-9_]{1,30}", value) or value == "alliance":
        raise ValueError("it must be 1 to 30 of a-z, 0-9 and _, and not alliance")
    return value


def contact(value: str) -> str:
    """Where to write to."""
    if not value.startswith(("mailto:", "https://")) or not value.isprintable() or " " in value:
        raise ValueError("it must begin with mailto: or https://")
    return value


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed over; `security` is `starttls`, `tls`, or `none` (to this machine alone)."""

    host: str
    port: int
    security: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)


_MAIL_PORTS = {"smtp": (587, "starttls"), "smtps": (465, "tls"), "smtp+plain": (25, "none")}


def mail_server(value: str) -> MailServer:
    """Where mail is handed over."""
    parts = urlsplit(value)
    if parts.scheme not in _MAIL_PORTS or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError("it must look like smtp://user@mail.example:587, smtps:// or smtp+plain://")
    port, security = _MAIL_PORTS[parts.scheme]
    if security == "none" and parts.username:
        raise ValueError("a user name needs smtp:// or smtps://: nobody should read the password on the way")
    user, password = (unquote(part) if part else None for part in (parts.username, parts.password))
    return MailServer(parts.hostname, parts.port or port, security, user, password)


_MAILBOX_PORTS = {"imaps": (993, "tls"), "imap": (143, "starttls"), "imap+plain": (143, "none")}
# 10.0.0.0/8 and fc00::/7 are the widest networks that are somebody's own (RFC 1918, RFC 4193).
_WIDEST = {4: 8, 6: 7}
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


def mailbox(value: str) -> MailServer:
    """Where mail arrives."""
    parts = urlsplit(value)
    if parts.scheme not in _MAILBOX_PORTS or not parts.hostname or not parts.username:
        raise ValueError("it must look like imaps://user@mail.example, or imap:// for STARTTLS")
    if parts.path.strip("/") or parts.query:
        raise ValueError("it must end with the host, or its port")
    port, security = _MAILBOX_PORTS[parts.scheme]
    if security == "none" and parts.hostname not in _THIS_MACHINE:
        raise ValueError(
            "imap+plain:// is for this machine alone: anybody could read the password on the way"
        )
    password = unquote(parts.password) if parts.password else None
    return MailServer(parts.hostname, parts.port or port, security, unquote(parts.username), password)


def mail_address(value: str) -> str:
    """An address for mail."""
    if not re.fullmatch(r"[A-Za-z0-9._+-]{1,64}@[a-z0-9.-]{1,255}", value):
        raise ValueError("it must be an address such as lernen@company.example")
    return value


def networks(value: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Addresses and networks, separated by commas."""
    wildcard = ValueError("name the addresses of your proxies; a wildcard would let anybody forge theirs")
    if "*" in value:
        raise wildcard
    found = tuple(ip_network(part.strip(), strict=False) for part in value.split(",") if part.strip())
    if any(network.prefixlen < _WIDEST[network.version] for network in found):
        raise wildcard
    return found


def issuer(value: str) -> str:
    """The address of an OpenID provider."""
    parts = urlsplit(value)
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.username:
        raise ValueError("it must look like https://login.example/realms/staff")
    if parts.query or parts.fragment or not value.isascii() or not value.isprintable() or " " in value:
        raise ValueError("it must be an address without ? and #")
    return value


def words(value: str) -> tuple[str, ...]:
    """Words, separated by commas."""
    return tuple(dict.fromkeys(part.strip() for part in value.split(",") if part.strip()))


def store(value: str) -> str:
    """The address of an S3-compatible store, without a slash at its end."""
    parts = urlsplit(value)
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.username or parts.password:
        raise ValueError("it must look like https://s3.eu-central-1.example or http://minio.internal:9000")
    if parts.query or parts.fragment or not re.fullmatch(r"(/[A-Za-z0-9_.-]+)*/?", parts.path):
        raise ValueError("it must be an address without ? and #; the bucket stands in ALLIANCE_S3_BUCKET")
    if not re.fullmatch(r"[A-Za-z0-9_.:\[\]-]+", parts.netloc):
        raise ValueError("it must have a host of letters, digits, dots and dashes")
    return f"{parts.scheme}://{parts.netloc.lower()}{parts.path.rstrip('/')}"


def bucket(value: str) -> str:
    """The name of a bucket."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]", value) or ".." in value:
        raise ValueError("it must be the name of a bucket: 3 to 63 of a-z, 0-9, dots and dashes")
    return value


def region(value: str) -> str:
    """The name of a region."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,60}", value):
        raise ValueError("it must be the name of a region, such as eu-central-1")
    return value


def prefix(value: str) -> str:
    """What names in a bucket begin with: empty, or folders with a slash at the end."""
    bare = value.strip("/")
    if not re.fullmatch(r"([A-Za-z0-9_-]{1,60}(/[A-Za-z0-9_-]{1,60}){0,5})?", bare):
        raise ValueError("it must be names of a-z, 0-9, _ and -, with / between them")
    return f"{bare}/" if bare else ""


def access_key(value: str) -> str:
    """One half of a key of a store: visible characters."""
    if not re.fullmatch(r"[!-~]{1,500}", value):
        raise ValueError("it must be one word of visible characters")
    return value
