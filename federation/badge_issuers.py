"""Who issues the badges that may be verified here: our own company and its allies, and nobody is asked else.

What an ally says of its keys and of void badges is fetched under the rules of every fetch, kept for minutes,
and asked for by strangers as seldom as by our own people.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from alliance.models import Company
from alliance.queries.companies import home_company
from federation.badges import ISSUER_PATH, REVOKED_PATH, issuer_document, issuer_uri, revocation_list
from federation.bounded_json import Unreadable
from federation.failures import BadDocument, BudgetSpent, FetchFailed
from federation.fetch import Budget, read_answer
from federation.recent import Recent
from federation.signatures import PublicKey, Reason, Rejection, rejection
from federation.signatures.material import public_key_from_multibase
from federation.uris import host_of, origin_of

if TYPE_CHECKING:
    from federation.wiring import Federation

KEPT_FOR = timedelta(minutes=5)
FAILURE_KEPT_FOR = timedelta(minutes=1)
MOST_KEPT = 500
MOST_KEYS = 50
MOST_BADGES_A_MINUTE = 30
MOST_REVOKED = 50_000
_JSON = "application/json"

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Issuer:
    """A company whose badges are believed: `keys` by their ids, each with the moment it was given up."""

    name: str
    hue: int
    is_home: bool
    keys: Mapping[str, tuple[PublicKey, datetime | None]]
    revoked: frozenset[str]

    def key(self, key_id: str) -> PublicKey:
        """Raises Rejection(KEY_NOT_FOUND)."""
        if key_id not in self.keys:
            raise rejection(Reason.KEY_NOT_FOUND, "the issuer does not list this key")
        return self.keys[key_id][0]


class Issuers:
    """Finds issuers; one for each process."""

    def __init__(self, federation: "Federation") -> None:
        self._federation = federation
        clock = federation.instance.clock
        self._known: Recent[str, tuple[Json, Json]] = Recent(MOST_KEPT, KEPT_FOR, clock)
        self._failed: Recent[str, FetchFailed] = Recent(MOST_KEPT, FAILURE_KEPT_FOR, clock)
        self._fetched: Recent[str, list[int]] = Recent(MOST_KEPT, timedelta(minutes=1), clock)
        # One for each ally, so that a slow one keeps nobody waiting who asks about another.
        self._at_it: dict[str, asyncio.Lock] = {}

    async def find(self, uri: str) -> Issuer | None:
        """The issuer with this identity; None for everybody but our own company and its allies.

        Nobody is asked before that is known. Raises FetchFailed when an ally can't be asked.
        """
        origin = origin_of(uri)
        if uri != issuer_uri(origin):
            return None
        federation = self._federation
        if origin == federation.instance.settings.origin:
            return await self._home()
        await federation.admission.refresh()
        if not federation.admission.is_allied(host_of(uri)):
            return None
        async with federation.instance.reading() as db:
            company = await db.scalar(select(Company).where(Company.origin == origin))
        if company is None:
            return None
        said, revoked = await self._asked(origin)
        return _issuer(company, said, revoked)

    async def _home(self) -> Issuer:
        origin = self._federation.instance.settings.origin
        async with self._federation.instance.reading() as db:
            home = await home_company(db)
            return _issuer(home, await issuer_document(db, origin), await revocation_list(db, origin))

    async def _asked(self, origin: str) -> tuple[Json, Json]:
        """What an ally says, asked at most every five minutes, by one of us at a time."""
        async with self._at_it.setdefault(origin, asyncio.Lock()):
            known = self._known.get(origin)
            if known is not None:
                return known
            failed = self._failed.get(origin)
            if failed is not None:
                raise failed
            try:
                found = (
                    await self._document(origin + ISSUER_PATH),
                    await self._document(origin + REVOKED_PATH),
                )
            except FetchFailed as failure:
                self._failed.put(origin, failure)
                raise
            self._known.put(origin, found)
            return found

    def count(self, host: str) -> None:
        """One more badge of an ally that is fetched for somebody. Raises BudgetSpent beyond 30 a minute."""
        fetched = self._fetched.get(host)
        if fetched is None:
            fetched = [0]
            self._fetched.put(host, fetched)
        fetched[0] += 1
        if fetched[0] > MOST_BADGES_A_MINUTE:
            raise BudgetSpent(host)

    async def _document(self, url: str) -> Json:
        answer = await self._federation.fetcher.get(url, _JSON, Budget(4))
        if origin_of(answer.url) != origin_of(url):
            raise BadDocument(answer.host, detail="led to another server")
        try:
            data = read_answer(answer)
        except Unreadable as error:
            raise BadDocument(answer.host, detail=str(error)) from error
        if data.get("id") != url:
            raise BadDocument(answer.host, detail=f"calls itself {data.get('id')!r}"[:300])
        return data


def _issuer(company: Company, said: Json, revoked: Json) -> Issuer:
    return Issuer(
        name=company.name,
        hue=company.hue,
        is_home=company.is_home,
        keys=_keys(said),
        revoked=_revoked(revoked),
    )


def _keys(said: Json) -> dict[str, tuple[PublicKey, datetime | None]]:
    """Keys that the issuer controls and uses for assertions; what can't be read is left out."""
    issuer, methods, used = said.get("id"), said.get("verificationMethod"), said.get("assertionMethod")
    if not isinstance(issuer, str) or not isinstance(methods, list) or not isinstance(used, list):
        return {}
    found = {}
    for method in methods[:MOST_KEYS]:
        if not isinstance(method, dict) or method.get("controller") != issuer or "revoked" in method:
            continue
        key_id, multibase = method.get("id"), method.get("publicKeyMultibase")
        if not isinstance(key_id, str) or not isinstance(multibase, str) or key_id not in used[:MOST_KEYS]:
            continue
        if key_id.partition("#")[0] != issuer or method.get("type") != "Multikey":
            continue
        try:
            key = public_key_from_multibase(key_id, issuer, multibase)
            found[key_id] = key, _moment(method.get("expires"))
        except (Rejection, ValueError):
            continue
    return found


def _moment(said: object) -> datetime | None:
    """Raises ValueError for what is no moment."""
    if said is None:
        return None
    moment = datetime.fromisoformat(str(said))
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone")
    return moment


def _revoked(said: Json) -> frozenset[str]:
    """The ids of void badges, listed as texts or as objects."""
    listed = said.get("revokedCredential")
    if not isinstance(listed, list):
        return frozenset()
    ids = (one.get("id") if isinstance(one, dict) else one for one in listed[:MOST_REVOKED])
    return frozenset(one for one in ids if isinstance(one, str))
