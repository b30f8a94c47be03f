"""What we think of whole domains and of single actors, and the one place that decides whom that concerns."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from ipaddress import ip_address

import idna
from sqlalchemy import ColumnElement, ForeignKey, Index, String, UniqueConstraint, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from alliance.database import Base, UtcDateTime, word

SEVERITIES = ("none", "silence", "suspend")


class DomainPolicy(Base):
    """A decision about a domain and everything below it.

    `silence`: what comes from there is shown only after somebody here has agreed, and never to the public.
    `suspend`: nothing is taken from there, nothing is sent there, nobody sees anything of it. `none` is for
    domains of which only pictures are refused.
    """

    __tablename__ = "domain_policy"

    domain: Mapped[str] = mapped_column(String(253), primary_key=True)
    """As `domain_of` spells it."""
    severity: Mapped[str] = mapped_column(word(*SEVERITIES, name="severity"))
    rejects_media: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(String(500), default="")
    """For those who decide here; told to nobody."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    """Who decided; None for the operator at the command line."""


class ActorBlock(Base):
    """One actor wants nothing to do with another: one of ours with one from elsewhere.

    `by_them`: they block ours, whose key is `ours` (see federation/uris.py). Otherwise our moderators block
    them for everybody here, and `ours` is empty.
    """

    __tablename__ = "actor_block"
    __table_args__ = (
        UniqueConstraint("actor_uri", "by_them", "ours"),
        Index("ix_actor_block_by_them_id", "by_them", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    actor_uri: Mapped[str] = mapped_column(String(500))
    by_them: Mapped[bool]
    ours: Mapped[str] = mapped_column(String(100), default="")
    activity_uri: Mapped[str] = mapped_column(String(500), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True)
class Treatment:
    """How a host is treated."""

    suspended: bool = False
    silenced: bool = False
    rejects_media: bool = False


FREELY = Treatment()


class Policies:
    """Every policy at one moment; `of` is the function that decides about a host in Python.

    `is_treated` below decides the same in SQL.
    """

    def __init__(self, rows: Iterable[DomainPolicy] = ()) -> None:
        self._by_domain = {row.domain: (row.severity, row.rejects_media) for row in rows}

    def of(self, host: str) -> Treatment:
        """The treatment of a host, however it spells itself: the strictest of its own and its parents'."""
        if not self._by_domain:
            return FREELY
        domain = domain_of(host)
        found = [self._by_domain[name] for name in _itself_and_parents(domain) if name in self._by_domain]
        severities = {severity for severity, _ in found}
        suspended = "suspend" in severities
        return Treatment(
            suspended=suspended,
            silenced=suspended or "silence" in severities,
            rejects_media=suspended or any(rejects for _, rejects in found),
        )


@lru_cache(maxsize=4096)
def domain_of(host: str) -> str:
    """The one spelling of a host: lower case, punycode, no port, no dot at the end; empty for nonsense."""
    name = host.strip().lower().rstrip(".")
    if name.startswith("["):
        name = name[1:].partition("]")[0]
    elif name.count(":") == 1:
        name = name.partition(":")[0]
    elif ":" in name and not _is_address(name):
        name = name.rpartition(":")[0]  # an IPv6 address with its port, as `host_of` writes it
    name = name.rstrip(".。．｡")
    if _is_address(name):
        return str(ip_address(name))
    try:
        return idna.encode(name, uts46=True, transitional=False).decode().rstrip(".")[:253]
    except (idna.IDNAError, UnicodeError):
        # Host names with underscores are none by the standard, but they resolve.
        return name[:253] if name.isascii() else ""


def is_domain(text: str) -> bool:
    """Whether a policy may be about `text`, as `domain_of` spells it: a name or an IP address."""
    if not text or any(character in text for character in "/?#@ %"):
        return False
    labels = text.split(".")
    is_name = all(0 < len(label) <= 63 for label in labels) and not labels[-1].isdigit()  # RFC 1035, 2.3.4
    return _is_address(text) or is_name


def is_treated(
    host: InstrumentedAttribute[str | None] | InstrumentedAttribute[str], *severities: str
) -> ColumnElement[bool]:
    """Whether a host in a column is treated with one of these severities, as a condition.

    The same as `Policies.of`: the domain itself and everything below it, whatever the port.
    """
    is_named = func.replace(
        literal(".") + host + literal(":"), literal(".") + DomainPolicy.domain + literal(":"), literal("")
    ) != literal(".") + host + literal(":")
    return (
        select(DomainPolicy.domain)
        .where(DomainPolicy.severity.in_(severities), is_named)
        .correlate_except(DomainPolicy)
        # PostgreSQL would join everybody with these few rows first, and reckon that nobody is left: what has
        # an offset it asks row by row, in the order that is wanted.
        .offset(0)
        .exists()
    )


def _itself_and_parents(domain: str) -> Iterable[str]:
    yield domain
    if not _is_address(domain):
        labels = domain.split(".")
        for start in range(1, len(labels)):
            yield ".".join(labels[start:])


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
