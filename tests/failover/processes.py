"""The company's processes, each started again two seconds after it ended, as the units in deploy/ say."""

import asyncio
import json
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.command_line.running import PROGRAM

STARTS_AFTER = 2.0
"""Seconds: RestartSec."""
NO_DATABASE = "The database can't be used:"


@dataclass
class Supervised:
    """One process with its log; it is only started again while somebody runs `watch`."""

    command: Sequence[str]
    log: Path
    environ: dict[str, str]
    ended_itself: list[float] = field(default_factory=list)
    """When it ended without having been killed (seconds of `time.time`)."""
    started_in_vain: int = 0
    """How often it ended with a sentence, because the database was away when it started."""
    _process: subprocess.Popen[bytes] | None = None
    _was_killed: bool = False

    def start(self) -> None:
        """Starts it; does not wait until it is ready."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*PROGRAM, *self.command], cwd=self.log.parent, env=self.environ, stdout=log, stderr=log
            )

    def kill(self) -> None:
        """SIGKILL."""
        assert self._process is not None
        self._was_killed = True
        self._process.kill()

    async def watch(self) -> None:
        """Starts it again whenever it has ended."""
        while True:
            await asyncio.sleep(0.1)
            if self._process is None or self._process.poll() is None:
                continue
            if not self._was_killed:
                self._note_end()
            await asyncio.sleep(STARTS_AFTER)
            self._was_killed = False
            self.start()

    def _note_end(self) -> None:
        last = self.log.read_text(encoding="utf-8").rstrip("\n").rpartition("\n")[2]
        if last.startswith(NO_DATABASE):
            self.started_in_vain += 1
        else:
            self.ended_itself.append(time.time())

    def end(self) -> None:
        """Ends it for good."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(20)

    def defects(self) -> list[str]:
        """Lines of the log that no disturbance from outside explains: errors, and what is no log line."""
        lines = self.log.read_text(encoding="utf-8").splitlines()
        return [
            line[:2000]
            for line in lines
            if not line.startswith(("{", NO_DATABASE))
            or (line[0] == "{" and json.loads(line)["level"] in ("error", "critical"))
        ]
