"""`alliance demo`."""

from pathlib import Path
from typing import Annotated

import typer

from alliance.errors import WrongConfiguration
from web.command_line.rooms import room
from web.demo.progress import Storyteller
from web.demo.stage import on_ports, play
from web.logs import set_up_logs

app = room("alliance demo --data demo", "Three companies on this machine.")
PORTS = "8001,8002,8003"


@app.command()
def demo(
    data: Annotated[
        Path | None, typer.Option(help="Keep what happens in this folder, and resume it.")
    ] = None,
    prepared: Annotated[
        Path | None, typer.Option(help="Without --data: begin with what was set up here today, or set it up.")
    ] = None,
    ports: Annotated[str, typer.Option(help="Of the three companies.")] = PORTS,
) -> None:
    """Starts three invented companies, lets them ally, and serves until Ctrl-C."""
    set_up_logs("error")
    play(on_ports(_numbers(ports)), data, Storyteller(), prepared)


def _numbers(ports: str) -> list[int]:
    numbers = [int(part) for part in ports.split(",") if part.strip().isdecimal()]
    if len(set(numbers)) != 3 or not all(0 < number < 65536 for number in numbers):
        raise WrongConfiguration("--ports needs three ports, such as {example}.", example=PORTS)
    return numbers
