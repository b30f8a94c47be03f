"""Every setting of an instance; the only reader of the environment.

Settings come from the environment and from a file of `NAME=value` lines: the one that `ALLIANCE_CONFIG`
names, else `alliance.env` in the current folder. The environment wins.
"""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from alliance.errors import WrongConfiguration

CONFIG_FILE = "alliance.env"
_PREFIX = "ALLIANCE_"
# RFC 5321, 4.5.3.1.1: 64 octets before the @; a plus and a token of 40 have to fit in.
_LONGEST_NAME = 23


def _text(value: str) -> str:
    return value


def _origin(value: str) -> str:
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


def _database(value: str) -> str:
    if not value.startswith(("sqlite:///", "postgresql://", "postgres://", "postgresql+psycopg://")):
        raise ValueError("it must begin with sqlite:/// or postgresql://")
    return value


def _bind(value: str) -> tuple[str, int]:
    host, _, port = value.rpartition(":")
    if not host or not port.isdecimal() or not 0 <= int(port) < 65536:
        raise ValueError("it must look like 127.0.0.1:8000")
    return host.strip("[]"), int(port)


def _choice(*words: str) -> Callable[[str], str]:
    def convert(value: str) -> str:
        if value not in words:
            raise ValueError(f"it must be one of {', '.join(words)}")
        return value

    return convert


def _switch(value: str) -> bool:
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


def _count(value: str) -> int:
    if not value.isdecimal() or int(value) > 10_000_000:
        raise ValueError("it must be a whole number")
    return int(value)


def _seconds(value: str) -> timedelta:
    return timedelta(seconds=_count(value))


def _handle(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9_]{1,30}", value) or value == "alliance":
        raise ValueError("it must be 1 to 30 of a-z, 0-9 and _, and not alliance")
    return value


def _contact(value: str) -> str:
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


def _mail_server(value: str) -> MailServer:
    parts = urlsplit(value)
    if parts.scheme not in _MAIL_PORTS or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError("it must look like smtp://user@mail.example:587, smtps:// or smtp+plain://")
    port, security = _MAIL_PORTS[parts.scheme]
    if security == "none" and parts.username:
        raise ValueError("a user name needs smtp:// or smtps://: nobody should read the password on the way")
    user, password = (unquote(part) if part else None for part in (parts.username, parts.password))
    return MailServer(parts.hostname, parts.port or port, security, user, password)


_MAILBOX_PORTS = {"imaps": (993, "tls"), "imap": (143, "starttls"), "imap+plain": (143, "none")}
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


def _mailbox(value: str) -> MailServer:
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


def _mail_address(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9._+-]{1,64}@[a-z0-9.-]{1,255}", value):
        raise ValueError("it must be an address such as lernen@company.example")
    return value


def _networks(value: str) -> tuple[IPv4Network | IPv6Network, ...]:
    if "*" in value:
        raise ValueError("name the addresses of your proxies; a wildcard would let anybody forge theirs")
    return tuple(ip_network(part.strip(), strict=False) for part in value.split(",") if part.strip())


def _issuer(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.username:
        raise ValueError("it must look like https://login.example/realms/staff")
    if parts.query or parts.fragment or not value.isascii() or not value.isprintable() or " " in value:
        raise ValueError("it must be an address without ? and #")
    return value


def _words(value: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in value.split(",") if part.strip()))


