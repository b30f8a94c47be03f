"""Which other hosts may talk to us, by where we stand with their company."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import select

from alliance.database import ReadingSession
from alliance.facts import Fact
from alliance.instance import Instance
from alliance.models import Company, Partner, Policies, Source
from alliance.models.domain_policy import Treatment
from alliance.queries.reports import blocked_actors, policies
from alliance.unit_of_work import UnitOfWork
from federation.remembering import Remembered
from federation.uris import host_of

# Of a host that is no partner yet, an instance with a list of allowed ones hears a request to ally.
KNOCKING = frozenset({"Follow"})
# What servers of external sources send; nothing else is taken from them by an instance with such a list.
TELLING = frozenset({"Accept", "Reject", "Create", "Update", "Delete", "Announce"})


class Admission(Remembered):
    """The state of every partner, remembered for a few seconds."""

    def __init__(self, instance: Instance) -> None:
        super().__init__(instance)
        self._states: dict[str, str] = {}
        self._source_hosts: frozenset[str] = frozenset()
        self._policies = Policies()
        self._blocked_actors: frozenset[str] = frozenset()
        self._expected: Counter[str] = Counter()

    async def look(self, db: ReadingSession) -> None:
        """Reads where we stand with everybody."""
        rows = await db.execute(
            select(Company.host, Partner.state).join(Partner, Partner.company_id == Company.id)
        )
        self._states = {row.host: row.state for row in rows}
        self._source_hosts = frozenset(await db.scalars(select(Source.host)))
        self._policies = await policies(db)
        self._blocked_actors = frozenset(await blocked_actors(db))

    def is_blocked(self, host: str) -> bool:
        """Whether nothing is taken from `host`: its company is blocked, or its domain is suspended."""
        return self._states.get(host) == "blocked" or self._policies.of(host).suspended

    def is_suspended(self, host: str) -> bool:
        """Whether a domain that `host` lies in is shut out: it gets no answer either."""
        return self._policies.of(host).suspended

    def refuses(self, actor_uri: str) -> bool:
        """Whether nothing is taken from this actor: by its domain, or because moderators block it."""
        return actor_uri in self._blocked_actors or self.is_suspended(host_of(actor_uri))

    async def treatment(self, host: str) -> Treatment:
        """How requests of ours treat `host`, as decided now."""
        await self.refresh()
        return self._policies.of(host)

    def is_partner(self, host: str) -> bool:
        """Whether we have something to do with `host`; behind a proxy only such hosts are called."""
        state = self._states.get(host)
        if self.is_suspended(host):
            return False
        if self._expected[host] and state is None:
            return True
        return state != "blocked" if state is not None else host in self._source_hosts

    @contextmanager
    def expecting(self, host: str) -> Iterator[None]:
        """Lets `host` be called while an administrator, who has typed its name, finds out who that is."""
        self._expected[host] += 1
        try:
            yield
        finally:
            self._expected[host] -= 1
            self._expected += Counter()  # forgets who is expected no more

    def is_allied(self, host: str) -> bool:
        """Whether `host` is the instance of a company that we are allied with."""
        return self._states.get(host) == "allied"

    def may_send(self, host: str, activity_type: str) -> bool:
        """Whether `host` may send us an activity of this type; with mode `open` everybody may."""
        if self._instance.settings.federation == "open" or activity_type in KNOCKING:
            return not self.is_blocked(host)
        if host in self._source_hosts and activity_type in TELLING:
            return not self.is_blocked(host)
        return self._states.get(host, "left") not in ("left", "blocked")

    async def hear(self, uow: UnitOfWork, fact: Fact) -> None:
        """Listener for everything that changes the state of a partner."""
        uow.after_commit(self.forget)
