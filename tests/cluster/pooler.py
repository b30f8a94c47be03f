"""PgBouncer in transaction mode, from Debian's package, in front of a PostgreSQL server of the tests."""

import os
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


@contextmanager
def pooled(url: str, port: int, size: int) -> Iterator[str]:
    """Where the database is for whoever goes through the pooler."""
    parts = urlsplit(url)
    # It refuses to be run by root; Debian's package of PostgreSQL brings a user.
    become = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    with tempfile.TemporaryDirectory(prefix="alliance-pooler-") as folder:
        Path(folder).chmod(0o755)
        file = Path(folder, "pgbouncer.ini")
        text = CONFIGURATION.format(host=parts.hostname, port=parts.port, own=port, size=size)
        file.write_text(text, encoding="utf-8")
        process = subprocess.Popen(
            [*(become if os.geteuid() == 0 else []), str(PROGRAM), "--quiet", str(file)],
            cwd="/",
            stderr=subprocess.DEVNULL,
        )
        try:
            through = f"postgresql://alliance@127.0.0.1:{port}{parts.path}"
            _wait_for(through)
            yield through
        finally:
            # At once, whoever is connected.
            process.terminate()
            process.wait(10)


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + 10
    while True:
        try:
            psycopg.connect(url).close()
            return
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
