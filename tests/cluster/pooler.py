"""PgBouncer in transaction mode, from Debian's package, in front of a PostgreSQL server of the tests."""

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

PROGRAM = Path("/usr/sbin/pgbouncer")

# Few connections to the server, so that clients take turns on them all the time.
CONFIGURATION = """
[databases]
* = host={host} port={port} user=alliance

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {own}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = {size}
max_client_conn = 200
query_wait_timeout = 10
server_login_retry = 1
"""


class Pooler:
    """One that listens at `port`; leads to the server of an address of PostgreSQL's."""

    def __init__(self, folder: Path, url: str, port: int, size: int) -> None:
        self._file = folder / "pgbouncer.ini"
        self._port = port
        self._size = size
        self._process: subprocess.Popen[bytes] | None = None
        self._write(url)
        self.url = f"postgresql://alliance@127.0.0.1:{port}{urlsplit(url).path}"
        """Where the database is for whoever goes through it."""

    def start(self) -> None:
        """Begins to listen; does not wait."""
        # It refuses to be run by root; Debian's package of PostgreSQL brings a user.
        become = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        self._process = subprocess.Popen(
            [*(become if os.geteuid() == 0 else []), str(PROGRAM), "--quiet", str(self._file)],
            cwd="/",
            stderr=subprocess.DEVNULL,
        )

    def stop(self) -> None:
        """Ends at once, whoever is connected."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
            self._process = None

    def lead_to(self, url: str) -> None:
        """From now on to another server: the configuration is written and read anew.

        So PgBouncer's own answers to "How to failover" say (https://www.pgbouncer.org/faq.html).
        """
        assert self._process is not None
        self._write(url)
        self._process.send_signal(signal.SIGHUP)

    def wait(self) -> None:
        """Returns when the database can be reached."""
        deadline = time.monotonic() + 10
        while True:
            try:
                psycopg.connect(self.url).close()
                return
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def _write(self, url: str) -> None:
        parts = urlsplit(url)
        text = CONFIGURATION.format(host=parts.hostname, port=parts.port, own=self._port, size=self._size)
        self._file.write_text(text, encoding="utf-8")


@contextmanager
def pooled(url: str, port: int, size: int) -> Iterator[str]:
    """Where the database is for whoever goes through the pooler."""
    with tempfile.TemporaryDirectory(prefix="alliance-pooler-") as folder:
        Path(folder).chmod(0o755)
        pooler = Pooler(Path(folder), url, port, size)
        pooler.start()
        try:
            pooler.wait()
            yield pooler.url
        finally:
            pooler.stop()
