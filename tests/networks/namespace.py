"""A network of its own on this machine: one address can be reached from it, other attempts are counted."""

import contextlib
import json
import secrets
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

OUTSIDE, INSIDE = "10.213.77.1", "10.213.77.2"


@dataclass(frozen=True)
class Namespace:
    """Its name; `prefix` runs a command in it."""

    name: str

    @property
    def prefix(self) -> tuple[str, ...]:
        return ("ip", "netns", "exec", self.name)

    def attempts(self) -> int:
        """How many packets went anywhere but to the one address that can be reached."""
        told = subprocess.run(
            ["ip", "-n", self.name, "-json", "-s", "link", "show", "nowhere"],
            check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
        sent: int = json.loads(told)[0]["stats64"]["tx"]["packets"]
        return sent


@contextlib.contextmanager
def cut_off() -> Iterator[Namespace | None]:
    """None where this machine lets nobody make namespaces.

    The default route leads to an interface behind which nothing is: what goes there is counted and lost.
    """
    name = f"inside{secrets.token_hex(3)}"
    veth = name[-6:]
    try:
        _ip("netns", "add", name)
    except (OSError, subprocess.CalledProcessError):
        yield None
        return
    try:
        namespace = Namespace(name)
        quiet = "net.ipv6.conf.all.disable_ipv6=1"
        subprocess.run([*namespace.prefix, "sysctl", "-qw", quiet], check=True, capture_output=True)
        _ip("link", "add", f"o{veth}", "type", "veth", "peer", "name", f"i{veth}", "netns", name)
        _ip("addr", "add", f"{OUTSIDE}/30", "dev", f"o{veth}")
        _ip("link", "set", f"o{veth}", "up")
        for command in (
            ("link", "set", "lo", "up"),
            ("addr", "add", f"{INSIDE}/30", "dev", f"i{veth}"),
            ("link", "set", f"i{veth}", "up"),
            ("link", "add", "nowhere", "type", "veth", "peer", "name", "void"),
            ("link", "set", "void", "up"),
            ("link", "set", "nowhere", "up"),
            ("route", "add", "default", "dev", "nowhere"),
        ):
            _ip("-n", name, *command)
        yield namespace
    finally:
        _ip("netns", "delete", name)


def _ip(*command: str) -> None:
    subprocess.run(["ip", *command], check=True, capture_output=True)
