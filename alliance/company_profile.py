"""Lets administrators say who the company is: name, colour, words, mark, and what holds on its pages."""

from dataclasses import dataclass, fields

from sqlalchemy import select

from alliance.employing import HUES
from alliance.errors import Forbidden
from alliance.facts import CompanyChanged
from alliance.languages import known_languages
from alliance.models import Company, Employee
from alliance.pictures import StoredPicture, discard_afterwards
from alliance.problems import Problems
from alliance.text import clean_line, clean_text
from alliance.times import is_zone
from alliance.unit_of_work import UnitOfWork

NAME_LIMIT = 200
SUMMARY_LIMIT = 2000
PAGE_LIMIT = 20_000
RULES_LIMIT = 4000
MOST_RULES = 20


@dataclass(frozen=True, kw_only=True)
class CompanyDraft:
    """What a company says of itself, as typed: `imprint` and `privacy` in Markdown, `rules` one to a line."""

    name: str
    summary: str
    hue: int
    language: str
    timezone: str
    imprint: str = ""
    privacy: str = ""
    rules: str = ""


async def change_company(uow: UnitOfWork, draft: CompanyDraft, by: Employee) -> Company:
    """Everybody who knows the company is told, where it shows. Raises Forbidden, Invalid for each field."""
    company = await _own_company(uow, by)
    name, summary = clean_line(draft.name), clean_text(draft.summary)
    rules = rules_in(draft.rules)
    _check(draft, name, summary, rules)
    before, said = _shown(company), _said(company)
    company.name, company.summary, company.hue = name, summary, draft.hue
    company.language, company.timezone = draft.language, draft.timezone
    company.imprint, company.privacy = clean_text(draft.imprint), clean_text(draft.privacy)
    company.rules = "\n".join(rules)
    await uow.db.flush()
    uow.audit("company.changed", by=by, fields=",".join(_changed(said, _said(company))))
    if _shown(company) != before:
        await _tell(uow, company)
    return company


async def change_logo(uow: UnitOfWork, picture: StoredPicture | None, by: Employee) -> Company:
    """Another mark beside the name, or none; it is for everybody. Raises Forbidden."""
    company = await _own_company(uow, by)
    discard_afterwards(uow, company.logo)
    company.logo = picture.name if picture is not None else None
    uow.audit("company.logo-changed", by=by, removed=picture is None)
    await _tell(uow, company)
    return company


def rules_in(text: str) -> list[str]:
    """One rule to a line."""
    return [line for given in clean_text(text).split("\n") if (line := clean_line(given))]


async def _own_company(uow: UnitOfWork, by: Employee) -> Company:
    if by.disabled_at is not None or not by.has_role("admin"):
        raise Forbidden
    return (await uow.db.scalars(select(Company).where(Company.is_home).with_for_update(of=Company))).one()


async def _tell(uow: UnitOfWork, company: Company) -> None:
    company.updated_at = uow.now
    await uow.db.flush()
    uow.record(CompanyChanged(company))


def _shown(company: Company) -> tuple[object, ...]:
    """What others are told; the three texts stand on our own pages alone."""
    return company.name, company.summary, company.hue, company.language, company.timezone


def _said(company: Company) -> dict[str, object]:
    """Everything that the form is about."""
    return {field.name: getattr(company, field.name) for field in fields(CompanyDraft)}


def _changed(before: dict[str, object], after: dict[str, object]) -> list[str]:
    return sorted(name for name, value in after.items() if value != before[name])


def _check(draft: CompanyDraft, name: str, summary: str, rules: list[str]) -> None:
    problems = Problems()
    if not 1 <= len(name) <= NAME_LIMIT:
        problems.add("name", "Please give the company a name of up to {limit} characters.", limit=NAME_LIMIT)
    if len(summary) > SUMMARY_LIMIT:
        problems.add("summary", "This is longer than {limit} characters.", limit=SUMMARY_LIMIT)
    if not 0 <= draft.hue < HUES:
        problems.add("hue", "The colour must be a number from 0 to 23.")
    if draft.language not in known_languages():
        problems.add("language", "Please choose a language from the list.")
    if not is_zone(draft.timezone):
        problems.add("timezone", "There is no time zone “{zone}”.", zone=draft.timezone[:64])
    for field, text in (("imprint", draft.imprint), ("privacy", draft.privacy)):
        if len(text) > PAGE_LIMIT:
            problems.add(field, "This is longer than {limit} characters.", limit=PAGE_LIMIT)
    if len(rules) > MOST_RULES or len(draft.rules) > RULES_LIMIT:
        problems.add("rules", "At most {limit} rules, please: nobody reads more.", limit=MOST_RULES)
    problems.raise_if_any()
