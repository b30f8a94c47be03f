"""The units for systemd are what systemd takes, and leave a service little to do harm with."""

import re
import subprocess
from pathlib import Path

import pytest

UNITS = Path(__file__).parent.parent.parent / "deploy" / "systemd"
SERVICES = sorted(UNITS.glob("*.service"))
MOST_EXPOSED = 2.5
"""Of 10, as `systemd-analyze security` counts; a service without any protection has 9.6."""

pytestmark = pytest.mark.once


@pytest.mark.parametrize("unit", SERVICES, ids=lambda unit: unit.name)
def test_a_service_is_shut_in(unit: Path) -> None:
    command = ["systemd-analyze", "security", "--offline=true", "--no-pager", str(unit)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout

    exposure = re.search(r"Overall exposure level for \S+: ([\d.]+)", said)
    assert exposure is not None
    assert float(exposure[1]) <= MOST_EXPOSED


@pytest.mark.parametrize("unit", sorted(UNITS.iterdir()), ids=lambda unit: unit.name)
def test_every_line_of_a_unit_is_known_to_systemd(unit: Path, tmp_path: Path) -> None:
    # The program it starts is not on this machine, which is not what is asked.
    text = re.sub(r"(?m)^(Exec\w+=)/opt/alliance/bin/alliance", r"\1/bin/true", unit.read_text())
    (tmp_path / unit.name).write_text(text)
    if unit.suffix == ".timer":
        (tmp_path / unit.with_suffix(".service").name).write_text("[Service]\nExecStart=/bin/true\n")
    name = unit.name.replace("@.", "@1.")
    (tmp_path / name).write_text(text)

    command = ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", str(tmp_path / name)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    about_it = [line for line in (done.stdout + done.stderr).splitlines() if name in line]
    assert (done.returncode, about_it) == (0, [])


def test_the_parts_that_shut_in_are_the_same_in_every_service() -> None:
    parts = {
        unit.read_text().partition("# Nothing but its own folder")[2].partition("\n\n")[0].strip()
        for unit in SERVICES
    }

    assert len(parts) == 1
