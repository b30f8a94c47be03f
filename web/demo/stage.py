"""Puts three companies on stage: their servers, their content, the alliances between them."""

import asyncio
import json
import multiprocessing.connection
import shutil
import signal
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType

from alliance.errors import Conflict
from alliance.settings import Settings
from alliance.signing_in import hash_password
from federation.failures import FetchFailed
from web.backups import sqlite_path
from web.command_line.listening import Listener, listen
from web.demo import rehearsal
from web.demo.content import COMPANIES, DemoCompany
from web.demo.progress import Storyteller
from web.demo.stage_alliance import (
    ally,
    attend,
    attend_at_home,
    change_minds,
    hold_together,
    see_each_other,
    until,
)
from web.demo.stage_circles import form_circles
from web.demo.stage_communities import found_communities, join_communities
from web.demo.stage_company import Cast, enter, fill, settings_in
from web.demo.stage_learning import have_learned
from web.demo.stage_library import fill_libraries
from web.demo.stage_newsletters import send_newsletters
from web.demo.stage_numbers import look_back, look_back_together
from web.demo.stage_series import hold_series, say_yes_to_turns
from web.demo.stage_servers import Servers
from web.demo.stage_stories import tell_stories
from web.demo.stage_wishes import ask_at_home, join_in

PASSWORD = "gemeinsam-lernen"
PROGRAMME = "demo.json"
"""Lies in the folder of a demo that was set up completely."""


def on_ports(ports: Sequence[int]) -> tuple[DemoCompany, ...]:
    """The companies of the demo, on ports of one's own choice."""
    return tuple(replace(company, port=port) for company, port in zip(COMPANIES, ports, strict=True))


def play(
    companies: Sequence[DemoCompany], data: Path | None, story: Storyteller, prepared: Path | None = None
) -> None:
    """Sets the stage up or resumes it, and serves until Ctrl-C; without `data` nothing of it is kept.

    `prepared` is a folder for the stage as it is set up, so that another evening begins with that at once.
    Raises WrongConfiguration when a port is taken, Conflict for a folder that was not finished.
    """
    with (
        _listeners(companies) as listeners,
        _folder(data) as folder,
        _servers() as servers,
        _until_told(),
    ):
        prepared = None if data else prepared
        if prepared and rehearsal.is_kept(prepared, companies):
            rehearsal.bring_back(prepared, folder)
        with story:
            asyncio.run(_perform(companies, folder, listeners, servers, story, prepared))
        _announce(companies, data, story)
        multiprocessing.connection.wait(servers.sentinels)
        servers.refuse_unless_alive()


async def _perform(
    companies: Sequence[DemoCompany],
    folder: Path,
    listeners: Sequence[Listener],
    servers: Servers,
    story: Storyteller,
    prepared: Path | None,
) -> None:
    """The first evening of a stage, or its reopening."""
    is_new = _is_new(folder, companies)
    story.says(f"{_list([company.name for company in companies])} open their doors.")
    casts = [await enter(settings, company) for settings, company in _settings(folder, companies)]
    try:
        for cast, listener in zip(casts, listeners, strict=True):
            servers.start(cast.settings, listener, folder / cast.company.key / "server.log")
        if is_new:
            await _fill(casts, story)
            await look_back(casts)
            await found_communities(casts)
            await attend_at_home(casts)
            await ask_at_home(casts)
            await have_learned(casts)
            await send_newsletters(casts)
        await until(lambda: _are_ready(casts, servers), "the start of the servers")
        if is_new:
            await ally(casts, story)
            await see_each_other(casts, story)
            await look_back_together(casts)
            await fill_libraries(casts)
            await tell_stories(casts)
            await join_communities(casts, story)
            await form_circles(casts, story)
            await attend(casts, story)
            await join_in(casts, story)
            await hold_together(casts, story)
            await hold_series(casts, story)
            await change_minds(casts, story)
            await say_yes_to_turns(casts)
            _finish(folder, companies)
            if prepared:
                rehearsal.keep(casts, folder, prepared)
    finally:
        for cast in casts:
            await cast.close()


