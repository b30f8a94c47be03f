"""What a company says of its people for the matching of another one: tokens that tell nobody who they are."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from alliance.circle_calls import avoided_by
from alliance.circle_codes import digest, digest_of_code
from alliance.models import CirclePlace, Company, Partner
from alliance.unit_of_work import UnitOfWork

WORDS = "circle.words"
"""The purpose with which it is sealed what another company says for the matching alone."""
MOST_ALLIES = 100


@dataclass(frozen=True)
class Words:
    """Digests of its own code and the one it wants, tokens of whom it shall not meet and of allied hosts."""

    code: str = ""
    wanted: str = ""
    apart: tuple[str, ...] = ()
    allies: tuple[str, ...] = ()


def ally_token(one: str, other: str) -> str:
    """That the companies on these two hosts are allied, for whoever knows both."""
    return digest("\n".join(["circle allies", *sorted((one, other))]))


async def ally_tokens(db: AsyncSession, home_host: str) -> tuple[str, ...]:
    """With whom we are allied now."""
    hosts = await db.scalars(
        select(Company.host)
        .join(Partner, Partner.company_id == Company.id)
        .where(Partner.state == "allied")
        .order_by(Company.host)
        .limit(MOST_ALLIES)
    )
    return tuple(sorted(ally_token(home_host, host) for host in hosts))


def our_words(uow: UnitOfWork, places: Sequence[CirclePlace], allies: tuple[str, ...]) -> dict[int, Words]:
    """For each of our places in one call what its company says for the matching; all of them are given."""
    by_person = {place.person_id: place for place in places}
    apart: dict[int, set[str]] = {place.id: set() for place in places}
    for place in places:
        for person_id in avoided_by(uow, place):
            other = by_person.get(person_id)
            if other is not None:
                low, high = sorted((place.id, other.id))
                token = uow.vault.mark(f"circle-apart:{place.call_id}:{low}:{high}")
                apart[place.id].add(token)
                apart[other.id].add(token)
    return {
        place.id: Words(
            digest_of_code(place.own_code),
            digest_of_code(_wanted_code(place, by_person)),
            tuple(sorted(apart[place.id])),
            allies,
        )
        for place in places
    }


def _wanted_code(place: CirclePlace, by_person: dict[int | None, CirclePlace]) -> str:
    other = by_person.get(place.partner_id) if place.partner_id is not None else None
    if other is not None and other.partner_id == place.person_id:
        return other.own_code
    return place.pair_code


def pairs_of(places: Sequence[CirclePlace], words: dict[int, Words]) -> dict[int, str]:
    """Who stays with whom by a code, in both directions, by number; where two want the same one, nobody."""
    codes = {place.id: (words[place.id].code, words[place.id].wanted) for place in places}
    for place in places:
        if place.person_id is not None:
            codes[place.id] = (digest_of_code(place.own_code), digest_of_code(place.pair_code))
    owner = {code: number for number, (code, _) in codes.items() if code}
    wanting: dict[int, list[int]] = {}
    for number, (_, wanted) in codes.items():
        other = owner.get(wanted) if wanted else None
        if other is not None and other != number:
            wanting.setdefault(other, []).append(number)
    pairs: dict[int, str] = {}
    for number, those in sorted(wanting.items()):
        wanted = codes[number][1]
        if len(those) == 1 and (not wanted or owner.get(wanted) == those[0]):
            pairs[number], pairs[those[0]] = str(those[0]), str(number)
    return pairs


def forget_words(uow: UnitOfWork, place: CirclePlace) -> None:
    """After the matching only which companies are allied is still needed, where somebody is asked later."""
    if place.words is not None:
        place.words = seal_words(uow, Words(allies=words_of(uow, place).allies))


def seal_words(uow: UnitOfWork, words: Words) -> bytes:
    """Another company's words, as they are kept until the circles are published."""
    kept = {"code": words.code, "wanted": words.wanted, "apart": words.apart, "allies": words.allies}
    return uow.vault.seal(json.dumps(kept), WORDS)


def words_of(uow: UnitOfWork, place: CirclePlace) -> Words:
    """What was said about somebody of another company."""
    if place.words is None:
        return Words()
    told = json.loads(uow.vault.open(place.words, WORDS))
    return Words(told["code"], told["wanted"], tuple(told["apart"]), tuple(told["allies"]))
