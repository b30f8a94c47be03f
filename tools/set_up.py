"""Makes a virtual environment that holds exactly what a lock file names, and this project in it.

    python3 tools/set_up.py .venv requirements.lock

Needs nothing but Python 3.11 with its standard library. pip keeps the configuration of the machine it runs on
(index, proxy, certificates): nothing here names or overrides one.
"""

import importlib.util
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (3, 11)
PACKAGES = ("alliance", "federation", "web", "migrations")
SELDOM_RUN = r"/(tests?|testing|f2py|pip|setuptools|lexers)/"
"""In packages: what no server loads is compiled when somebody does."""


def main(environment: Path, lock: Path) -> int:
    if sys.version_info < OLDEST:
        return give_up(
            f"Alliance needs Python 3.11 or newer; {sys.executable} is {sys.version.split()[0]}. "
            "Name another one: make PYTHON=python3.13"
        )
    if not (environment / "bin" / "pip").exists():
        say(f"A virtual environment in {environment}/")
        if not make_environment(environment):
            return 2
    python = environment / "bin" / "python"
    say(f"The packages of {lock.name}, versions and hashes as written there")
    if not pip(python, "--require-hashes", "--prefer-binary", "--requirement", str(lock)):
        return give_up("The packages could not be installed; pip's own words are above.")
    say("Alliance itself")
    if not pip(python, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)):
        return give_up("Alliance could not be installed; pip's own words are above.")
    # Not left to the first start: where PYTHONDONTWRITEBYTECODE is set every start would compile anew. And
    # not to pip, which uses one core. What packages hold for other versions does not compile, nor need it.
    compiled = ["-x", SELDOM_RUN, *PACKAGES, str(environment / "lib")]
    subprocess.run(
        [str(python), "-m", "compileall", "-qq", "-j", "0", *compiled],
        check=False,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    )
    return 0


def make_environment(environment: Path) -> bool:
    """Debian ships venv without the pip to put in it: then its package is installed first."""
    if importlib.util.find_spec("ensurepip") is None:
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        bring = [sys.executable, str(ROOT / "tools" / "debian_packages.py"), package]
        if subprocess.run(bring, check=False).returncode != 0:
            return False
    shutil.rmtree(environment, ignore_errors=True)
    return subprocess.run([sys.executable, "-m", "venv", str(environment)], check=False).returncode == 0


def pip(python: Path, *wanted: str) -> bool:
    command = [
        str(python),
        "-m",
        "pip",
        "install",
        "-qq",
        "--disable-pip-version-check",
        "--no-input",
        "--no-compile",
        *wanted,
    ]
    return subprocess.run(command, check=False).returncode == 0


def say(what: str) -> None:
    print(f"  - {what}", flush=True)


def give_up(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
