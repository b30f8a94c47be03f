"""A worker that is killed loses nothing, doubles nothing and lets nothing be overtaken."""

from pathlib import Path

from tests.support.databases import Databases
from tests.two_workers import Size, deliver_and_kill, loopback_settings


async def test_a_killed_worker_loses_nothing_and_nothing_is_overtaken(
    databases: Databases, tmp_path: Path
) -> None:
    report = await deliver_and_kill(
        loopback_settings(databases.new(), tmp_path), Size(activities=300, inboxes=50, hosts=10)
    )

    assert (report.missing, report.doubled, report.overtaken) == ([], [], [])
    assert report.delivered == 300
    assert report.repeated_posts <= report.lanes_of_the_killed
