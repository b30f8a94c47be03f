"""Signed POSTs a second that one serving process verifies and stores, against the floor."""

import statistics
import subprocess
import sys
from pathlib import Path
from typing import IO

import orjson
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from benchmarks.figures import Figure
from benchmarks.surroundings import (
    ROOT,
    environment,
    free_port,
    keep_to,
    running,
    set_up,
    wait_until_ready,
)

REQUESTS = 1500
CONNECTIONS = 64
ROUNDS = 12
SERVING, SENDING = 0, 1
"""The cores that the servers, of which one works at a time, and the sender are kept to."""


async def measure(folder: Path) -> list[Figure]:
    """Short rounds against both servers in turn, one more before the first that counts; the median of each.

    What else the machine does then happens to both alike.
    """
    public, private = sender_keys(folder)
    port, bare_port = free_port(), free_port()
    await set_up(folder / "instance", port)
    serve = ("-m", "web.command_line", "serve", "--no-worker")
    bare = ("-m", "benchmarks.bare_inbox", str(bare_port), str(folder / "bare.db"), str(public))
    with (
        running(*serve, more=environment(folder / "instance", port)) as server,
        running(*bare) as floor,
        subprocess.Popen(
            [sys.executable, "-m", "benchmarks.sender", str(free_port()), str(REQUESTS), str(CONNECTIONS),
             str(private)],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        ) as sender,
    ):  # fmt: skip
        keep_to(server, SERVING)
        keep_to(floor, SERVING)
        keep_to(sender, SENDING)
        wait_until_ready(f"http://127.0.0.1:{port}/healthz", server)
        wait_until_ready(f"http://127.0.0.1:{bare_port}/", floor)
        assert sender.stdin is not None
        assert sender.stdout is not None
        assert sender.stdout.readline() == b"ready\n"
        ours, floors = [], []
        for _ in range(1 + ROUNDS):
            floors.append(_round(sender.stdin, sender.stdout, bare_port))
            ours.append(_round(sender.stdin, sender.stdout, port))
        sender.stdin.close()
    return [
        Figure(
            "inbox: verified and durably stored",
            statistics.median(ours[1:]),
            "/s",
            target=1500,
            floor=statistics.median(floors[1:]),
            least_ratio=0.4,
        )
    ]


def _round(to_sender: IO[bytes], from_sender: IO[bytes], port: int) -> float:
    """One round; every request must have been accepted."""
    to_sender.write(f"http://127.0.0.1:{port}/inbox\n".encode())
    to_sender.flush()
    result = orjson.loads(from_sender.readline())
    assert result["statuses"] == {"202": REQUESTS}, result
    rate: float = result["per_second"]
    return rate


def sender_keys(folder: Path) -> tuple[Path, Path]:
    """Files with the public and the private key of those who send."""
    key = rsa.generate_private_key(65537, 2048)
    public, private = folder / "sender.public.pem", folder / "sender.private.pem"
    public.write_bytes(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return public, private
