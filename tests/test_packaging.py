"""What is installed is what was written: the wheel, the command in an empty environment, the locks."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.support.source import ROOT, sources

PACKAGES = ("alliance", "federation", "web", "migrations")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = ROOT / "requirements.lock"
DEVELOPING = ROOT / "requirements-dev.lock"
TRACING = ROOT / "requirements-otel.lock"
# Needed without being imported, and why.
NOT_IMPORTED = {
    "aiosqlite": "SQLAlchemy's driver for SQLite",
    "httptools": "uvicorn parses HTTP with it",
    "opentelemetry-sdk": "shares the name of its module with its exporter",
    "python-multipart": "starlette reads forms with it",
    "setuptools": "httpsig imports pkg_resources",
    "tzdata": "zoneinfo's data where the system has none",
    "uvloop": "uvicorn runs on it",
    "websockets": "uvicorn speaks WebSocket through it",
}
PIN = re.compile(r"^(?P<name>[a-z0-9-]+)==(?P<version>\S+)", re.MULTILINE)
INDEX = re.compile(r"pypi\.or[g]|pythonhosted\.or[g]|registry\.npmj[s]|deb\.debian\.or[g]|--index-ur[l] ")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as pip builds it from a clean copy of the source."""
    return built(tmp_path_factory.mktemp("source"))


def built(source: Path) -> Path:
    """The wheel, built in an empty folder at a moment that is told (reproducible-builds.org)."""
    litter = shutil.ignore_patterns("__pycache__", "*.egg-info")
    for package in PACKAGES:
        shutil.copytree(ROOT / package, source / package, ignore=litter)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    run(
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--no-index",
        "--no-deps",
        "--no-build-isolation",
        ".",
        cwd=source,
        SOURCE_DATE_EPOCH="1795392000",
    )
    return next(source.glob("alliance-*.whl"))


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel and its dependencies in it, and no way to the source."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False, symlinks=True)
    python = folder / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python)]
    run(*pip, "install", "--no-index", "--no-deps", str(wheel))
    here = f"lib/python{sysconfig.get_python_version()}/site-packages"
    # The lines of a .pth file are folders; what stands in their own .pth files (our source) is not followed.
    (folder / here / "dependencies.pth").write_text(sysconfig.get_path("platlib") + "\n", encoding="utf-8")
    return folder


def run(*command: str, cwd: Path | None = None, **more: str) -> str:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("ALLIANCE_")}
    done = subprocess.run(command, cwd=cwd, env=environ | more, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_wheel_holds_every_file_of_the_packages(wheel: Path) -> None:
    written = {
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    packed = set(zipfile.ZipFile(wheel).namelist())

    assert written - packed == set()


def test_the_wheel_holds_nothing_else(wheel: Path) -> None:
    rooms = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}

    assert {room for room in rooms if not room.endswith(".dist-info")} == set(PACKAGES)


@pytest.mark.once
def test_the_wheel_is_the_same_whoever_builds_it(wheel: Path, tmp_path: Path) -> None:
    source = tmp_path / "elsewhere"
    source.mkdir(0o700)

    again = built(source)

    assert hashlib.sha256(again.read_bytes()).digest() == hashlib.sha256(wheel.read_bytes()).digest()


def test_the_command_explains_itself_in_an_empty_environment(environment: Path, tmp_path: Path) -> None:
    said = run(str(environment / "bin" / "alliance"), "--help", cwd=tmp_path)

    assert "serve" in said
    assert "demo" in said


def test_a_company_can_be_founded_in_an_empty_environment(environment: Path, tmp_path: Path) -> None:
    alliance = str(environment / "bin" / "alliance")

    run(
        alliance,
        "init",
        "--company",
        "Nordlicht Optik",
        "--origin",
        "https://nordlicht.example",
        cwd=tmp_path,
    )

    assert (tmp_path / "alliance.db").exists()
    assert (tmp_path / "alliance.secret").stat().st_mode & 0o077 == 0


def test_the_wheel_s_pages_are_complete(environment: Path, tmp_path: Path) -> None:
    """Templates, translations and static files are found from within the package."""
    look = "from web.templating import environment, static; from web.texts import translations; " + (
        "assert environment('de').list_templates(); assert static('css/base.css'); "
        "assert translations('de').ugettext('Save') != 'Save'"
    )

    run(str(environment / "bin" / "python"), "-c", look, cwd=tmp_path)


@pytest.mark.parametrize("lock", [LOCK, DEVELOPING, TRACING], ids=lambda path: path.name)
def test_a_lock_has_versions_and_hashes_and_no_address(lock: Path) -> None:
    entries = [entry for entry in re.split(r"\n(?=[a-z])", lock.read_text(encoding="utf-8")) if "==" in entry]

    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
    assert "://" not in lock.read_text(encoding="utf-8")


def test_the_lock_names_every_dependency() -> None:
    wanted = {name(line) for line in PROJECT["project"]["dependencies"]}
    tools = {name(line) for line in PROJECT["dependency-groups"]["dev"]}

    assert wanted - pins(LOCK).keys() == set()
    assert tools - pins(DEVELOPING).keys() == set()


def test_what_is_imported_is_declared_and_what_is_declared_is_imported() -> None:
    owners = packages_distributions()
    modules = {found.module.split(".")[0] for source in sources(*PACKAGES) for found in source.imports}
    imported = {name(owners[module][0]) for module in modules if module in owners}
    extras = [line for lines in PROJECT["project"]["optional-dependencies"].values() for line in lines]
    declared = {name(line) for line in PROJECT["project"]["dependencies"] + extras}

    assert imported - declared - {"alliance"} == set()
    assert declared - imported == NOT_IMPORTED.keys()


def name(requirement: str) -> str:
    """The normalised name at the beginning of a requirement."""
    return re.split(r"[\[<>=;~! ]", requirement)[0].lower().replace("_", "-")


def test_tests_run_on_the_versions_that_are_installed() -> None:
    assert pins(LOCK).items() - pins(DEVELOPING).items() == set()
    assert pins(TRACING).items() - pins(DEVELOPING).items() == set()


def pins(lock: Path) -> dict[str, str]:
    """Package names and versions of a lock file."""
    return {pin["name"]: pin["version"] for pin in PIN.finditer(lock.read_text(encoding="utf-8"))}


def test_no_file_names_a_package_index() -> None:
    tracked = run("git", "ls-files", "-z", cwd=ROOT).split("\0")
    texts = [ROOT / name for name in tracked if name and (ROOT / name).is_file()]

    assert [str(path) for path in texts if INDEX.search(path.read_text("utf-8", errors="replace"))] == []
