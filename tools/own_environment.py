"""Makes an environment of its own for a program that tests talk to and that needs other packages than we do.

    python3 tools/own_environment.py tests/peers/ralph

The folder has a requirements.lock; the environment lies beside it. pip is configured as the machine is.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tools.set_up import make_environment, pip  # noqa: E402 - the root has to be known first


def main(folder: Path) -> int:
    environment, lock = folder / ".venv", folder / "requirements.lock"
    done = environment / "installed"
    if done.exists() and done.stat().st_mtime >= lock.stat().st_mtime:
        return 0
    print(f"  - The Python packages of {folder}/", flush=True)
    if not make_environment(environment):
        return 2
    if not pip(environment / "bin" / "python", "--require-hashes", "--prefer-binary", "-r", str(lock)):
        print("They could not be installed; pip's own words are above.", file=sys.stderr)
        return 2
    done.touch()
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(Path(sys.argv[1])))
    except subprocess.CalledProcessError:
        sys.exit(2)
