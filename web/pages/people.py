"""People who share what they know: the directory and their own pages."""

from alliance.models import Session
from web.pages.visit import Visit


async def page_of_host(visit: Visit, session: Session) -> str | None:
    return None
