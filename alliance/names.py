"""Names of accounts on this instance: people and communities share them, some are nobody's."""

import re
import unicodedata

from sqlalchemy import exists, or_, select

from alliance.models import Community, Person
from alliance.text import slug_of
from alliance.unit_of_work import UnitOfWork

RESERVED = frozenset(
    {
        "abuse",
        "admin",
        "administrator",
        "alliance",
        "company",
        "experts",
        "help",
        "host",
        "hostmaster",
        "info",
    }
    | {"instance", "mail", "me", "moderator", "news", "newsletter", "noreply", "null", "operator", "people"}
    # The account that makes sessions of invitations is called so in apps.
    | {"neu", "new"}
    | {"postmaster", "root", "security", "sessions", "support", "system", "undefined", "webmaster", "www"}
)


async def is_name_free(uow: UnitOfWork, name: str) -> bool:
    """Whether nobody here has this name: no person, no community (also none that was ended)."""
    if name in RESERVED or name == uow.settings.handle:
        return False
    person = exists().where(Person.username == name, Person.host.is_(None))
    community = exists().where(Community.slug == name, Community.uri.is_(None))
    return not await uow.db.scalar(select(or_(person, community)))


def username_from(wish: str) -> str:
    """Something like a user name made of what stands before the @ of an address, or of a name."""
    parts = [slug_of(part) or part for part in re.split(r"[.\s]+", wish)]
    plain = unicodedata.normalize("NFKD", ".".join(parts)).encode("ascii", "ignore").decode().lower()
    kept = re.sub(r"[^a-z0-9_.]", "_", plain)
    return re.sub(r"([._])[._]+", r"\1", kept)[:26].strip("._") or "person"
