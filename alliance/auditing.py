"""Looks after the audit log: proves that it is whole, drops what is too old, forgets names."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Select, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.acts import SYSTEM
from alliance.audit_chain import (
    BEGINNING,
    digest_of_entry,
    mark_of,
    seal_of_entry,
    seal_of_head,
)
from alliance.models.audit import AuditEntry, AuditHead
from alliance.models.run_time_setting import SettingProposal
from alliance.retention import RULES
from alliance.unit_of_work import UnitOfWork
from alliance.vault import Vault

KEPT_FOR = timedelta(days=RULES["audit"].days)
_PORTION = 500
_MOST_FINDINGS = 100

# What can be wrong with an entry, or with the log as a whole.
FINDING_TEXTS = {
    "changed": "Entry %(number)s was changed after it was written.",
    "name-changed": "Entry %(number)s names somebody else than when it was written.",
    "forged": "Entry %(number)s was not written by this instance.",
    "missing": "Entry %(number)s is missing, or entries before it are.",
    "out-of-order": "Entry %(number)s does not follow the entry before it.",
    "broken": "Entry %(number)s tells that the log had been tampered with before it.",
    "cut-off": "Entry %(number)s is not where the log ended: entries after it were removed or added.",
    "empty": "The log is empty, although %(number)s entries were written into it.",
    "not-as-noted": "Entry %(number)s is missing or another one than you noted.",
}


@dataclass(frozen=True)
class Finding:
    """Something that is wrong: at the entry with this number, and what (a key of FINDING_TEXTS)."""

    number: int
    what: str


@dataclass
class Verdict:
    """What looking at the whole log found out."""

    entries: int = 0
    first_at: datetime | None = None
    last_number: int = 0
    last_digest: str = BEGINNING
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether nothing is wrong with it."""
        return not self.findings

    def found(self, number: int, what: str) -> None:
        """Remembers one more fault, up to a limit."""
        if len(self.findings) < _MOST_FINDINGS:
            self.findings.append(Finding(number, what))


async def entries_in_order(db: AsyncSession, after: int = 0) -> AsyncIterator[AuditEntry]:
    """Every entry from the oldest to the newest, a portion at a time."""
    while True:
        rows = await db.scalars(
            select(AuditEntry).where(AuditEntry.number > after).order_by(AuditEntry.number).limit(_PORTION)
        )
        portion = rows.all()
        for entry in portion:
            db.expunge(entry)
            yield entry
        if len(portion) < _PORTION:
            return
        after = portion[-1].number


async def verify_log(db: AsyncSession, vault: Vault, noted: tuple[int, str] | None = None) -> Verdict:
    """Looks at every entry: whether it is as it was written, by us, and where it belongs.

    `noted` is number and digest of an entry as an earlier look or the server's log told them: with it even
    the replacement of the whole database by an older copy is seen.
    """
    await _see_one_moment(db)
    verdict, previous, expected = Verdict(), BEGINNING, 1
    pruned: tuple[int, str] | None = None
    first: AuditEntry | None = None
    async for entry in entries_in_order(db):
        if first is None:
            first, expected = entry, entry.number
            previous = entry.previous
        if entry.number != expected:
            verdict.found(entry.number, "missing")
        elif entry.previous != previous:
            verdict.found(entry.number, "out-of-order")
        _look_at(verdict, vault, entry)
        pruned = _pruned_by(entry) or pruned
        if noted is not None and entry.number == noted[0] and entry.digest != noted[1]:
            verdict.found(entry.number, "not-as-noted")
        verdict.entries += 1
        previous, expected = entry.digest, entry.number + 1
        verdict.last_number, verdict.last_digest = entry.number, entry.digest
    if first is not None:
        verdict.first_at = first.at
        _look_at_beginning(verdict, first, pruned)
    await _look_at_end(verdict, db, vault)
    if noted is not None and noted[0] > verdict.last_number:
        verdict.found(noted[0], "not-as-noted")
    return verdict


async def _see_one_moment(db: AsyncSession) -> None:
    """What others write meanwhile is not seen: else the end would not fit to the entries before it.

    SQLite looks like that anyway. `db` has not been asked anything before.
    """
    if db.get_bind().dialect.name == "postgresql":
        _ = await db.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def _look_at(verdict: Verdict, vault: Vault, entry: AuditEntry) -> None:
    if entry.digest != digest_of_entry(entry):
        verdict.found(entry.number, "changed")
    elif entry.seal != seal_of_entry(vault, entry.number, entry.digest):
        verdict.found(entry.number, "forged")
    for shown, mark in ((entry.who_name, entry.who_mark), (entry.on_name, entry.on_mark)):
        if shown is not None and mark_of(shown) != mark:
            verdict.found(entry.number, "name-changed")
    if entry.act == "audit.broken":
        verdict.found(entry.number, "broken")


