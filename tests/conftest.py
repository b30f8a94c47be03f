"""What tests are given: a clock that stands still, settings, databases built by the migrations, an app."""

import gc
import os
import shutil
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any, cast

import httpx
import hypothesis
import pytest
import structlog
from playwright.async_api import Browser

from alliance.database import ReadingSession
from alliance.instance import Instance
from alliance.settings import Settings
from alliance.unit_of_work import UnitOfWork
from alliance.vault import create_secret_file
from federation import outbound
from federation.keys import take_key_pairs_from
from federation.wiring import Federation
from tests.support.asked import Recorder, leave_out
from tests.support.browser import chromium
from tests.support.client import client_of
from tests.support.clock import FrozenClock
from tests.support.compiling import share_what_is_compiled
from tests.support.databases import Databases, Kind
from tests.support.founding import Founded, found
from tests.support.key_store import KeyStore
from tests.support.postgres import PostgresServer
from tests.support.run_folder import new_run_folder
from tests.support.spares import Spares

RUN = pytest.StashKey[Path]()
KEYS = pytest.StashKey[KeyStore]()
SPARES = pytest.StashKey[Spares]()
HELD_BACK = pytest.StashKey[list[tuple[str, str]]]()
RECORDER = pytest.StashKey[Recorder]()
TESTS = Path(__file__).parent
ONCE = frozenset(
    {"apps", "cluster", "demo", "deploy", "fuzz", "journeys", "networks", "oidc", "others", "peers"}
    | {"test_architecture.py", "test_translations.py"}
)
LONG = frozenset({"cluster", "demo", "faults", "journeys", "oidc", "peers"})

# Deadlines per example say more about the machine than about the code. The same commit gives the same
# examples; new ones are looked for by `make check` and `make fuzz`.
hypothesis.settings.register_profile(
    "tests", deadline=None, max_examples=60, print_blob=True, derandomize=True
)
hypothesis.settings.register_profile(
    "looking", deadline=None, max_examples=200, print_blob=True, derandomize=False
)
hypothesis.settings.register_profile(
    "fuzz", deadline=None, max_examples=1_000_000, print_blob=True, derandomize=False
)
hypothesis.settings.load_profile("tests")


def pytest_addoption(parser: pytest.Parser) -> None:
    """For two runs of which the second asks its database nothing that the first has asked another already."""
    parser.addoption(
        "--note-asked", type=Path, help="a folder: note there what each test asks of the database"
    )
    parser.addoption("--asked-already", type=Path, help="that folder: leave out what asks nothing new")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """One folder for the run, shared by the processes that pytest-xdist starts; `tmp_path` lies in it."""
    share_what_is_compiled()
    config.stash[KEYS] = KeyStore()
    take_key_pairs_from(config.stash[KEYS].take)
    config.stash[HELD_BACK] = []
    _hear_what_is_held_back(config.stash[HELD_BACK])
    # The default renders every traceback with all its variables, in colour: a second for each.
    render: list[Any] = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    structlog.configure(processors=[structlog.processors.add_log_level, *render])
    if (folder := config.option.note_asked) is not None:
        config.stash[RECORDER] = Recorder(folder)
    worker = getattr(config, "workerinput", None)
    config.stash[SPARES] = Spares()
    config.stash[RUN] = Path(worker["run"]) if worker else new_run_folder()
    # Short, because the names of sockets in it are at most 107 bytes long.
    name = worker["workerid"] if worker else "tmp"
    if worker or not config.option.basetemp:
        config.option.basetemp = str(config.stash[RUN] / name)


def _hear_what_is_held_back(found: list[tuple[str, str]]) -> None:
    """For the whole run, so that worlds that tests share are heard, too."""
    say_so = outbound.tell_held_back

    def heard(kind: str, field: str) -> None:
        found.append((kind, field))
        say_so(kind, field)

    pytest.MonkeyPatch().setattr(outbound, "tell_held_back", heard)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tells a process of pytest-xdist where that folder is."""
    node.workerinput["run"] = str(node.config.stash[RUN])


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stops what was started in the run's folder and removes it."""
    config.stash[SPARES].close()
    if not hasattr(config, "workerinput"):
        PostgresServer(config.stash[RUN]).stop()
        shutil.rmtree(config.stash[RUN], ignore_errors=True)


