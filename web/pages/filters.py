"""What the reader of a list wants to see; it lives in the address, so it can be shared and bookmarked."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

from babel.dates import format_date
from starlette.datastructures import QueryParams

from alliance.queries.people import ExpertKey
from alliance.queries.session_filters import SessionFilter
from alliance.queries.sessions import SessionKey
from alliance.text import slug_of
from web.pages.companies import Participant
from web.pages.frame import badge_of
from web.pages.views import Chip
from web.parts_of_day import PART_LABELS, PARTS_OF_DAY, midnight, parts_of_day
from web.texts import Texts, language_name
from web.times import Reader

_KEY = re.compile(r"([0-9]{1,17})-([0-9]{1,19})")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOST = (1 << 63) - 1
MOST_COMPANIES = 20
"""As many have a chip of their own: with two hundred allies these would be most of a page."""


@dataclass(frozen=True)
class Choice:
    """The filters that are on. `company` is a host name, `topic` a slug, `language` a code.

    `outside`: whatever isn't ours. `external`: what external sources list.
    """

    outside: bool = False
    external: bool = False
    free: bool = False
    language: str = ""
    company: str = ""
    topic: str = ""
    leaders: bool = False
    day: str = ""
    """As in `2026-12-24`, where the reader is."""
    at: str = ""
    """A part of the day, one of PARTS_OF_DAY."""
    where: str = ""
    """`online` or `place`."""
    past: bool = False
    """What is over, the latest first."""

    def query(self) -> str:
        """As it stands in the address, without the question mark; empty for no filter."""
        said = {name: "1" if value is True else value for name, value in vars(self).items() if value}
        return urlencode(said)

    def address_by_day(self, path: str) -> Callable[[date], str]:
        """The pages with these filters and what is on a day, for many days: quicker than one by one."""
        before = replace(self, day="", at="", where="", past=False).query()
        after = Choice(at=self.at, where=self.where).query()
        begins, ends = f"{path}?{before}{'&' if before else ''}day=", f"{'&' if after else ''}{after}"
        return lambda day: f"{begins}{day.isoformat()}{ends}"

    def address(self, path: str) -> str:
        """The page with these filters."""
        query = self.query()
        return f"{path}?{query}" if query else path


def choice_of(query: QueryParams) -> Choice:
    """The filters of an address; what can't be one is left out."""
    language = query.get("language", "")
    return Choice(
        outside=query.get("outside") == "1",
        external=query.get("external") == "1",
        free=query.get("free") == "1",
        language=language if re.fullmatch(r"[a-z]{2}", language) else "",
        company=query.get("company", "")[:260],
        topic=slug_of(query.get("topic", "")[:100]),
        leaders=query.get("leaders") == "1",
        day=_day(query.get("day", "")),
        at=_one_of(PARTS_OF_DAY, query.get("at", "")),
        where=_one_of(("online", "place"), query.get("where", "")),
        past=query.get("past") == "1",
    )


def _one_of(known: Iterable[str], given: str) -> str:
    return given if given in known else ""


def _day(given: str) -> str:
    """A date that every time zone has."""
    if not re.fullmatch(r"2[01][0-9]{2}-[0-9]{2}-[0-9]{2}", given):
        return ""
    try:
        return date.fromisoformat(given).isoformat()
    except ValueError:
        return ""


def session_filter(
    choice: Choice, companies: Sequence[Participant], reader: Reader | None = None
) -> SessionFilter:
    """The same as the query understands it; a company that nobody knows finds nothing.

    Days and their parts are those of `reader`; without one they are left out.
    """
    company_id = next((known.id for known in companies if known.host == choice.company), 0)
    day = date.fromisoformat(choice.day) if choice.day and reader else None
    return SessionFilter(
        since=midnight(day, reader.zone) if day and reader else None,
        until=midnight(day + timedelta(days=1), reader.zone) if day and reader else None,
        parts_of_day=parts_of_day(choice.at, reader.zone, reader.today, past=choice.past)
        if choice.at and reader
        else None,
        where="online" if choice.where == "online" else "place" if choice.where else None,
        past=choice.past,
        external=choice.outside,
        from_sources=choice.external,
        leaders=choice.leaders,
        free_places=choice.free,
        language=choice.language or None,
        topic=choice.topic or None,
        company_id=company_id if choice.company else None,
    )


