"""A bare Debian 12 with systemd: a folder made by debootstrap, in namespaces and a network of its own.

Not in it: a kernel of its own, a boot loader, a clock. Every process and mount is gone when it stops.
"""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from signal import SIGKILL

BARE = "systemd,systemd-sysv,dbus,ca-certificates"
NEEDED = {
    "debootstrap": "debootstrap",
    "slirp4netns": "slirp4netns",
    "unshare": "util-linux",
    "nsenter": "util-linux",
}
ENVIRONMENT = {"HOME": "/root", "LANG": "C.UTF-8", "TERM": "dumb", "DEBIAN_FRONTEND": "noninteractive"}
# Ends when we do, whatever ends us.
TIED_TO_US = ("setpriv", "--pdeathsig", "KILL", "--")
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# Of the machine that this runs on, and nothing that its namespaces would keep to themselves.
NOT_STARTED = ("systemd-sysctl.service", "getty.target", "console-getty.service", "systemd-logind.service")
REMEMBER = "code=$?; pwd > /run/folder; exit $code"
BOOT = r"""
mount --bind $R $R
hostname lernen
mount -t proc proc $R/proc
mount -t sysfs -o ro sysfs $R/sys
mount -t cgroup2 cgroup2 $R/sys/fs/cgroup
mount -t tmpfs -o mode=755 tmpfs $R/dev
for node in null zero full random urandom tty; do
  touch $R/dev/$node
  mount --bind /dev/$node $R/dev/$node
done
mkdir $R/dev/pts $R/dev/shm
mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts $R/dev/pts
ln -s pts/ptmx $R/dev/ptmx
ln -s /proc/self/fd $R/dev/fd
mount -t tmpfs tmpfs $R/run
for folder in $PACKAGES; do mkdir -p $R$folder; mount --bind -o ro $folder $R$folder; done
cd $R; mkdir -p outside; pivot_root . outside; umount -l outside; rmdir outside
exec env -i container=rehearsal PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd < /dev/null
"""


@dataclass(frozen=True)
class Answer:
    """What a command printed on both outputs, its exit code, and how long it took in seconds."""

    said: str
    code: int
    seconds: float


@dataclass
class Machine:
    """A machine that is up; `pid` is its systemd as the machine around it counts."""

    root: Path
    pid: int

    def type(self, command: str) -> Answer:
        """As root at a shell, which remembers the folder it is in."""
        script = f'cd "$(cat /run/folder 2>/dev/null || echo /root)"\n{command}\n{REMEMBER}'
        settings = [f"{name}={value}" for name, value in (ENVIRONMENT | of_pip() | {"PATH": PATH}).items()]
        inside = [
            "nsenter",
            "--target",
            str(self.pid),
            "--all",
            "/usr/bin/env",
            "-i",
            *settings,
            "bash",
            "-c",
            script,
        ]
        began = time.monotonic()
        done = subprocess.run(
            inside,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=900,
        )
        return Answer(done.stdout, done.returncode, time.monotonic() - began)


def missing() -> list[str]:
    """Debian's packages that this machine needs for it."""
    return sorted({package for program, package in NEEDED.items() if shutil.which(program) is None})


@contextmanager
def machine(folder: Path, source: Path) -> Iterator[Machine]:
    """A new machine; `source` is a repository that it finds at /srv/alliance.git."""
    root = folder / "machine"
    shutil.rmtree(root, ignore_errors=True)
    subprocess.run(["cp", "-a", str(_bare(folder)), str(root)], check=True)
    subprocess.run(
        ["git", "clone", "--quiet", "--bare", str(source), str(root / "srv/alliance.git")], check=True
    )
    started = _start(root)
    network = None
    try:
        up = Machine(root, _systemd_of(started.pid))
        network = subprocess.Popen(
            [*TIED_TO_US, "slirp4netns", "--configure", "--mtu=1400", str(up.pid), "tap0"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        up.type("for try in $(seq 300); do systemctl is-system-running --wait && break; sleep 0.1; done")
        yield up
    finally:
        for process in (network, started):
            if process is not None:
                process.kill()
                process.wait()
        shutil.rmtree(root, ignore_errors=True)


def _start(root: Path) -> subprocess.Popen[bytes]:
    environment = os.environ | {"R": str(root), "PACKAGES": " ".join(_folders_of_packages())}
    spaces = [
        "--mount",
        "--pid",
        "--uts",
        "--ipc",
        "--cgroup",
        "--net",
        "--fork",
        f"--kill-child={SIGKILL.name[3:]}",
    ]
    return subprocess.Popen(
        [*TIED_TO_US, "unshare", *spaces, "--propagation", "private", "bash", "-ec", BOOT],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )


def _systemd_of(parent: int) -> int:
    """The child of `unshare`, once it is systemd."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        if children and Path(f"/proc/{children[0]}/comm").read_text().strip() == "systemd":
            return int(children[0])
        time.sleep(0.05)
    raise RuntimeError("systemd does not start in namespaces on this machine")


def _bare(folder: Path) -> Path:
    """What debootstrap makes, once; with the names and certificates of the network that we are in."""
    base = folder / "bare"
    if not (folder / "bare.done").exists():
        shutil.rmtree(base, ignore_errors=True)
        subprocess.run(
            ["debootstrap", "--variant=minbase", f"--include={BARE}", "bookworm", str(base)],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        for unit in NOT_STARTED:
            (base / "etc/systemd/system" / unit).symlink_to("/dev/null")
        subprocess.run(["chroot", str(base), "apt-get", "clean"], check=True)
        shutil.rmtree(base / "var/lib/apt/lists")
        (folder / "bare.done").touch()
    (base / "etc/resolv.conf").write_text("nameserver 10.0.2.3\n")
    (base / "etc/hosts").write_text("127.0.0.1 localhost lernen\n")
    for found in Path("/usr/local/share/ca-certificates").glob("*.crt"):
        shutil.copy(found, base / "usr/local/share/ca-certificates")
    subprocess.run(["chroot", str(base), "update-ca-certificates"], check=True, capture_output=True)
    for place in (Path("/etc/pip.conf"), Path("/etc/xdg/pip"), Path.home() / ".config/pip"):
        if place.exists():
            (base / str(place)[1:]).parent.mkdir(parents=True, exist_ok=True)
            subprocess.run(
                ["cp", "-aL", "--no-target-directory", str(place), str(base / str(place)[1:])], check=True
            )
    return base


def of_pip() -> dict[str, str]:
    """Where pip is told to ask on this machine."""
    return {name: value for name, value in os.environ.items() if name.startswith("PIP_")}


def _folders_of_packages() -> list[str]:
    """Folders with packages that pip is told to look into here, to be seen inside as well."""
    told = subprocess.run(["python3", "-m", "pip", "config", "list"], capture_output=True, text=True).stdout
    named = re.findall(r"(?<=[ '=:/])/(?:opt|srv|mnt)/[\w.-]+", told + " ".join(of_pip().values()))
    return sorted({folder for folder in named if Path(folder).is_dir()})