def pytest_itemcollected(item: pytest.Item) -> None:
    """What runs other programs, or only lasts long, tells no more on a second Python or database."""
    if _folder(item) in ONCE:
        item.add_marker(pytest.mark.once)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The longest first: begun last, they would let one core wait, and divided, found a world twice."""
    if (folder := config.option.asked_already) is not None:
        config.hook.pytest_deselected(items=leave_out(items, folder))
    items.sort(key=lambda item: _folder(item) not in LONG)


def _folder(item: pytest.Item) -> str:
    return item.path.relative_to(TESTS).parts[0]


def pytest_collection_finish() -> None:
    """What is loaded by now stays: looking through it for rubbish again and again finds none."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Notes what the test and its fixtures ask, if that is wanted."""
    recorder = item.config.stash.get(RECORDER, None)
    with recorder.during(item) if recorder else nullcontext():
        return (yield)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Every test is given the same keys in the same order."""
    item.config.stash[KEYS].rewind()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Whatever touches a database runs on every kind that ALLIANCE_TEST_DATABASE names (default: sqlite)."""
    if "databases" in metafunc.fixturenames:
        chosen = os.environ.get("ALLIANCE_TEST_DATABASE", "sqlite").split(",")
        metafunc.parametrize("databases", chosen, indirect=True)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes and what shows its place in memory are no names: all processes must collect the same tests."""
    return argname if isinstance(val, bytes) or " object at 0x" in repr(val) else None


@pytest.fixture
def anyio_backend() -> str:
    """Coroutines run on asyncio, as in production."""
    return "asyncio"


@pytest.fixture(autouse=True)
def held_back(request: pytest.FixtureRequest) -> Iterator[list[tuple[str, str]]]:
    """Kinds and fields of our documents that are on no list of `federation/outbound.py`: none may be left.

    Where a test makes such a field on purpose, it says which and clears the list.
    """
    found = request.config.stash[HELD_BACK]
    yield found
    left = sorted(set(found))
    found.clear()
    assert not left, f"held back, because federation/outbound.py does not list it: {left}"


@pytest.fixture
def clock() -> FrozenClock:
    """A Monday morning that lasts until the test moves it."""
    return FrozenClock()


@pytest.fixture
def databases(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Databases]:
    """As many databases as a test asks for, all of the kind it runs on."""
    stash = request.config.stash
    made = Databases(cast(Kind, request.param), run=stash[RUN], folder=tmp_path, spares=stash[SPARES])
    yield made
    made.drop_all()


@pytest.fixture
def settings(databases: Databases, tmp_path: Path) -> Settings:
    """Nordlicht's settings: an origin with TLS, a migrated database, a secret, a folder of its own."""
    secret = tmp_path / "alliance.secret"
    create_secret_file(secret)
    return Settings(
        origin="https://nordlicht.example",
        database=databases.new(),
        secret_file=secret,
        media=tmp_path / "media",
    )


@pytest.fixture
async def instance(settings: Settings, clock: FrozenClock) -> AsyncIterator[Instance]:
    """An instance on an empty, migrated database; nobody listens to its facts."""
    opened = Instance(settings, clock=clock)
    yield opened
    await opened.close()


@pytest.fixture
async def founded(instance: Instance) -> Founded:
    """The same instance with a home company, an administrator and an employee."""
    return await found(instance)


@pytest.fixture
async def federation(instance: Instance) -> AsyncIterator[Federation]:
    """Federation of the same instance, which hears its facts from now on; nothing is worked off by itself."""
    opened = await Federation.open(instance)
    yield opened
    await opened.close()


@pytest.fixture
async def client(federation: Federation) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the instance's application, without a socket between them; `founded` gives it a company."""
    async with client_of(federation) as opened:
        yield opened


@pytest.fixture
async def uow(instance: Instance) -> AsyncIterator[UnitOfWork]:
    """A unit of work that commits when the test is over."""
    async with instance.unit_of_work() as opened:
        yield opened


@pytest.fixture
async def db(instance: Instance) -> AsyncIterator[ReadingSession]:
    """A handle for looking only."""
    async with instance.reading() as opened:
        yield opened


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A real Chromium; `await browser.new_context(locale="de-DE")` is one person's."""
    async with chromium() as opened:
        yield opened
