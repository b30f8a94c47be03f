"""Writes the lock files from pyproject.toml: versions and hashes for every platform and Python from 3.11.

    python3 tools/lock.py [--upgrade]

Without --upgrade every version that still fits stays as it is. The address of an index is never written.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROMISES = [
    "--universal",
    "--python-version",
    "3.11",
    "--generate-hashes",
    "--no-header",
]


def main(options: list[str]) -> int:
    with tempfile.TemporaryDirectory() as folder:
        uv = bring_uv(Path(folder))
        compile_lock = [uv, "pip", "compile", "--quiet", *PROMISES, *options, "pyproject.toml"]
        run([*compile_lock, "--output-file", "requirements.lock"])
        along = ["--constraint", "requirements.lock"]
        run([*compile_lock, "--extra", "otel", *along, "--output-file", "requirements-otel.lock"])
        run(
            [
                *compile_lock,
                "--group",
                "dev",
                "--constraint",
                "requirements.lock",
                "--output-file",
                "requirements-dev.lock",
            ]
        )
        # Its own environment, with versions of its own: tools/own_environment.py.
        pages = [arg for arg in compile_lock if arg != "pyproject.toml"]
        run(
            [
                *pages,
                "--no-annotate",
                "tools/site/requirements.in",
                "--output-file",
                "tools/site/requirements.lock",
            ]
        )
    return 0


def bring_uv(folder: Path) -> str:
    run([sys.executable, "-m", "venv", str(folder)])
    run([str(folder / "bin" / "pip"), "install", "-qq", "uv"])
    return str(folder / "bin" / "uv")


def run(command: list[str]) -> None:
    subprocess.run(command, check=True, cwd=ROOT)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