def _setting(name: str, convert: Callable[[str], Any], help: str, **options: Any) -> Any:
    return field(metadata={"name": name, "convert": convert, "help": help}, **options)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of one instance, checked. Times are timedeltas, sizes bytes."""

    origin: str = _setting(
        "ALLIANCE_ORIGIN", _origin, "address of this instance, such as https://lernen.example"
    )
    database: str = _setting(
        "ALLIANCE_DATABASE",
        _database,
        "sqlite:///file.db or postgresql://...",
        default="sqlite:///alliance.db",
    )
    bind: tuple[str, int] = _setting(
        "ALLIANCE_BIND", _bind, "address and port to listen on", default=("127.0.0.1", 8000)
    )
    secret_file: Path = _setting(
        "ALLIANCE_SECRET_FILE", Path, "file with the key for data at rest", default=Path("alliance.secret")
    )
    media: Path = _setting("ALLIANCE_MEDIA", Path, "folder for pictures", default=Path("media"))
    handle: str = _setting("ALLIANCE_HANDLE", _handle, "name of the company's account", default="sessions")
    smtp: MailServer | None = _setting(
        "ALLIANCE_SMTP", _mail_server, "mail server: smtp://user@host:587, or smtps://", default=None
    )
    smtp_password_file: Path | None = _setting(
        "ALLIANCE_SMTP_PASSWORD_FILE", Path, "file with the password for the mail server", default=None
    )
    mail_from: str | None = _setting(
        "ALLIANCE_MAIL_FROM", _mail_address, "address that mail is sent from", default=None
    )
    mail_rate: int = _setting("ALLIANCE_MAIL_RATE", _count, "mails a minute at most", default=300)
    imap: MailServer | None = _setting(
        "ALLIANCE_IMAP", _mailbox, "mailbox for answers: imaps://user@host, or imap://", default=None
    )
    imap_password_file: Path | None = _setting(
        "ALLIANCE_IMAP_PASSWORD_FILE", Path, "file with the password for the mailbox", default=None
    )
    imap_address: str | None = _setting(
        "ALLIANCE_IMAP_ADDRESS", _mail_address, "address whose mail arrives in that mailbox", default=None
    )
    ai: bool = _setting("ALLIANCE_AI", _switch, "library export for AI tools", default=False)
    federation: str = _setting(
        "ALLIANCE_FEDERATION",
        _choice("open", "alliance-only"),
        "who may follow: open or alliance-only",
        default="open",
    )
    inbox_rate: int = _setting(
        "ALLIANCE_INBOX_RATE", _count, "signed requests a minute from one domain; 0 = no limit", default=3000
    )
    signature_max_age: timedelta = _setting(
        "ALLIANCE_SIGNATURE_MAX_AGE",
        _seconds,
        "seconds that a signature stays valid",
        default=timedelta(hours=12),
    )
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = _setting(
        "ALLIANCE_TRUSTED_PROXIES", _networks, "addresses whose X-Forwarded-For is believed", default=()
    )
    log: str = _setting(
        "ALLIANCE_LOG",
        _choice("debug", "info", "warning", "error"),
        "least level that is logged",
        default="info",
    )
    metrics_token: str | None = _setting(
        "ALLIANCE_METRICS_TOKEN", _text, "bearer token that /metrics asks for", default=None
    )
    danger_private_networks: bool = _setting(
        "ALLIANCE_DANGER_PRIVATE_NETWORKS",
        _switch,
        "development only: private addresses, any port, plain http",
        default=False,
    )
    announce_again: bool = _setting(
        "ALLIANCE_ANNOUNCE_AGAIN",
        _switch,
        "announce public sessions again the day before they begin",
        default=False,
    )
    leavers_sessions: str = _setting(
        "ALLIANCE_LEAVERS_SESSIONS",
        _choice("keep", "withdraw"),
        "coming sessions of whoever erases their account: keep (without the name) or withdraw",
        default="keep",
    )
    security_contact: str | None = _setting(
        "ALLIANCE_SECURITY_CONTACT",
        _contact,
        "mailto: or https: address for reports of weaknesses",
        default=None,
    )
    passwords: bool = _setting(
        "ALLIANCE_PASSWORDS", _switch, "accounts of this instance: passwords and passkeys", default=True
    )
    oidc_issuer: str | None = _setting(
        "ALLIANCE_OIDC_ISSUER", _issuer, "OpenID provider of the company", default=None
    )
    oidc_client_id: str = _setting(
        "ALLIANCE_OIDC_CLIENT_ID", _text, "as what this instance is registered there", default="alliance"
    )
    oidc_client_secret_file: Path | None = _setting(
        "ALLIANCE_OIDC_CLIENT_SECRET_FILE", Path, "file with the client secret", default=None
    )
    oidc_scopes: str = _setting(
        "ALLIANCE_OIDC_SCOPES", _text, "what is asked for", default="openid email profile"
    )
    oidc_groups_claim: str = _setting(
        "ALLIANCE_OIDC_GROUPS_CLAIM", _text, "claim that lists somebody's groups", default="groups"
    )
    oidc_employee_groups: tuple[str, ...] = _setting(
        "ALLIANCE_OIDC_EMPLOYEE_GROUPS", _words, "groups that may sign in; none = everybody", default=()
    )
    oidc_moderator_groups: tuple[str, ...] = _setting(
        "ALLIANCE_OIDC_MODERATOR_GROUPS", _words, "groups that moderate", default=()
    )
    oidc_admin_groups: tuple[str, ...] = _setting(
        "ALLIANCE_OIDC_ADMIN_GROUPS", _words, "groups that administer", default=()
    )
    https_proxy: str | None = _setting("HTTPS_PROXY", _text, "proxy for outgoing requests", default=None)
    http_proxy: str | None = _setting("HTTP_PROXY", _text, "proxy for outgoing http requests", default=None)
    no_proxy: str | None = _setting(
        "NO_PROXY", _text, "hosts that are reached without the proxy", default=None
    )
    extra_ca_file: Path | None = _setting(
        "SSL_CERT_FILE", Path, "certificate authorities to trust besides the system's", default=None
    )

    @property
    def mailbox(self) -> str:
        """The address that mail comes from: `alliance@lernen.example` unless another one is set."""
        return self.mail_from or f"alliance@{urlsplit(self.origin).hostname}"

    @property
    def answers_to(self) -> str | None:
        """The address that answers come to, with `+` and a token before the @; None without a mailbox."""
        return None if self.imap is None else self.imap_address or self.mailbox

    @property
    def host(self) -> str:
        """Host of the origin, with its port when that is not the scheme's own: `lernen.example`."""
        return urlsplit(self.origin).netloc

    @property
    def is_https(self) -> bool:
        """Whether people reach this instance over TLS."""
        return self.origin.startswith("https:")

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None, folder: Path | None = None) -> Self:
        """Reads environment and configuration file. Raises WrongConfiguration naming the setting."""
        given = dict(os.environ if environ is None else environ)
        base = folder or Path.cwd()
        values = {**_from_file(given, base), **{k: v for k, v in given.items() if _is_ours(k)}}
        values.pop("ALLIANCE_CONFIG", None)
        known = {f.metadata["name"]: f for f in fields(cls)}
        for name in values:
            if name.startswith(_PREFIX) and name not in known:
                raise WrongConfiguration("There is no setting {name}.", name=name)
        arguments = {f.name: _convert(f.metadata, values[n]) for n, f in known.items() if values.get(n)}
        if "origin" not in arguments:
            raise WrongConfiguration(
                "ALLIANCE_ORIGIN is not set: run `alliance init`, or name the file with ALLIANCE_CONFIG."
            )
        settings = cls(**arguments)
        settings.refuse_contradictions()
        return settings

    def refuse_contradictions(self) -> None:
        """Raises WrongConfiguration for settings that are fine alone and wrong together."""
        if not self.passwords and self.oidc_issuer is None:
            raise WrongConfiguration(
                "ALLIANCE_PASSWORDS is off and ALLIANCE_OIDC_ISSUER is not set: nobody could sign in."
            )
        if (self.oidc_issuer or "").startswith("http:") and not self.danger_private_networks:
            raise WrongConfiguration("ALLIANCE_OIDC_ISSUER must begin with https://.")
        if len((self.answers_to or "").partition("@")[0]) > _LONGEST_NAME:
            raise WrongConfiguration(
                "ALLIANCE_IMAP_ADDRESS needs a name of at most {limit} characters.", limit=_LONGEST_NAME
            )


def _is_ours(name: str) -> bool:
    return name.startswith(_PREFIX) or name in ("HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "SSL_CERT_FILE")


def _convert(metadata: Mapping[str, Any], value: str) -> Any:
    try:
        return metadata["convert"](value.strip())
    except ValueError as error:
        raise WrongConfiguration(
            "{name} can't be used: {reason}.", name=metadata["name"], reason=error
        ) from error


def _from_file(environ: Mapping[str, str], folder: Path) -> dict[str, str]:
    named = environ.get("ALLIANCE_CONFIG")
    path = Path(named) if named else folder / CONFIG_FILE
    if not named and not path.is_file():
        return {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise WrongConfiguration(
            "The configuration file {path} can't be read: {reason}.", path=path, reason=error
        ) from error
    return dict(_entry(path, number, line) for number, line in enumerate(lines, 1) if _says_something(line))


def _says_something(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _entry(path: Path, number: int, line: str) -> tuple[str, str]:
    name, separator, value = line.partition("=")
    if not separator:
        raise WrongConfiguration("{path}, line {number}: expected NAME=value.", path=path, number=number)
    return name.strip(), value.strip().strip('"')
