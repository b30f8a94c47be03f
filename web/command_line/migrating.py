"""`alliance migrate`."""

from alliance.settings import Settings
from migrations.schema import upgrade
from migrations.standing import current, head
from web.command_line.rooms import room
from web.command_line.running import say

app = room("alliance migrate", "Brings the database to the schema of this version.")


@app.command()
def migrate() -> None:
    """Brings the database to the schema of this version, in one transaction; make a backup before."""
    settings = Settings.from_env()
    before = current(settings.database)
    upgrade(settings.database)
    say("The database is up to date." if before == head() else f"The database is now at {head()}.")
