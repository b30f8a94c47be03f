"""Installs what a folder's package-lock.json names, versions and hashes as written there.

    python3 tools/npm_packages.py tests/journeys/axe

npm keeps the configuration of the machine it runs on. Where it is missing, Debian's is taken.
"""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main(folder: Path) -> int:
    if shutil.which("npm") is None:
        bring = [sys.executable, str(ROOT / "tools" / "debian_packages.py"), "npm"]
        if subprocess.run(bring, check=False).returncode != 0:
            return 2
    print(f"  - The npm packages of {folder}/", flush=True)
    # Nothing of what is installed may run anything here.
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    if subprocess.run(command, check=False, cwd=folder, stdout=subprocess.DEVNULL).returncode == 0:
        return 0
    print("The npm packages could not be installed; npm's own words are above.", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
