"""What apps hear on their streams: exactly what their timelines would show, and what is for nobody else."""

from tests.alliance.stage import Stage
from tests.web.mastodon.shapes import assert_entity
from tests.web.mastodon.streaming.conftest import Listen


async def test_a_session_that_is_published_is_heard_at_home(stage: Stage, listen: Listen) -> None:
    ear = await listen("user")

    session = await stage.publish(title="Threat modelling")

    heard = await ear.next()
    assert (heard["stream"], heard["event"]) == (["user"], "update")
    assert_entity("Status", heard["payload"])
    assert "Threat modelling" in heard["payload"]["content"]
    assert session.title == "Threat modelling"
