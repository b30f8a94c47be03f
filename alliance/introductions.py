"""How another company introduces itself, and what of that is believed."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlalchemy import update

from alliance.errors import Conflict, Invalid
from alliance.languages import known_language
from alliance.models import Company, Person
from alliance.queries.companies import company_with_origin, home_company
from alliance.text import clean_line, clean_text
from alliance.times import is_zone
from alliance.unit_of_work import UnitOfWork

URI_LIMIT = 500


@dataclass(frozen=True, kw_only=True)
class Introduction:
    """What a company's server says about its company, fetched from that server itself."""

    origin: str
    """Scheme and host: `https://lernen.example`."""
    host: str
    name: str
    uri: str
    """Identity of the company's publishing account (a Group)."""
    instance_uri: str
    """Identity of its instance (an Application)."""
    handle: str = "sessions"
    summary: str = ""
    hue: int = 0
    language: str = "de"
    timezone: str = "Europe/Berlin"
    software: str = ""
    key_fingerprint: str = ""


def is_uri_of(origin: str, uri: str) -> bool:
    """Whether `uri` is an identity on the server at `origin`, short enough to be stored."""
    return (
        len(uri) <= URI_LIMIT and uri.startswith(f"{origin}/") and clean_line(uri) == uri and " " not in uri
    )


async def company_introduced(uow: UnitOfWork, introduction: Introduction) -> Company:
    """The row of a company as it now introduces itself. Raises Invalid, Conflict for our own."""
    _refuse_nonsense(introduction)
    home = await home_company(uow.db)
    if introduction.origin == home.origin:
        raise Conflict("That is your own company.")
    known = await company_with_origin(uow.db, introduction.origin)
    company = known or _new_company(uow, introduction)
    company.name = clean_line(introduction.name, 200) or introduction.host
    company.handle = clean_line(introduction.handle, 64) or "sessions"
    company.summary = clean_text(introduction.summary, 2000)
    company.hue = introduction.hue if 0 <= introduction.hue < 24 else 0
    company.language = known_language(introduction.language, "en")
    company.timezone = introduction.timezone if is_zone(introduction.timezone) else "UTC"
    company.software = clean_line(introduction.software, 100)
    company.uri, company.instance_uri = introduction.uri, introduction.instance_uri
    company.updated_at = uow.now
    await uow.db.flush()
    if known is None:
        await _claim_people(uow, company)
    return company


def _new_company(uow: UnitOfWork, introduction: Introduction) -> Company:
    company = Company(id=uow.new_id(), origin=introduction.origin, host=introduction.host, created_at=uow.now)
    uow.db.add(company)
    return company


async def _claim_people(uow: UnitOfWork, company: Company) -> None:
    """People of that server who were strangers until now are the company's people."""
    theirs = Person.uri.startswith(f"{company.origin}/", autoescape=True)
    await uow.db.execute(
        update(Person).where(Person.company_id.is_(None), theirs).values(company_id=company.id)
    )


def _refuse_nonsense(introduction: Introduction) -> None:
    parts = urlsplit(introduction.origin)
    is_origin = f"{parts.scheme}://{parts.netloc}" == introduction.origin and len(parts.netloc) <= 253
    if parts.scheme not in ("https", "http") or not is_origin or parts.netloc != introduction.host:
        raise Invalid("This server does not say where it is.", detail=introduction.origin[:300])
    for uri in (introduction.uri, introduction.instance_uri):
        if not is_uri_of(introduction.origin, uri):
            raise Invalid("This server names an account that is not its own.", detail=uri[:URI_LIMIT])
