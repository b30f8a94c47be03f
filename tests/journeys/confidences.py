"""A journey that leaves secrets behind: meeting links and the personal links of those who go."""

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

from tests.journeys.devices import DESK
from tests.journeys.somebody import Somebody
from tests.journeys.world import World
from tests.support.companies import CompanyProcess

# The next number of a session of one audience does not matter; its title does.
PUBLIC, ALLIED = "Offen für alle", "Nur unter Verbündeten"


@dataclass(frozen=True)
class Confidences:
    """What must be nowhere: needles by what they are, each long and random; and who knows them."""

    world: World
    meeting: dict[str, str]
    personal: dict[str, str]
    knowing_page: str
    """What Mia reads, who goes."""
    hosting_page: str
    """What Lena reads, who hosts."""

    @property
    def needles(self) -> dict[str, str]:
        """All of them."""
        return self.meeting | self.personal


async def confide(world: World) -> Confidences:
    """Lena offers two sessions; Mia joins both and leaves one again, Ole joins one: three personal links."""
    lena = await world.somebody(world.nordlicht, DESK)
    mia = await world.somebody(world.alpenwerk, DESK)
    ole = await world.somebody(world.hansewerft, DESK)
    rooms = {title: secrets.token_hex(12) for title in (PUBLIC, ALLIED)}
    codes = {title: secrets.token_hex(8) for title in (PUBLIC, ALLIED)}
    hosting = ""
    for title, audience in ((PUBLIC, "public"), (ALLIED, "alliance")):
        link = f"{world.room.link(rooms[title])}?pwd={codes[title]}"
        await lena.offer(title, link=link, audience=audience)
        hosting += await lena.page.content()
    personal = {
        "Mia's former link": await _joined(mia, PUBLIC),
        "Mia's link": await _joined(mia, ALLIED),
        "Ole's link": await _joined(ole, ALLIED),
    }
    knowing = await mia.page.content()
    await mia.press(mia.panel.get_by_role("link", name=mia.say("To the meeting")))
    await mia.opens(PUBLIC)
    await mia.leaves()
    return Confidences(
        world=world,
        meeting={f"the room of {title}": room for title, room in rooms.items()}
        | {f"the passcode of {title}": code for title, code in codes.items()},
        personal=personal,
        knowing_page=knowing,
        hosting_page=hosting,
    )


async def _joined(one: Somebody, title: str) -> str:
    """Joins and returns the secret part of the personal link, which nobody can guess."""
    await one.opens(title)
    await one.joins()
    return (await one.personal_link()).partition("-")[2]


def documents_of(company: CompanyProcess) -> list[str]:
    """The paths of everything that this company has given an address, whoever may read it."""
    found = ["/actor", "/company", "/partners", "/.well-known/nodeinfo", "/nodeinfo/2.1"]
    found += [f"/company/{name}" for name in ("outbox", "followers", "following", "featured", "upcoming")]
    found += [f"/actor/{name}" for name in ("outbox", "followers", "following")]
    found.append(f"/.well-known/webfinger?resource=acct:alliance@{company.host}")
    for person in _numbers(company, "SELECT id FROM person"):
        found += [f"/people/{person}", *(f"/people/{person}/{name}" for name in ("outbox", "followers"))]
    found += [f"/sessions/{session}" for session in _numbers(company, "SELECT id FROM session")]
    found += [f"/activities/{activity}" for activity in _numbers(company, "SELECT id FROM outbox_activity")]
    return found


def rows_of(company: CompanyProcess) -> Iterator[tuple[str, bytes]]:
    """Every value of every table, as bytes, with the name of its column."""
    with closing(sqlite3.connect(f"file:{company.database}?mode=ro", uri=True, timeout=30)) as db:
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            cursor = db.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - a name from the schema
            columns = [column[0] for column in cursor.description]
            for row in cursor:
                for column, value in zip(columns, row, strict=True):
                    if isinstance(value, str | bytes):
                        stored = value if isinstance(value, bytes) else value.encode()
                        yield f"{table}.{column}", stored


def _numbers(company: CompanyProcess, query: str) -> list[int]:
    with closing(sqlite3.connect(f"file:{company.database}?mode=ro", uri=True, timeout=30)) as db:
        return [row[0] for row in db.execute(query)]