class _Chips:
    """Chips for one page: each leads there with its filter turned over and the others kept."""

    def __init__(self, choice: Choice, path: str, texts: Texts) -> None:
        self.choice = choice
        self.path = path
        self.made = [Chip(texts.gettext("All"), path, choice == Choice())]
        if choice.topic:
            self.add(f"#{choice.topic}", replace(choice, topic=""), on=True)

    def add(self, label: str, turned: Choice, *, on: bool, company: Participant | None = None) -> None:
        """One more chip; `turned` is the choice that it leads to."""
        badge = badge_of(company) if company else None
        self.made.append(Chip(label, turned.address(self.path), on, badge))

    def add_outside(self, companies: Sequence[Participant], texts: Texts) -> None:
        """Whatever isn't ours, where there is something else."""
        if len(companies) > 1:
            turned = replace(self.choice, outside=not self.choice.outside)
            self.add(texts.gettext("From outside"), turned, on=self.choice.outside)

    def add_companies(self, companies: Sequence[Participant], texts: Texts) -> None:
        """One chip for each company, where there are several; of very many the first ones and the chosen one.

        The others are found where all of them stand.
        """
        for place, company in enumerate(companies if len(companies) > 1 else ()):
            on = self.choice.company == company.host
            if place < MOST_COMPANIES or on:
                turned = replace(self.choice, company="" if on else company.host)
                self.add(company.name, turned, on=on, company=company)
        if len(companies) > MOST_COMPANIES:
            self.made.append(Chip(texts.gettext("All companies"), "/alliance", on=False))


def session_chips(
    choice: Choice, path: str, companies: Sequence[Participant], texts: Texts, *, with_external: bool = False
) -> list[Chip]:
    """What sessions can be filtered by; `with_external` where there are external sources.

    What can only be chosen in the form has a chip while it is on, to take it back.
    """
    chips = _Chips(choice, path, texts)
    for label, turned in _chosen_in_form(choice, texts):
        chips.add(label, turned, on=True)
    chips.add_outside(companies, texts)
    if with_external or choice.external:
        turned = replace(choice, external=not choice.external)
        chips.add(texts.gettext("External"), turned, on=choice.external)
    chips.add(texts.gettext("Free places"), replace(choice, free=not choice.free), on=choice.free)
    other = "de" if texts.language == "en" else "en"
    label = texts.gettext("In German") if other == "de" else texts.gettext("In English")
    spoken = choice.language == other
    chips.add(label, replace(choice, language="" if spoken else other), on=spoken)
    chips.add_companies(companies, texts)
    return chips.made


def _chosen_in_form(choice: Choice, texts: Texts) -> list[tuple[str, Choice]]:
    chosen = []
    if choice.past:
        chosen.append((texts.gettext("Past"), replace(choice, past=False)))
    if choice.leaders:
        chosen.append((texts.gettext("Leaders share"), replace(choice, leaders=False)))
    if choice.day:
        shown = format_date(date.fromisoformat(choice.day), "d.M.y", locale=texts.language)
        chosen.append((shown, replace(choice, day="")))
    if choice.at:
        chosen.append((texts.gettext(PART_LABELS[choice.at]), replace(choice, at="")))
    if choice.where:
        label = texts.gettext("Online") if choice.where == "online" else texts.gettext("On site")
        chosen.append((label, replace(choice, where="")))
    if choice.language and choice.language not in ("de", "en"):
        chosen.append((language_name(choice.language, texts.language), replace(choice, language="")))
    return chosen


def expert_chips(choice: Choice, path: str, companies: Sequence[Participant], texts: Texts) -> list[Chip]:
    """What experts can be filtered by."""
    chips = _Chips(choice, path, texts)
    chips.add_outside(companies, texts)
    chips.add(texts.gettext("Leaders"), replace(choice, leaders=not choice.leaders), on=choice.leaders)
    chips.add_companies(companies, texts)
    return chips.made


def community_chips(
    choice: Choice, companies: Sequence[Participant], texts: Texts, *, mine: bool | None
) -> list[Chip]:
    """What communities can be filtered by; `mine`: whether only those are shown, None without any."""
    path = "/communities"
    chips = _Chips(choice, path, texts)
    if mine is not None:
        turned = choice.address(path)
        own = turned if mine else f"{turned}{'&' if '?' in turned else '?'}mine=1"
        chips.made.append(Chip(texts.gettext("Mine"), own, mine))
        chips.made[0] = replace(chips.made[0], on=chips.made[0].on and not mine)
    chips.add_outside(companies, texts)
    chips.add_companies(companies, texts)
    return chips.made


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


def expert_key_in(query: QueryParams) -> ExpertKey | None:
    """Where the page of experts before this one ended; None for the beginning."""
    number, _, name = query.get("after", "")[:300].partition("-")
    if not re.fullmatch(r"[0-9]{1,19}", number) or int(number) > _MOST:
        return None
    return ExpertKey(name, int(number))


def with_expert_key(address: str, key: ExpertKey | None) -> str | None:
    """The address of the page of experts that begins after `key`."""
    if key is None:
        return None
    return f"{address}{'&' if '?' in address else '?'}{urlencode({'after': f'{key.id}-{key.name}'})}"
