"""Every setting of an instance; the only reader of the environment.

Settings come from the environment and from a file of `NAME=value` lines: the one that `ALLIANCE_CONFIG`
names, else `alliance.env` in the current folder. The environment wins.
"""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from alliance import setting_values as values
from alliance.errors import WrongConfiguration
from alliance.retention import read_retention
from alliance.setting_values import MailServer

__all__ = ["CONFIG_FILE", "MailServer", "Settings", "where_set"]

CONFIG_FILE = "alliance.env"
_PREFIX = "ALLIANCE_"
_OTHERS = ("HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "SSL_CERT_FILE", "OTEL_EXPORTER_OTLP_ENDPOINT")
# RFC 5321, 4.5.3.1.1: 64 octets before the @; a plus and a token of 40 have to fit in.
_LONGEST_NAME = 23


def _setting(name: str, convert: Callable[[str], Any], help: str, **options: Any) -> Any:
    return field(metadata={"name": name, "convert": convert, "help": help}, **options)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of one instance, checked. Times are timedeltas, sizes bytes."""

    origin: str = _setting(
        "ALLIANCE_ORIGIN", values.origin, "address of this instance, such as https://lernen.example"
    )
    database: str = _setting(
        "ALLIANCE_DATABASE",
        values.database,
        "sqlite:///file.db or postgresql://...",
        default="sqlite:///alliance.db",
    )
    bind: tuple[str, int] = _setting(
        "ALLIANCE_BIND", values.bind, "address and port to listen on", default=("127.0.0.1", 8000)
    )
    secret_file: Path = _setting(
        "ALLIANCE_SECRET_FILE", Path, "file with the key for data at rest", default=Path("alliance.secret")
    )
    media: Path = _setting("ALLIANCE_MEDIA", Path, "folder for pictures", default=Path("media"))
    s3_endpoint: str | None = _setting(
        "ALLIANCE_S3_ENDPOINT", values.store, "S3-compatible store for pictures, instead of the folder",
        default=None,
    )  # fmt: skip
    s3_bucket: str = _setting(
        "ALLIANCE_S3_BUCKET", values.bucket, "the bucket there; nobody else's", default=""
    )
    s3_region: str = _setting(
        "ALLIANCE_S3_REGION",
        values.region,
        "region of the bucket, as the store calls it",
        default="us-east-1",
    )
    s3_prefix: str = _setting(
        "ALLIANCE_S3_PREFIX", values.prefix, "what the names in the bucket begin with", default=""
    )
    s3_path_style: bool = _setting(
        "ALLIANCE_S3_PATH_STYLE",
        values.switch,
        "the bucket in the path of addresses; off: before the host",
        default=True,
    )
    s3_access_key: str = _setting(
        "ALLIANCE_S3_ACCESS_KEY", values.access_key, "access key of the store", default="", repr=False
    )
    s3_access_key_file: Path | None = _setting(
        "ALLIANCE_S3_ACCESS_KEY_FILE", Path, "file with the access key", default=None
    )
    s3_secret_key: str = _setting(
        "ALLIANCE_S3_SECRET_KEY", values.access_key, "secret key of the store", default="", repr=False
    )
    s3_secret_key_file: Path | None = _setting(
        "ALLIANCE_S3_SECRET_KEY_FILE", Path, "file with the secret key", default=None
    )
    handle: str = _setting(
        "ALLIANCE_HANDLE", values.handle, "name of the company's account", default="sessions"
    )
    smtp: MailServer | None = _setting(
        "ALLIANCE_SMTP", values.mail_server, "mail server: smtp://user@host:587, or smtps://", default=None
    )
    smtp_password_file: Path | None = _setting(
        "ALLIANCE_SMTP_PASSWORD_FILE", Path, "file with the password for the mail server", default=None
    )
    mail_from: str | None = _setting(
        "ALLIANCE_MAIL_FROM", values.mail_address, "address that mail is sent from", default=None
    )
    mail_rate: int = _setting("ALLIANCE_MAIL_RATE", values.count, "mails a minute at most", default=300)
    imap: MailServer | None = _setting(
        "ALLIANCE_IMAP", values.mailbox, "mailbox for answers: imaps://user@host, or imap://", default=None
    )
    imap_password_file: Path | None = _setting(
        "ALLIANCE_IMAP_PASSWORD_FILE", Path, "file with the password for the mailbox", default=None
    )
    imap_address: str | None = _setting(
        "ALLIANCE_IMAP_ADDRESS",
        values.mail_address,
        "address whose mail arrives in that mailbox",
        default=None,
    )
    ai: bool = _setting("ALLIANCE_AI", values.switch, "library export for AI tools", default=False)
    federation: str = _setting(
        "ALLIANCE_FEDERATION",
        values.choice("open", "alliance-only"),
        "who may follow: open or alliance-only",
        default="open",
    )
    inbox_rate: int = _setting(
        "ALLIANCE_INBOX_RATE",
        values.count,
        "signed requests a minute from one domain; 0 = no limit",
        default=3000,
    )
    signature_max_age: timedelta = _setting(
        "ALLIANCE_SIGNATURE_MAX_AGE",
        values.seconds,
        "seconds that a signature stays valid",
        default=timedelta(hours=12),
    )
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = _setting(
        "ALLIANCE_TRUSTED_PROXIES", values.networks, "addresses whose X-Forwarded-For is believed", default=()
    )
    log: str = _setting(
        "ALLIANCE_LOG",
        values.choice("debug", "info", "warning", "error"),
        "least level that is logged",
        default="info",
    )
    metrics_token: str | None = _setting(
        "ALLIANCE_METRICS_TOKEN", values.text, "bearer token that /metrics asks for", default=None
    )
    metrics_bind: tuple[str, int] | None = _setting(
        "ALLIANCE_METRICS_BIND", values.bind, "a listener of its own for /metrics and probes", default=None
    )
    traces_endpoint: str | None = _setting(
        "OTEL_EXPORTER_OTLP_ENDPOINT", values.issuer, "OpenTelemetry collector (alliance[otel])", default=None
    )
    danger_private_networks: bool = _setting(
        "ALLIANCE_DANGER_PRIVATE_NETWORKS",
        values.switch,
        "development only: private addresses, any port, plain http",
        default=False,
    )
    announce_again: bool = _setting(
        "ALLIANCE_ANNOUNCE_AGAIN",
        values.switch,
        "announce public sessions again the day before they begin",
        default=False,
    )
    numbers_threshold: int = _setting(
        "ALLIANCE_NUMBERS_THRESHOLD",
        values.threshold,
        "no number is published about fewer people than this; 5 or more",
        default=5,
    )
    leavers_sessions: str = _setting(
        "ALLIANCE_LEAVERS_SESSIONS",
        values.choice("keep", "withdraw"),
        "coming sessions of whoever erases their account: keep (without the name) or withdraw",
        default="keep",
    )
    retention: tuple[tuple[str, int], ...] = _setting(
        "ALLIANCE_RETENTION",
        read_retention,
        "days that kinds of data are kept, where shorter than usual: attendance=14,mails=7",
        default=(),
    )
    security_contact: str | None = _setting(
        "ALLIANCE_SECURITY_CONTACT",
        values.contact,
        "mailto: or https: address for reports of weaknesses",
        default=None,
    )
    passwords: bool = _setting(
        "ALLIANCE_PASSWORDS", values.switch, "accounts of this instance: passwords and passkeys", default=True
    )
    oidc_issuer: str | None = _setting(
        "ALLIANCE_OIDC_ISSUER", values.issuer, "OpenID provider of the company", default=None
    )
    oidc_client_id: str = _setting(
        "ALLIANCE_OIDC_CLIENT_ID",
        values.text,
        "as what this instance is registered there",
        default="alliance",
    )
    oidc_client_secret_file: Path | None = _setting(
        "ALLIANCE_OIDC_CLIENT_SECRET_FILE", Path, "file with the client secret", default=None
    )
    oidc_scopes: str = _setting(
        "ALLIANCE_OIDC_SCOPES", values.text, "what is asked for", default="openid email profile"
    )
    oidc_groups_claim: str = _setting(
        "ALLIANCE_OIDC_GROUPS_CLAIM", values.text, "claim that lists somebody's groups", default="groups"
    )
    oidc_employee_groups: tuple[str, ...] = _setting(
        "ALLIANCE_OIDC_EMPLOYEE_GROUPS", values.words, "groups that may sign in; none = everybody", default=()
    )
    oidc_council_groups: tuple[str, ...] = _setting(
        "ALLIANCE_OIDC_COUNCIL_GROUPS", values.words, "groups that read for the works council", default=()
    )
    oidc_moderator_groups: tuple[str, ...] = _setting(
        "ALLIANCE_OIDC_MODERATOR_GROUPS", values.words, "groups that moderate", default=()
    )
    oidc_admin_groups: tuple[str, ...] = _setting(
        "ALLIANCE_OIDC_ADMIN_GROUPS", values.words, "groups that administer", default=()
    )
    https_proxy: str | None = _setting(
        "HTTPS_PROXY", values.text, "proxy for outgoing requests", default=None
    )
    http_proxy: str | None = _setting(
        "HTTP_PROXY", values.text, "proxy for outgoing http requests", default=None
    )
    no_proxy: str | None = _setting(
        "NO_PROXY", values.text, "hosts that are reached without the proxy", default=None
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
        found = {**_from_file(given, base), **{k: v for k, v in given.items() if _is_ours(k)}}
        found.pop("ALLIANCE_CONFIG", None)
        known = {f.metadata["name"]: f for f in fields(cls)}
        for name in found:
            if name.startswith(_PREFIX) and name not in known:
                raise WrongConfiguration("There is no setting {name}.", name=name)
        arguments = {f.name: _convert(f.metadata, found[n]) for n, f in known.items() if found.get(n)}
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
        self._refuse_half_a_bucket()
        if len((self.answers_to or "").partition("@")[0]) > _LONGEST_NAME:
            raise WrongConfiguration(
                "ALLIANCE_IMAP_ADDRESS needs a name of at most {limit} characters.", limit=_LONGEST_NAME
            )

    def _refuse_half_a_bucket(self) -> None:
        needed = {
            "ALLIANCE_S3_BUCKET": self.s3_bucket,
            "ALLIANCE_S3_ACCESS_KEY": self.s3_access_key or self.s3_access_key_file,
            "ALLIANCE_S3_SECRET_KEY": self.s3_secret_key or self.s3_secret_key_file,
        }
        for name, value in needed.items():
            if self.s3_endpoint and not value:
                raise WrongConfiguration("ALLIANCE_S3_ENDPOINT is set, and {name} is not.", name=name)
            if value and not self.s3_endpoint:
                raise WrongConfiguration("{name} is set, and ALLIANCE_S3_ENDPOINT is not.", name=name)


def _is_ours(name: str) -> bool:
    return name.startswith(_PREFIX) or name in _OTHERS


def _convert(metadata: Mapping[str, Any], value: str) -> Any:
    try:
        return metadata["convert"](value.strip())
    except ValueError as error:
        raise WrongConfiguration(
            "{name} can't be used: {reason}.", name=metadata["name"], reason=error
        ) from error


def where_set(name: str, environ: Mapping[str, str] | None = None) -> Path | None:
    """The file in which a setting stands; None when the environment has it, or nobody."""
    given = os.environ if environ is None else environ
    file = Path(given.get("ALLIANCE_CONFIG") or CONFIG_FILE)
    return file if name not in given and name in _from_file(given, Path.cwd()) else None


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
