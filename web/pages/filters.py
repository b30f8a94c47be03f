"""What the reader of a list wants to see; it lives in the address, so it can be shared and bookmarked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from alliance.models import Company
from alliance.queries.sessions import SessionFilter, SessionKey
from alliance.text import slug_of
from web.pages.frame import badge_of
from web.pages.views import Chip
from web.texts import Texts

_KEY = re.compile(r"([0-9]{1,17})-([0-9]{1,19})")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOST = (1 << 63) - 1


@dataclass(frozen=True)
class Choice:
    """The filters that are on. `company` is a host name, `topic` a slug, `language` a code."""

    outside: bool = False
    free: bool = False
    language: str = ""
    company: str = ""
    topic: str = ""

    def query(self) -> str:
        """As it stands in the address, without the question mark; empty for no filter."""
        said = {name: "1" if value is True else value for name, value in vars(self).items() if value}
        return urlencode(said)

    def address(self, path: str) -> str:
        """The page with these filters."""
        query = self.query()
        return f"{path}?{query}" if query else path


def choice_of(query: QueryParams) -> Choice:
    """The filters of an address; what can't be one is left out."""
    language = query.get("language", "")
    return Choice(
        outside=query.get("outside") == "1",
        free=query.get("free") == "1",
        language=language if re.fullmatch(r"[a-z]{2}", language) else "",
        company=query.get("company", "")[:260],
        topic=slug_of(query.get("topic", "")[:100]),
    )


def session_filter(choice: Choice, companies: Sequence[Company]) -> SessionFilter:
    """The same as the query understands it; a company that nobody knows finds nothing."""
    company_id = next((known.id for known in companies if known.host == choice.company), 0)
    return SessionFilter(
        external=choice.outside,
        free_places=choice.free,
        language=choice.language or None,
        topic=choice.topic or None,
        company_id=company_id if choice.company else None,
    )


def chips(choice: Choice, path: str, companies: Sequence[Company], texts: Texts) -> list[Chip]:
    """A chip for each filter; it leads to the page with that filter turned over, the others kept."""
    other, other_label = (
        ("de", texts.gettext("In German")) if texts.language == "en" else ("en", texts.gettext("In English"))
    )
    made = [Chip(texts.gettext("All"), path, choice == Choice())]

    def chip(label: str, turned: Choice, on: bool, company: Company | None = None) -> None:
        made.append(Chip(label, turned.address(path), on, badge_of(company) if company else None))

    if choice.topic:
        chip(f"#{choice.topic}", replace(choice, topic=""), True)
    if len(companies) > 1:
        chip(texts.gettext("From outside"), replace(choice, outside=not choice.outside), choice.outside)
    chip(texts.gettext("Free places"), replace(choice, free=not choice.free), choice.free)
    spoken = choice.language == other
    chip(other_label, replace(choice, language="" if spoken else other), spoken)
    if len(companies) > 1:
        for company in companies:
            on = choice.company == company.host
            chip(company.name, replace(choice, company="" if on else company.host), on, company)
    return made


def key_in(query: QueryParams) -> SessionKey | None:
    """Where the page before this one ended, by `after`; None for the beginning."""
    match = _KEY.fullmatch(query.get("after", ""))
    if match is None or int(match[2]) > _MOST:
        return None
    try:
        return SessionKey(_EPOCH + timedelta(microseconds=int(match[1])), int(match[2]))
    except OverflowError:
        return None


def with_key(address: str, key: SessionKey | None) -> str | None:
    """The address of the page that begins after `key`."""
    if key is None:
        return None
    moment = (key.starts_at - _EPOCH) // timedelta(microseconds=1)
    return f"{address}{'&' if '?' in address else '?'}after={moment}-{key.id}"
