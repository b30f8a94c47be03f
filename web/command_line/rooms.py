"""Every command on one page; the code behind one is loaded when it is called."""

import gc
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command


@dataclass(frozen=True)
class Room:
    """Where a command lives and what it does in a few words."""

    module: str
    does: str


COMMANDS = {
    "init": Room("founding", "Sets up an instance in this folder: database, keys, company."),
    "serve": Room("serving", "Serves pages and federation, and works through the queues."),
    "worker": Room("working", "Works through the queues, on any machine."),
    "migrate": Room("migrating", "Brings the database to the schema of this version."),
    "check": Room("checking", "Looks at configuration, database, clock, names and certificates."),
    "egress": Room("letting_out", "Lists every host and port that must be reachable."),
    "employee": Room("employees", "Adds, lists, disables and erases accounts."),
    "partner": Room("partners", "Founds an alliance with another company, pauses and ends it."),
    "source": Room("sources", "Reads public calendars of others, for employees alone."),
    "block": Room("blocking", "Shuts domains out, silences them, and takes that back."),
    "session": Room("sessions", "Publishes, lists, shows and cancels sessions."),
    "attend": Room("attending", "Joins or leaves a session as an employee would."),
    "search": Room("searching", "Writes anew what the search finds."),
    "mail": Room("mailing", "Tries the mail server, shows what waits."),
    "newsletter": Room("newsletters", "Shows when the newsletter goes out, sends it."),
    "queue": Room("queues", "Shows what waits or failed, tries again, gives up."),
    "follower": Room("following", "Lists followers, lets them in, removes them."),
    "move": Room("moving", "Moves accounts to another server, or lets them come."),
    "token": Room("tokens", "Makes a token, for a program that acts for an employee."),
    "provisioning": Room("provisioning", "Lets the company's directory open and close accounts."),
    "keys": Room("keys", "Replaces the keys with which this instance signs."),
    "export": Room("exporting", "Writes everything held about one person as a ZIP."),
    "setting": Room("settings", "Changes what may change while the instance runs."),
    "audit": Room("auditing", "Proves that the audit log is whole, and exports it."),
    "approval-pack": Room("approving", "Writes what works council and data protection officer need."),
    "backup": Room("backing_up", "Writes everything into one file, while running."),
    "restore": Room("restoring", "Brings a backup back into an empty place."),
    "move-database": Room("moving_database", "Moves the instance into another database, ids and all."),
    "move-media": Room("moving_media", "Copies every picture into the bucket, or back into the folder."),
    "demo": Room("demonstrating", "Starts three companies on this machine and lets them ally."),
}


class Rooms(TyperGroup):
    """Loads the module of a command only when that command is meant: `alliance --help` answers at once."""

    _is_listing = False

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        room = COMMANDS.get(cmd_name)
        if room is None:
            return None
        if self._is_listing:
            return TyperCommand(cmd_name, help=room.does)
        app: typer.Typer = _entered(room).app
        command = get_command(app)
        command.name = cmd_name
        command.epilog = command.epilog or app.info.epilog
        return command

    def format_help(self, ctx: Any, formatter: Any) -> None:
        self._is_listing = True
        super().format_help(ctx, formatter)
        self._is_listing = False


def _entered(room: Room) -> ModuleType:
    """The module of a command; what it brings along stays, so looking for garbage meanwhile is in vain."""
    gc.disable()
    try:
        return import_module(f"web.command_line.{room.module}")
    finally:
        gc.enable()


alliance = typer.Typer(
    cls=Rooms,
    name="alliance",
    help="Companies open their learning sessions to each other.",
    epilog="Example: alliance init --company 'Nordlicht' --origin https://lernen.nordlicht.example",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@alliance.callback()
def _alliance() -> None:
    """Companies open their learning sessions to each other."""


def room(example: str, does: str) -> typer.Typer:
    """A command, or several, with the examples that its help ends with."""
    return typer.Typer(
        help=does,
        epilog=f"Example: {example}",
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
