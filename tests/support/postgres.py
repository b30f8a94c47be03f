"""A PostgreSQL server of the tests' own, from Debian's binaries, in a folder that is thrown away.

Started by whichever test process asks first, shared by all of the run, stopped by the one that began it.
"""

import fcntl
import json
import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

# Nothing here outlives the run: durability is given up for speed, connections are for many short tests.
OPTIONS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "256MB",
    "jit": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
}

DURABLE = OPTIONS | {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
"""For tests in which the server is killed: what was committed must be there afterwards."""

REPLICATED = DURABLE | {"wal_level": "replica", "max_wal_senders": "4"}
"""For tests in which a second server follows the first."""

# Stops the server when the run has ended without doing so itself: killed, or out of time.
GUARD = """
( while kill -0 "$(cat "$1/run.pid" 2>/dev/null)" 2>/dev/null; do sleep 1; done
  [ -e "$1/postgresql.json" ] || exit 0
  kill -QUIT "$(head -n 1 "$1/postgresql/postmaster.pid")"
  rm -rf "$1"
) </dev/null >/dev/null 2>&1 &
"""


class PostgresServer:
    """One server below `folder`, which every process of a test run has in common.

    `run.pid` in the folder names the process that began the run.
    """

    def __init__(self, folder: Path, options: Mapping[str, str] = OPTIONS) -> None:
        self._folder = folder
        self._options = options
        self._data = folder / "postgresql"
        self._address = folder / "postgresql.json"

    def url(self, database: str) -> str:
        """Where `database` is, as settings want it; starts the server at the first call of a run."""
        with alone(self._folder, "postgresql"):
            if not self._address.exists():
                self._start()
        port = json.loads(self._address.read_text(encoding="utf-8"))["port"]
        return f"postgresql://alliance@127.0.0.1:{port}/{database}"

    def create(self, database: str, *, template: str = "template0") -> str:
        """Makes `database` as a copy of `template`; returns its URL."""
        self._execute("CREATE DATABASE {} TEMPLATE {}", database, template)
        return self.url(database)

    def drop(self, database: str) -> None:
        """Removes `database`, also when somebody is still connected."""
        self._execute("DROP DATABASE IF EXISTS {} WITH (FORCE)", database)

    def stop(self) -> None:
        """Stops the server, if it was started, without waiting for its clients."""
        if self._address.exists():
            _run(_binary("pg_ctl"), "stop", "--pgdata", str(self._data), "--mode", "immediate", "--silent")
            self._address.unlink()

    def _start(self) -> None:
        port = _free_port()
        self._data.mkdir(mode=0o700)
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(self._data, owner.pw_uid, owner.pw_gid)
            self._folder.chmod(0o755)
        self._prepare()
        self._launch(port)
        subprocess.run(["sh", "-c", GUARD, "guard", str(self._folder)], check=True, start_new_session=True)
        self._address.write_text(json.dumps({"port": port}), encoding="utf-8")

    def _prepare(self) -> None:
        _run(
            _binary("initdb"), "--pgdata", str(self._data), "--username", "alliance", "--auth", "trust",
            "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync",
        )  # fmt: skip

    def _launch(self, port: int) -> None:
        options = " ".join(f"-c {name}='{value}'" for name, value in self._options.items())
        _run(
            _binary("pg_ctl"), "start", "--pgdata", str(self._data), "--wait", "--silent",
            "--log", str(self._data / "log"), "--options", f"-p {port} {options}",
        )  # fmt: skip

    def interrupt(self, *, at_once: bool = True) -> None:
        """Ends the server, as a crash would or in order; `resume` starts it again at the same address."""
        mode = "immediate" if at_once else "fast"
        _run(_binary("pg_ctl"), "stop", "--pgdata", str(self._data), "--mode", mode, "--silent")

    def resume(self) -> None:
        """Starts the server again after `interrupt`."""
        self._launch(json.loads(self._address.read_text(encoding="utf-8"))["port"])

    def is_running(self) -> bool:
        """Whether it has not ended: by itself, as with no room for its log, or by one of the others here."""
        try:
            _run(_binary("pg_ctl"), "status", "--pgdata", str(self._data))
        except RuntimeError:
            return False
        return True

    def restart(self) -> None:
        """Stops the server as an operator does, whoever is connected, and starts it again."""
        _run(_binary("pg_ctl"), "stop", "--pgdata", str(self._data), "--mode", "fast", "--silent")
        self.resume()

    def wait_for_replicas(self) -> None:
        """From now on what is committed is on a replica as well before anybody hears of it."""
        self._execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
        self._execute("SELECT pg_reload_conf()")

    def _execute(self, statement: str, *names: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


class PostgresReplica(PostgresServer):
    """A second server that follows a first one and can take its place."""

    def __init__(self, folder: Path, first: PostgresServer) -> None:
        super().__init__(folder, REPLICATED)
        self._first = first

    def promote(self) -> None:
        """Makes it the one that is written to."""
        _run(_binary("pg_ctl"), "promote", "--pgdata", str(self._data), "--wait", "--silent")

    def _prepare(self) -> None:
        _run(
            _binary("pg_basebackup"), "--pgdata", str(self._data), "--dbname", self._first.url("postgres"),
            "--write-recovery-conf", "--wal-method", "stream", "--checkpoint", "fast", "--no-sync",
        )  # fmt: skip
        (self._data / "log").unlink(missing_ok=True)


@contextmanager
def alone(folder: Path, purpose: str) -> Iterator[None]:
    """Only one process of the test run at a time is in here for this purpose."""
    with (folder / f"{purpose}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _binary(name: str) -> str:
    """The newest `name` among Debian's versions, or the one on the PATH elsewhere."""
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    found = str(versions[-1]) if versions else shutil.which(name)
    if found is None:
        raise RuntimeError(f"PostgreSQL's {name} is not installed: make develop")
    return found


def _run(*command: str) -> None:
    """PostgreSQL refuses to be run by root; Debian's package brings a user for it."""
    become = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    done = subprocess.run(
        [*(become if os.geteuid() == 0 else []), *command],
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if "initdb" in command[0] else subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {done.stdout}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
