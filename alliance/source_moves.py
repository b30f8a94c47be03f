"""An external source goes on under another address: topics and pause stay, it is asked anew."""

from sqlalchemy import select

from alliance.models import Company
from alliance.queries.sources import source_with_uri
from alliance.sources import locked_source_with_uri
from alliance.text import clean_line
from alliance.unit_of_work import UnitOfWork


async def move_source(uow: UnitOfWork, old: str, *, uri: str, host: str, username: str, name: str) -> None:
    """The subscription leads to `uri` from now on; it stays as it was when that can't be.

    It can't when the account is subscribed to already, is that of a company we know, or has no usable name.
    """
    handle = f"{username}@{host}"
    taken = select(Company.id).where((Company.host == handle) | (Company.origin == uri))
    is_named = clean_line(username) == username and 0 < len(username) <= 64
    if not is_named or len(handle) > 260 or len(uri) > 300:
        return
    if await source_with_uri(uow.db, uri) is not None or await uow.db.scalar(taken) is not None:
        return
    source = await locked_source_with_uri(uow, old)
    if source is None:
        return
    source.uri, source.host, source.state, source.since = uri, host, "asked", uow.now
    company = source.company
    company.origin, company.host, company.handle = uri, handle, username
    company.name, company.updated_at = clean_line(name, 200) or handle, uow.now
    await uow.db.flush()
