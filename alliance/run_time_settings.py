"""Settings that a company may change while its instance runs; those about privacy need two administrators.

What was decided lies in the database and counts instead of the environment, in every process within seconds.
Until something is decided the environment counts, which the operator sets alone; see alliance.given_settings.
A company with one administrator has the operator decide at the command line (`alliance setting set`).
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.acts import Subject
from alliance.errors import Conflict, Forbidden, Invalid, NotFound
from alliance.instance import Instance
from alliance.learning_settings import keep_hosts_confirm, learning_setting
from alliance.models import Employee, RunTimeSetting, SettingProposal
from alliance.retention import RULES, days_kept
from alliance.settings import Settings
from alliance.unit_of_work import UnitOfWork
from alliance.upserts import insert

TOLD_FOR = timedelta(days=14)
OPEN_FOR = timedelta(days=30)
FRESH_FOR = timedelta(seconds=5)
_MOST_TOLD = 50


def _(text: str) -> str:
    """Marks a text for the catalogues; it is translated when the page is made."""
    return text


@dataclass(frozen=True)
class Choice:
    """One of these settings; `read` and `write` are between Settings and the text that is stored."""

    name: str
    label: str
    detail: str
    words: Mapping[str, str]
    """The values there are with what they are called, or none for a number of days."""
    read: Callable[[Settings], str]
    write: Callable[[Settings, str], Settings]
    needs_two: bool = True
    """Whether it is about privacy: then another administrator confirms, and everybody is told."""
    least: int = 0
    most: int = 0
    kept: "Kept | None" = None
    """Where it lies, if not among the settings."""

    async def now(self, db: AsyncSession, settings: Settings) -> str:
        """The value that counts."""
        return await self.kept.read(db) if self.kept is not None else self.read(settings)

    def check(self, value: str) -> None:
        """Raises Invalid for a value that there is not."""
        if self.words:
            fine = value in self.words
        else:
            fine = value.isascii() and value.isdigit() and len(value) < 6
            fine = fine and self.least <= int(value) <= self.most
        if not fine:
            raise Invalid("Please choose one of the options.", field="value")


@dataclass(frozen=True)
class Kept:
    """Reads and writes a value that has a table of its own."""

    read: Callable[[AsyncSession], Awaitable[str]]
    write: Callable[[UnitOfWork, str], Awaitable[object]]


_ON_OFF = {"on": _("On"), "off": _("Off")}


def _switch(name: str, label: str, detail: str, *, needs_two: bool = True) -> Choice:
    def write(settings: Settings, value: str) -> Settings:
        changes: dict[str, Any] = {name: value == "on"}
        return replace(settings, **changes)

    def read(settings: Settings) -> str:
        return "on" if getattr(settings, name) else "off"

    return Choice(name, label, detail, _ON_OFF, read, write, needs_two)


def _word(name: str, label: str, detail: str, words: Mapping[str, str], *, needs_two: bool = True) -> Choice:
    def write(settings: Settings, value: str) -> Settings:
        changes: dict[str, Any] = {name: value}
        return replace(settings, **changes)

    return Choice(name, label, detail, words, lambda settings: str(getattr(settings, name)), write, needs_two)


async def _hosts_confirm(db: AsyncSession) -> str:
    return "on" if (await learning_setting(db)).hosts_confirm else "off"


async def _let_hosts_confirm(uow: UnitOfWork, value: str) -> None:
    await keep_hosts_confirm(uow, allowed=value == "on")


def _days(rule: str) -> Choice:
    def write(settings: Settings, value: str) -> Settings:
        others = tuple(pair for pair in settings.retention if pair[0] != rule)
        return replace(settings, retention=(*others, (rule, int(value))))

    def read(settings: Settings) -> str:
        return str(days_kept(settings.retention, rule))

    known = RULES[rule]
    return Choice(
        f"retention.{rule}", known.what, known.since, {}, read, write, True, known.least, known.most
    )


CHOICES: Mapping[str, Choice] = {
    choice.name: choice
    for choice in (
        _switch(
            "ai",
            _("AI tools may read what whoever uses them may read"),
            _("The library as one file, llms.txt and the door for assistants (MCP)."),
        ),
        Choice(
            "hosts_confirm",
            _("Hosts may confirm who was there"),
            _("Of the people of this company who were going. Everybody can take it back."),
            _ON_OFF,
            lambda settings: "off",
            lambda settings, value: settings,
            kept=Kept(_hosts_confirm, _let_hosts_confirm),
        ),
        _word(
            "leavers_sessions",
            _("Sessions to come of whoever erases their account"),
            _("Either way the name is gone."),
            {"keep": _("Go on without the name"), "withdraw": _("Are taken back")},
        ),
        _switch(
            "announce_again",
            _("Announce public sessions again the day before"),
            _("To followers outside of the alliance."),
            needs_two=False,
        ),
        *(_days(name) for name, rule in RULES.items() if not rule.is_fixed),
    )
}


@dataclass
class Chosen:
    """What one process knows of it; `told` are changes that employees are told of at the moment."""

    given: Settings
    looked_at: datetime
    told: list[str] = field(default_factory=list)


async def refresh(instance: Instance) -> None:
    """Reads what was decided, and lets it count in this process from now on."""
    now = instance.clock.now()
    if instance.chosen is None:
        instance.chosen = Chosen(instance.settings, now)
    async with instance.reading() as db:
        values = await chosen_values(db)
        told = await db.scalars(
            select(SettingProposal.name)
            .where(SettingProposal.state == "confirmed", SettingProposal.decided_at > now - TOLD_FOR)
            .order_by(SettingProposal.decided_at.desc())
            .limit(_MOST_TOLD)
        )
        instance.chosen.told = list(dict.fromkeys(told.all()))
    instance.chosen.looked_at = now
    instance.settings = overlaid(instance.chosen.given, values)


async def refresh_when_stale(instance: Instance) -> None:
    """The same, where the last look was too long ago; the first one is for whoever opens the instance."""
    if instance.chosen is not None and instance.clock.now() - instance.chosen.looked_at >= FRESH_FOR:
        # At once, so that requests that come meanwhile don't all look.
        instance.chosen.looked_at = instance.clock.now()
        await refresh(instance)


def overlaid(given: Settings, values: Mapping[str, str]) -> Settings:
    """The settings as they count; what this version does not know, or no longer allows, is passed over."""
    for name, value in values.items():
        choice = CHOICES.get(name)
        if choice is None:
            continue
        try:
            choice.check(value)
        except Invalid:
            continue
        given = choice.write(given, value)
    return given


async def chosen_values(db: AsyncSession) -> dict[str, str]:
    """What was decided here, by name."""
    rows = await db.execute(select(RunTimeSetting.name, RunTimeSetting.value))
    return {row[0]: row[1] for row in rows}


async def propose(uow: UnitOfWork, name: str, value: str, by: Employee | None) -> SettingProposal | None:
    """Changes a setting, or proposes that where it needs four eyes (then the proposal comes back).

    None for `by` is the operator at the command line, who decides alone. Raises Forbidden, NotFound,
    Invalid, and Conflict when that is how it is, or something else is proposed already.
    """
    choice = _choice(name, by)
    choice.check(value)
    before = await choice.now(uow.db, uow.settings)
    if before == value:
        raise Conflict("That is how it is already.")
    await _end_stale(uow)
    waiting = select(SettingProposal.id).where(SettingProposal.name == name, SettingProposal.state == "open")
    if await uow.db.scalar(waiting) is not None:
        if by is not None:
            raise Conflict("A change of this is proposed already. Please decide about that first.")
        await uow.db.execute(delete(SettingProposal).where(SettingProposal.id.in_(waiting)))
    on = Subject("setting", name)
    if by is not None and choice.needs_two:
        proposal = SettingProposal(
            id=uow.new_id(),
            name=name,
            before=before,
            value=value,
            state="open",
            proposed_by_id=by.id,
            proposed_at=uow.now,
        )
        uow.db.add(proposal)
        await uow.db.flush()
        uow.audit("setting.proposed", on, by=by, before=before, value=value)
        return proposal
    if choice.needs_two:
        tell_everybody(uow, name, before, value)
    await _store(uow, choice, value)
    uow.audit("setting.changed", on, by=by, before=before, value=value)
    return None


def tell_everybody(uow: UnitOfWork, name: str, before: str, value: str) -> None:
    """Tells employees of a change that the operator made alone, like one that two administrators made."""
    uow.db.add(
        SettingProposal(
            id=uow.new_id(),
            name=name,
            before=before,
            value=value,
            state="confirmed",
            proposed_at=uow.now,
            decided_at=uow.now,
        )
    )


async def confirm_proposal(uow: UnitOfWork, proposal_id: int, by: Employee) -> SettingProposal:
    """A second administrator agrees: it counts from now on, and everybody here is told.

    Raises Forbidden for whoever proposed it, NotFound, and Conflict when it is decided or void.
    """
    proposal = await _open_proposal(uow, proposal_id, by)
    if proposal.proposed_by_id == by.id:
        raise Forbidden("Another administrator has to confirm what you proposed.")
    proposer = await uow.db.get(Employee, proposal.proposed_by_id) if proposal.proposed_by_id else None
    if proposer is None or proposer.disabled_at is not None or not proposer.has_role("admin"):
        raise Conflict("Whoever proposed this is no administrator any more. Please propose it anew.")
    choice = _choice(proposal.name, by)
    choice.check(proposal.value)
    proposal.state, proposal.decided_by_id, proposal.decided_at = "confirmed", by.id, uow.now
    await _store(uow, choice, proposal.value)
    on = Subject("setting", proposal.name)
    uow.audit("setting.confirmed", on, by=by, before=proposal.before, value=proposal.value)
    return proposal


async def reject_proposal(uow: UnitOfWork, proposal_id: int, by: Employee) -> SettingProposal:
    """Any administrator says no, or takes their own proposal back. Raises Forbidden, NotFound, Conflict."""
    proposal = await _open_proposal(uow, proposal_id, by)
    proposal.state, proposal.decided_by_id, proposal.decided_at = "rejected", by.id, uow.now
    await uow.db.flush()
    uow.audit("setting.rejected", Subject("setting", proposal.name), by=by, value=proposal.value)
    return proposal


async def open_proposals(db: AsyncSession, now: datetime) -> list[SettingProposal]:
    """What waits for a second administrator, by name."""
    rows = await db.scalars(
        select(SettingProposal)
        .where(SettingProposal.state == "open", SettingProposal.proposed_at > now - OPEN_FOR)
        .order_by(SettingProposal.name)
    )
    return list(rows.all())


async def changes_told(db: AsyncSession) -> list[SettingProposal]:
    """What was changed about privacy, the latest first, for everybody who works here."""
    rows = await db.scalars(
        select(SettingProposal)
        .where(SettingProposal.state == "confirmed")
        .order_by(SettingProposal.decided_at.desc(), SettingProposal.id.desc())
        .limit(_MOST_TOLD)
    )
    return list(rows.all())


async def _open_proposal(uow: UnitOfWork, proposal_id: int, by: Employee) -> SettingProposal:
    _refuse_unless_admin(by)
    proposal = await uow.db.scalar(
        select(SettingProposal).where(SettingProposal.id == proposal_id).with_for_update()
    )
    if proposal is None:
        raise NotFound
    if proposal.state != "open" or proposal.proposed_at <= uow.now - OPEN_FOR:
        raise Conflict("This has been decided, or it is too old.")
    return proposal


async def _end_stale(uow: UnitOfWork) -> None:
    stale = SettingProposal.proposed_at <= uow.now - OPEN_FOR
    await uow.db.execute(delete(SettingProposal).where(SettingProposal.state == "open", stale))


async def _store(uow: UnitOfWork, choice: Choice, value: str) -> None:
    if choice.kept is not None:
        await choice.kept.write(uow, value)
        return
    new = insert(uow.db, RunTimeSetting).values(name=choice.name, value=value, changed_at=uow.now)
    await uow.db.execute(
        new.on_conflict_do_update(index_elements=["name"], set_={"value": value, "changed_at": uow.now})
    )
    await uow.db.flush()


def _choice(name: str, by: Employee | None) -> Choice:
    _refuse_unless_admin(by)
    if name not in CHOICES:
        raise NotFound("There is no setting {name} that can be changed here.", name=name[:60])
    return CHOICES[name]


def _refuse_unless_admin(by: Employee | None) -> None:
    if by is not None and (by.disabled_at is not None or not by.has_role("admin")):
        raise Forbidden("Only administrators decide about settings.")
