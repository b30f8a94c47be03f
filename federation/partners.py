"""Finds out over the network who another company is, before anybody says yes."""

import asyncio
from typing import TYPE_CHECKING, ClassVar

from alliance.errors import Conflict, Invalid
from alliance.introductions import Introduction
from alliance.queries.partners import partner_with_origin
from alliance.text import plain_text
from federation import failures
from federation.actor_keys import listed_keys
from federation.fetch import Budget, Document
from federation.keys import fingerprint
from federation.signatures import KeyKind
from federation.uris import Uris, host_of, origin_of
from federation.vocabulary.actor import Actor, Card, parse_actor
from federation.vocabulary.values import Malformed
from federation.webfinger import Typed, find_instance, read_typed, software_of

if TYPE_CHECKING:
    from federation.wiring import Federation

SOFTWARE = "alliance"
MAX_SECONDS = 25.0
MAX_FETCHES = 14
_CANNOT_INVITE = {
    "allied": "You are allied with {name} already.",
    "paused": "The alliance with {name} is paused. Resume it instead.",
    "blocked": "{name} is blocked. Unblock it first.",
}


class NotAnAlliance(failures.FetchFailed):
    """There is a server, but it is not an instance of an alliance."""

    default_sentence = "{host} is not an alliance server."
    is_permanent: ClassVar[bool] = True


class OtherSoftware(NotAnAlliance):
    """There is a server of another kind; `software` is what it calls itself."""

    default_sentence = "{host} is not an alliance server: it runs {software}."


class LivesElsewhere(failures.FetchFailed):
    """The server sends us on to another host."""

    default_sentence = "{host} sends us on to {other}. If that is the company you mean, invite {other}."
    is_permanent: ClassVar[bool] = True


async def introduce(federation: "Federation", text: str) -> Introduction:
    """Who the company is that a person names by host, by handle or by address; nothing is stored.

    Raises Invalid and Conflict for what can't be invited, FetchFailed for what can't be reached or is no
    alliance server; each with a sentence.
    """
    settings = federation.instance.settings
    if not text.strip():
        raise Invalid("Please type the host of the other company, such as lernen.example.", field="host")
    typed = read_typed(text, plain_http=settings.danger_private_networks)
    if typed.origin == settings.origin or typed.host == settings.host:
        raise Conflict("That is your own company.")
    await _refuse_known(federation, typed)
    try:
        with federation.admission.expecting(typed.host):
            async with asyncio.timeout(MAX_SECONDS):
                return await _introduced(federation, typed)
    except TimeoutError as error:
        raise failures.TimedOut(typed.host, detail=f"{MAX_SECONDS} s for everything") from error


async def introduce_instance(federation: "Federation", instance_uri: str, budget: Budget) -> Introduction:
    """The company behind an instance actor that has come to us. Raises FetchFailed, Malformed."""
    document = await federation.fetcher.document(instance_uri, budget)
    if document.id != instance_uri:
        raise Malformed("an instance that calls itself otherwise")
    return await _of_instance(federation, document, budget)


async def _refuse_known(federation: "Federation", typed: Typed) -> None:
    async with federation.instance.reading() as db:
        partner = await partner_with_origin(db, typed.origin)
    if partner is not None and partner.state in _CANNOT_INVITE:
        raise Conflict(_CANNOT_INVITE[partner.state], name=partner.company.name)


async def _introduced(federation: "Federation", typed: Typed) -> Introduction:
    budget = Budget(MAX_FETCHES)
    try:
        found = await find_instance(federation.fetcher, typed, budget)
        document = await _instance_of(federation, found.document, budget)
        if origin_of(document.id) != typed.origin:
            raise LivesElsewhere(typed.host, other=host_of(document.id))
        return await _of_instance(federation, document, budget)
    except (
        failures.NoServer,
        failures.NotAnActivity,
        failures.BadDocument,
        failures.WrongId,
        failures.AnsweredStatus,
        NotAnAlliance,
    ) as failure:
        await _tell_software(federation, typed, failure)
        raise


async def _tell_software(federation: "Federation", typed: Typed, failure: failures.FetchFailed) -> None:
    """Raises OtherSoftware when the server says what it is; else the first failure says enough."""
    try:
        software = await software_of(federation.fetcher, typed.origin, Budget(3))
    except failures.FetchFailed:
        return
    if software and not _is_alliance(software):
        raise OtherSoftware(typed.host, software=software, detail=failure.detail) from failure


async def _instance_of(federation: "Federation", document: Document, budget: Budget) -> Document:
    """The instance actor, also when the handle of the company's account was typed."""
    card = _read(document).card
    if card is not None and card.instance is not None and card.instance != document.id:
        return await federation.fetcher.document(card.instance, budget)
    return document


async def _of_instance(federation: "Federation", document: Document, budget: Budget) -> Introduction:
    """Reads instance and company, which must name each other on one origin."""
    origin = origin_of(document.id)
    instance = _read(document)
    card = instance.card
    if instance.type != "Application" or card is None or card.company is None:
        raise NotAnAlliance(host_of(document.id), detail=f"{instance.type} without a company")
    is_reachable = instance.shared_inbox == Uris(origin).shared_inbox
    if origin_of(card.company) != origin or card.instance != document.id or not is_reachable:
        raise NotAnAlliance(host_of(document.id), detail="accounts of several hosts")
    company = _read(await federation.fetcher.document(card.company, budget))
    if company.id != card.company or company.type != "Group" or not _names(company.card, document.id):
        raise NotAnAlliance(host_of(document.id), detail="its company does not name it")
    software = await software_of(federation.fetcher, origin, budget)
    if not _is_alliance(software):
        raise OtherSoftware(host_of(document.id), software=software)
    return _introduction(federation, document, company, card, software)


def _introduction(
    federation: "Federation", document: Document, company: Actor, card: Card, software: str
) -> Introduction:
    keys = listed_keys(document.data, federation.instance.clock.now())
    prints = [fingerprint(listed.key) for listed in keys if listed.key.kind is KeyKind.RSA]
    if not prints:
        raise NotAnAlliance(host_of(document.id), detail="an instance without key")
    return Introduction(
        origin=origin_of(document.id),
        host=host_of(document.id),
        name=company.name or host_of(document.id),
        handle=company.username,
        summary=plain_text(company.summary),
        hue=card.hue,
        language=card.language,
        timezone=card.timezone,
        software=software,
        uri=company.id,
        instance_uri=document.id,
        key_fingerprint=prints[0],
    )


def _read(document: Document) -> Actor:
    try:
        return parse_actor(dict(document.data))
    except Malformed as error:
        raise NotAnAlliance(host_of(document.id), detail=error.reason) from error


def _names(card: Card | None, instance_uri: str) -> bool:
    return card is not None and card.instance == instance_uri


def _is_alliance(software: str) -> bool:
    return software.partition(" ")[0] == SOFTWARE
