"""The chain of the audit log: how an entry is written down, sealed, and joined to the one before it.

The digest of an entry is SHA-256 over its canonical bytes, the digest before it among them, so anybody can
check an export. Digest and end of the chain carry an HMAC with a key from the secret file: whoever only has
the database can change entries, and not make them right again.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Row, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.acts import ACT_TEXTS, NOTHING, SYSTEM, Subject, Who
from alliance.models.audit import AuditEntry, AuditHead
from alliance.models.person import Person
from alliance.upserts import insert
from alliance.vault import Vault

BEGINNING = "0" * 64
_VERSION = 1
_LONGEST_VALUE = 200
_MOST_DETAILS = 12
_THE_HEAD = 1

Detail = str | int | bool | None


@dataclass(frozen=True)
class Note:
    """What is to be written down at the end of a transaction."""

    act: str
    who: Who
    on: Subject = NOTHING
    details: Mapping[str, Detail] | None = None


def note(act: str, who: Who, on: Subject, details: Mapping[str, Detail]) -> Note:
    """A note in words that the log knows. Raises ValueError for an act that is none."""
    if act not in ACT_TEXTS:
        raise ValueError(f"not an act of the audit log: {act}")
    bounded = {
        key[:40]: value[:_LONGEST_VALUE] if isinstance(value, str) else value
        for key, value in list(details.items())[:_MOST_DETAILS]
        if value is not None
    }
    return Note(act, who, Subject(on.kind, on.id[:300]), bounded)


def canonical_details(details: Mapping[str, Detail] | None) -> str:
    """The same text for the same details, whatever their order."""
    return json.dumps(dict(details or {}), ensure_ascii=True, sort_keys=True, separators=(",", ":"))


def canonical_bytes(entry: AuditEntry) -> bytes:
    """What the digest is about: everything but the names, which can be forgotten."""
    fields = [
        _VERSION,
        entry.number,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.act,
        entry.who_kind,
        entry.who_id,
        entry.who_mark,
        entry.on_kind,
        entry.on_id,
        entry.on_mark,
        entry.details,
        entry.previous,
    ]
    return json.dumps(fields, ensure_ascii=True, separators=(",", ":")).encode()


def digest_of_entry(entry: AuditEntry) -> str:
    """SHA-256 of the canonical bytes, in hexadecimal digits."""
    return hashlib.sha256(canonical_bytes(entry)).hexdigest()


def mark_of(shown: str) -> str:
    """The digest of a name with its random part."""
    return hashlib.sha256(shown.encode()).hexdigest()


def name_in(shown: str | None) -> str:
    """The name without its random part; empty for one that was forgotten or never was there."""
    return shown.partition(" ")[2] if shown else ""


def seal_of_entry(vault: Vault, number: int, digest: str) -> str:
    """What only a holder of the secret file can make."""
    return vault.seal_chain(f"entry {number} {digest}")


def seal_of_head(vault: Vault, number: int, digest: str) -> str:
    """The same for the end of the chain."""
    return vault.seal_chain(f"head {number} {digest}")


async def append(
    db: AsyncSession, vault: Vault, now: datetime, notes: Sequence[Note]
) -> tuple[int, str] | None:
    """Writes notes at the end of the chain, in this transaction; whoever else writes waits until it ends.

    Last in the transaction, so that the wait is short and nobody who holds this lock waits for another.
    Number and digest of the last entry, None when there was nothing to write.
    """
    if not notes:
        return None
    head = await _locked_head(db)
    last = (await db.execute(_last())).one_or_none()
    number, digest = head.number, head.digest
    if not is_intact(vault, head, last):
        # Building on would seal what somebody else has done to it.
        details = {"head": head.number, "last": last.number if last else 0}
        notes = [Note("audit.broken", SYSTEM, NOTHING, details), *notes]
        number, digest = max(number, last.number if last else 0), last.digest if last else digest
    names = await _names(db, notes)
    for one in notes:
        number += 1
        entry = _entry(one, number, digest, now, names)
        entry.digest = digest = digest_of_entry(entry)
        entry.seal = seal_of_entry(vault, number, digest)
        db.add(entry)
    head.number, head.digest, head.seal = number, digest, seal_of_head(vault, number, digest)
    await db.flush()
    return number, digest


def is_intact(vault: Vault, head: AuditHead, last: Row[int, str] | None) -> bool:
    """Whether the chain ends where it was sealed."""
    if last is None:
        return head.number == 0 and not head.seal
    sealed = vault.is_chain_seal(f"head {head.number} {head.digest}", head.seal)
    return sealed and (last.number, last.digest) == (head.number, head.digest)


async def _locked_head(db: AsyncSession) -> AuditHead:
    first = {"id": _THE_HEAD, "number": 0, "digest": BEGINNING, "seal": ""}
    await db.execute(insert(db, AuditHead).values(first).on_conflict_do_nothing())
    wanted = select(AuditHead).where(AuditHead.id == _THE_HEAD).with_for_update()
    return (await db.scalars(wanted, execution_options={"populate_existing": True})).one()


def _last() -> Select[int, str]:
    return select(AuditEntry.number, AuditEntry.digest).order_by(AuditEntry.number.desc()).limit(1)


async def _names(db: AsyncSession, notes: Iterable[Note]) -> dict[int, str]:
    """What the people are called of whom these notes speak; whoever was forgotten has no name any more."""
    wanted = {one.who.id for one in notes if one.who.id is not None}
    wanted |= {int(one.on.id) for one in notes if one.on.kind == "person"}
    if not wanted:
        return {}
    rows = await db.execute(
        select(Person.id, func.substr(Person.name, 1, 200)).where(
            Person.id.in_(wanted), Person.gone_at.is_(None)
        )
    )
    return {row[0]: row[1] for row in rows}


def _entry(one: Note, number: int, previous: str, now: datetime, names: Mapping[int, str]) -> AuditEntry:
    who = _shown(names.get(one.who.id or 0))
    on = _shown(names.get(int(one.on.id))) if one.on.kind == "person" else None
    return AuditEntry(
        number=number,
        at=now,
        act=one.act,
        who_kind=one.who.kind,
        who_id=one.who.id,
        who_name=who,
        who_mark=mark_of(who) if who else "",
        on_kind=one.on.kind,
        on_id=one.on.id,
        on_name=on,
        on_mark=mark_of(on) if on else "",
        details=canonical_details(one.details),
        previous=previous,
    )


def _shown(name: str | None) -> str | None:
    return f"{secrets.token_urlsafe(16)} {name}" if name else None
