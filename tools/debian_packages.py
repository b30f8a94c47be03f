"""Installs the Debian packages that are named and missing, or says in one sentence what to install.

python3 tools/debian_packages.py postgresql chromium
"""

import os
import shutil
import subprocess
import sys

# Another apt run is waited for, in seconds.
APT = ["apt-get", "-o", "DPkg::Lock::Timeout=300", "--quiet=2"]


def main(wanted: list[str]) -> int:
    missing = [package for package in wanted if not is_installed(package)]
    if not missing:
        return 0
    names = " ".join(missing)
    if shutil.which("apt-get") is None:
        return give_up(
            f"This needs what Debian calls {names}; please install it with your system's packages."
        )
    become_root = root()
    if become_root is None:
        return give_up(f"Please install what is missing and run this again: apt-get install {names}")
    print(f"  - From Debian's packages: {names}", flush=True)
    if install(become_root, missing):
        return 0
    return give_up(f"Debian's packages could not be installed: apt-get install {names}")


def is_installed(package: str) -> bool:
    if shutil.which("dpkg-query") is None:
        return shutil.which(package) is not None
    query = ["dpkg-query", "--show", "--showformat=${db:Status-Status}", package]
    answer = subprocess.run(query, check=False, capture_output=True, text=True)
    return answer.stdout.strip() == "installed"


def root() -> list[str] | None:
    """What to put before a command so that root runs it; None where nobody may."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "--non-interactive", "true"], check=False).returncode == 0:
        return [sudo, "--non-interactive"]
    return None


def install(become_root: list[str], packages: list[str]) -> bool:
    """With the package lists that are there; where those are missing or too old, with fresh ones."""
    apt = [*become_root, "env", "DEBIAN_FRONTEND=noninteractive", *APT]
    bring = [*apt, "install", "--yes", "--no-install-recommends", *packages]
    if subprocess.run(bring, check=False, capture_output=True).returncode == 0:
        return True
    # A source that does not answer is no reason to stop: the packages may be on another.
    subprocess.run([*apt, "update"], check=False, stdout=subprocess.DEVNULL)
    return subprocess.run(bring, check=False, stdout=subprocess.DEVNULL).returncode == 0


def give_up(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
