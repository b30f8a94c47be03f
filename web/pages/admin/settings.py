"""Settings of the instance: what may change while it runs, what waits for four eyes, where the rest is."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response

from alliance.errors import Conflict, Forbidden, Invalid, NotFound
from alliance.models import Employee, Person, SettingProposal
from alliance.run_time_settings import (
    CHOICES,
    Choice,
    chosen_values,
    confirm_proposal,
    open_proposals,
    propose,
    refresh,
    reject_proposal,
)
from alliance.settings import Settings, where_set
from web.forms import read_form
from web.pages.admin.console import admin_page, administering
from web.pages.visit import Visit, path_id

_HERE = "/admin/settings"
_ROLE = "council"
# What opens doors stays where the operator has put it.
_SECRETS = ("password", "secret", "token", "proxy")


@dataclass(frozen=True)
class ChoiceView:
    """One setting that may change while the instance runs."""

    name: str
    label: str
    detail: str
    options: list[tuple[str, str]]
    """Values and what they are called; empty for a number of days."""
    value: str
    shown: str
    source: str
    least: int
    most: int
    needs_two: bool
    waits: bool


@dataclass(frozen=True)
class ProposalView:
    """A change that waits for a second administrator."""

    id: int
    label: str
    before: str
    value: str
    who: str
    when: str
    is_mine: bool


async def show(request: Request) -> Response:
    """GET /admin/settings: for administrators, and to read for the works council."""
    async with administering(request, _ROLE) as visit:
        return await _page(visit)


async def change(request: Request) -> Response:
    """POST /admin/settings/<name>: changes it, or proposes that."""
    async with administering(request) as visit:
        name = request.path_params["name"]
        value = (await read_form(request, {"value": 10}))["value"].strip()
        try:
            async with visit.acting() as uow:
                proposal = await propose(uow, name, value, visit.employee)
        except (Conflict, Invalid) as error:
            return await _page(visit, visit.texts.sentence(error.sentence, error.parameters), error.status)
        await refresh(visit.instance)
        return visit.go(_HERE, "setting-proposed" if proposal else "saved")


async def decide(request: Request) -> Response:
    """POST /admin/settings/proposals/<proposal>/<verb>: confirm, reject."""
    verbs = {"confirm": confirm_proposal, "reject": reject_proposal}
    async with administering(request) as visit:
        verb = verbs.get(request.path_params["verb"])
        if verb is None:
            raise NotFound
        try:
            async with visit.acting() as uow:
                await verb(uow, path_id(request), visit.employee)
        except (Conflict, Forbidden) as error:
            return await _page(visit, visit.texts.sentence(error.sentence, error.parameters), error.status)
        await refresh(visit.instance)
        return visit.go(_HERE, "setting-decided")


async def _page(visit: Visit, wrong: str = "", status: int = 200) -> Response:
    instance, now = visit.instance, visit.reader.now
    decided, waiting = await chosen_values(visit.db), await open_proposals(visit.db, now)
    names = await _names(visit, waiting)
    admin: Employee = visit.employee
    return admin_page(
        visit,
        "admin/settings.html",
        status,
        wrong=wrong,
        may_change=admin.has_role("admin"),
        choices=[
            await _choice(visit, choice, decided, {one.name for one in waiting})
            for choice in CHOICES.values()
        ],
        proposals=[_proposal(visit, one, names) for one in waiting if one.name in CHOICES],
        given=_given(visit, instance.chosen.given if instance.chosen else instance.settings),
    )


def value_text(visit: Visit, choice: Choice, value: str) -> str:
    """A value in words."""
    if value in choice.words:
        return visit.texts.gettext(choice.words[value])
    return visit.texts.ngettext("%(num)s day", "%(num)s days", int(value)) if value.isdigit() else value


async def _choice(visit: Visit, choice: Choice, decided: Mapping[str, str], waiting: set[str]) -> ChoiceView:
    gettext = visit.texts.gettext
    value = await choice.now(visit.db, visit.instance.settings)
    detail = gettext(choice.detail)
    if not choice.words:
        detail = gettext("Counted from: %(moment)s.", moment=detail)
    return ChoiceView(
        name=choice.name,
        label=gettext(choice.label),
        detail=detail,
        options=[(key, gettext(text)) for key, text in choice.words.items()],
        value=value,
        shown=value_text(visit, choice, value),
        source=gettext("Decided here")
        if choice.name in decided or choice.kept
        else gettext("As the operator set it"),
        least=choice.least,
        most=choice.most,
        needs_two=choice.needs_two,
        waits=choice.name in waiting,
    )


def _proposal(visit: Visit, one: SettingProposal, names: Mapping[int, str]) -> ProposalView:
    choice, gettext = CHOICES[one.name], visit.texts.gettext
    shown = names.get(one.proposed_by_id or 0, "") if visit.employee.has_role("admin") else ""
    return ProposalView(
        id=one.id,
        label=gettext(choice.label),
        before=value_text(visit, choice, one.before),
        value=value_text(visit, choice, one.value),
        who=shown or gettext("an administrator"),
        when=visit.reader.since(one.proposed_at),
        is_mine=one.proposed_by_id == visit.employee.id,
    )


async def _names(visit: Visit, waiting: list[SettingProposal]) -> dict[int, str]:
    wanted = [one.proposed_by_id for one in waiting if one.proposed_by_id is not None]
    rows = await visit.db.execute(select(Person.id, Person.name).where(Person.id.in_(wanted)))
    return {row[0]: row[1] for row in rows}


def _given(visit: Visit, settings: Settings) -> list[tuple[str, str, str]]:
    """What the environment or the file of settings says: name, value, where; no value that opens a door."""
    gettext = visit.texts.gettext
    found = []
    for one in fields(settings):
        name = one.metadata["name"]
        value = getattr(settings, one.name)
        file = where_set(name)
        source = str(file.name) if file else gettext("Environment, or as it comes")
        found.append((name, _shown(gettext("set"), one.name, value), source))
    return found


def _shown(is_set: str, name: str, value: object) -> str:
    if value in (None, (), ""):
        return "–"
    if any(word in name for word in _SECRETS):
        return is_set
    if name == "database":
        return str(value).partition(":")[0]
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    host = getattr(value, "host", None)
    return str(host) if host else str(value)
