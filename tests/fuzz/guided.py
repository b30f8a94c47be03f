"""One reader under a fuzzer that is led by coverage: `python -m tests.fuzz.guided TARGET RUNS REPORT`.

atheris (libFuzzer) wants a process of its own. What happened is written to REPORT as it goes on, since the
fuzzer ends the process itself.
"""

import importlib
import importlib.util
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.fuzz.inputs import CORPUS
from tests.fuzz.memory import resident_megabytes

_MEASURED = ["federation", "alliance.text", "web", "httpsig", "http_sf", "http_message_signatures", "bovine"]
_MOST_BYTES = 4096
_TIME_LIMIT = 5
_MEGABYTES_LIMIT = 1024


def is_available() -> bool:
    """Whether atheris is there: it has packages for Linux on x86-64 alone."""
    return importlib.util.find_spec("atheris") is not None


class Watch:
    """Counts, times and measures what one target does; `report` is up to date when the process ends."""

    def __init__(self, run: Callable[[bytes], object], runs: int, report: Path) -> None:
        self._run, self._runs, self._report = run, runs, report
        self.count, self.slowest, self.warm = 0, 0.0, 0.0

    def __call__(self, raw: bytes) -> None:
        """One input; what it raises ends the process as a finding."""
        began = time.perf_counter()
        self._run(raw)
        self.slowest = max(self.slowest, time.perf_counter() - began)
        self.count += 1
        if self.count == max(self._runs // 5, 1):
            self.warm = resident_megabytes()
        if self.count % 500 == 0 or self.count == self._runs:
            self.tell()

    def tell(self) -> None:
        """Writes what is known so far."""
        figures = {"inputs": self.count, "slowest": round(self.slowest, 4)}
        figures |= {"warm_mb": round(self.warm, 1), "end_mb": round(resident_megabytes(), 1)}
        self._report.write_text(json.dumps(figures), encoding="ascii")


def main(name: str, runs: int, report: Path) -> None:
    """Runs the fuzzer until `runs` inputs have been tried or one was too much."""
    atheris = importlib.import_module("atheris")
    with atheris.instrument_imports(include=_MEASURED, enable_loader_override=False):
        # Only what is loaded in here is measured.
        target = importlib.import_module("tests.fuzz.targets").TARGETS[name]
    watch = Watch(target.run, runs, report)
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus"
        shutil.copytree(CORPUS / name, corpus)
        atheris.Setup(
            [
                sys.argv[0], f"-runs={runs}", f"-max_len={_MOST_BYTES}", f"-timeout={_TIME_LIMIT}",
                f"-rss_limit_mb={_MEGABYTES_LIMIT}", f"-artifact_prefix={report}.", "-verbosity=0",
                "-print_final_stats=0", "-seed=1", str(corpus),
            ],
            watch,
        )  # fmt: skip
        atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