def _pruned_by(entry: AuditEntry) -> tuple[int, str] | None:
    """Up to which entry, with which digest, this one says that the log was pruned."""
    if entry.act != "audit.pruned":
        return None
    try:
        details = orjson.loads(entry.details)
        return int(details["through"]), str(details["digest"])
    except (ValueError, KeyError, TypeError):
        return None


def _look_at_beginning(verdict: Verdict, first: AuditEntry, pruned: tuple[int, str] | None) -> None:
    """The log begins with its first entry, or where the latest pruning says that it does."""
    expected = (0, BEGINNING) if pruned is None else pruned
    if (first.number - 1, first.previous) != expected:
        verdict.found(first.number, "missing")


async def _look_at_end(verdict: Verdict, db: AsyncSession, vault: Vault) -> None:
    head = await db.scalar(select(AuditHead).execution_options(populate_existing=True))
    if head is None or not head.seal:
        if verdict.entries:
            verdict.found(verdict.last_number, "cut-off")
        elif head is not None and head.number:
            verdict.found(head.number, "empty")
        return
    sealed = head.seal == seal_of_head(vault, head.number, head.digest)
    if not verdict.entries:
        verdict.found(head.number, "empty")
    elif not sealed or (head.number, head.digest) != (verdict.last_number, verdict.last_digest):
        verdict.found(verdict.last_number, "cut-off")


async def prune_log(uow: UnitOfWork) -> int:
    """Drops entries of more than a year ago, and says in an entry up to which; how many there were.

    That entry is sealed like any other, so the rest of the chain still proves itself.
    """
    too_old = select(func.max(AuditEntry.number)).where(AuditEntry.at < uow.now - KEPT_FOR)
    through = await uow.db.scalar(too_old)
    if through is None:
        return 0
    digest = await uow.db.scalar(select(AuditEntry.digest).where(AuditEntry.number == through))
    old = AuditEntry.number <= through
    count = await uow.db.scalar(select(func.count()).select_from(AuditEntry).where(old)) or 0
    uow.audit("audit.pruned", by=SYSTEM, through=through, digest=digest, count=count)
    # Told before it is done: the end of the chain stays provable even when the newest entry is too old.
    await uow.write_notes()
    await uow.db.execute(delete(AuditEntry).where(old), execution_options={"synchronize_session": False})
    return count


async def forget_in_log(db: AsyncSession, person_id: int) -> None:
    """Takes the name of somebody who was forgotten out of the log; what was done stays."""
    silent = {"synchronize_session": False}
    did = update(AuditEntry).where(AuditEntry.who_id == person_id).values(who_name=None)
    await db.execute(did, execution_options=silent)
    suffered = update(AuditEntry).where(AuditEntry.on_kind == "person", AuditEntry.on_id == str(person_id))
    await db.execute(suffered.values(on_name=None), execution_options=silent)


async def forget_proposals(db: AsyncSession, person_id: int) -> None:
    """Who proposed a setting or agreed to one is forgotten; that it was changed stays told."""
    silent = {"synchronize_session": False}
    for column in (SettingProposal.proposed_by_id, SettingProposal.decided_by_id):
        change = update(SettingProposal).where(column == person_id).values({column.key: None})
        await db.execute(change, execution_options=silent)


async def log_about(db: AsyncSession, person_id: int) -> dict[str, list[dict[str, Any]]]:
    """What stands here of one person, for that person: what they did, what was done to them, JSON-ready."""
    did = await db.scalars(_of_log(AuditEntry.who_id == person_id))
    suffered = await db.scalars(_of_log(AuditEntry.on_kind == "person", AuditEntry.on_id == str(person_id)))
    proposed = await db.scalars(
        select(SettingProposal)
        .where(or_(SettingProposal.proposed_by_id == person_id, SettingProposal.decided_by_id == person_id))
        .order_by(SettingProposal.id)
    )
    return {
        "administered": [_act(entry) for entry in did.all()],
        "decided_about_you": [_act(entry) for entry in suffered.all()],
        "settings_proposed": [
            {"name": one.name, "state": one.state, "since": one.proposed_at.isoformat()}
            for one in proposed.all()
        ],
    }


def _of_log(*which: ColumnElement[bool]) -> Select[AuditEntry]:
    return select(AuditEntry).where(*which).order_by(AuditEntry.number)


def _act(entry: AuditEntry) -> dict[str, Any]:
    """Without the other person in it."""
    return {"kind": entry.act, "created_at": entry.at.isoformat()}