def _settings(folder: Path, companies: Sequence[DemoCompany]) -> list[tuple[Settings, DemoCompany]]:
    """Of each company; nobody is founded before all databases are there."""
    first = settings_in(folder / companies[0].key, companies[0])
    others = (
        (settings_in(folder / company.key, company, sqlite_path(first)), company) for company in companies[1:]
    )
    return [(first, companies[0]), *others]


async def _are_ready(casts: Sequence[Cast], servers: Servers) -> bool:
    servers.refuse_unless_alive()
    for cast in casts:
        try:
            answer = await cast.federation.client.send("GET", f"{cast.settings.origin}/readyz", headers={})
        except FetchFailed:
            return False
        if answer.status != 200:
            return False
    return True


async def _fill(casts: Sequence[Cast], story: Storyteller) -> None:
    hashed = await asyncio.to_thread(hash_password, PASSWORD)
    await asyncio.gather(*(_fill_one(cast, hashed, story) for cast in casts))


async def _fill_one(cast: Cast, hashed: str, story: Storyteller) -> None:
    company = cast.company
    total = len(company.people) + len(company.sessions)
    with story.counting(f"{company.name} prepares its programme", total) as advance:
        await fill(cast, hashed, cast.federation.instance.clock.now(), advance)
    story.says(
        f"{company.name}: {len(company.people)} people, {len(company.experts)} of them experts, "
        f"offer {len(company.sessions)} sessions."
    )


def _is_new(folder: Path, companies: Sequence[DemoCompany]) -> bool:
    programme = folder / PROGRAMME
    if programme.exists():
        origins = json.loads(programme.read_text(encoding="utf-8"))["origins"]
        if origins != [company.origin for company in companies]:
            raise Conflict("The demo in {folder} was made for other ports.", folder=folder)
        return False
    if any((folder / company.key).exists() for company in companies):
        raise Conflict("The demo in {folder} was not finished. Remove that folder.", folder=folder)
    return True


def _finish(folder: Path, companies: Sequence[DemoCompany]) -> None:
    programme = {"origins": [company.origin for company in companies]}
    (folder / PROGRAMME).write_text(json.dumps(programme), encoding="utf-8")


def _announce(companies: Sequence[DemoCompany], data: Path | None, story: Storyteller) -> None:
    story.shows()
    for company in companies:
        email = next(person.email for person in company.people if person.key == company.sign_in)
        story.shows(f"  {company.name:12} {company.origin:34} sign in as {email}")
    story.shows(f"\n  The password is {PASSWORD} for everybody. Ready after {story.seconds:.1f} s.")
    kept = f"Everything is kept in {data}." if data else "Nothing is kept."
    story.shows(f"  Ctrl-C ends the demo. {kept}\n")


def _list(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"


@contextmanager
def _listeners(companies: Sequence[DemoCompany]) -> Iterator[list[Listener]]:
    """The ports, taken before anything else happens."""
    with ExitStack() as opened:
        yield [opened.enter_context(listen("127.0.0.1", company.port)) for company in companies]


@contextmanager
def _folder(data: Path | None) -> Iterator[Path]:
    """The folder that was named, or one that is gone afterwards."""
    if data is not None:
        data.mkdir(parents=True, exist_ok=True)
        yield data.resolve()
        return
    folder = Path(tempfile.mkdtemp(prefix="alliance-demo-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _servers() -> Iterator[Servers]:
    servers = Servers()
    try:
        yield servers
    finally:
        servers.stop()


@contextmanager
def _until_told() -> Iterator[None]:
    """Ends quietly at Ctrl-C and when asked to terminate."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    # A shell that starts us in the background lets us inherit that Ctrl-C is ignored.
    before = {
        signal.SIGTERM: signal.signal(signal.SIGTERM, interrupt),
        signal.SIGINT: signal.signal(signal.SIGINT, signal.default_int_handler),
    }
    try:
        yield
    except KeyboardInterrupt:
        pass
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
