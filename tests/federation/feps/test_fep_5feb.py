"""FEP-5feb, search indexing consent for actors: "Specifying search indexing consent"."""

import pytest

from federation.vocabulary.actor import parse_actor
from tests.hostile.siege import Siege
from tests.partner import ACTIVITY_JSON
from tests.web.pages.scenes import introduced


@pytest.mark.parametrize(("audience", "consents"), [("public", True), ("alliance", False), (None, False)])
async def test_only_people_who_show_themselves_to_everybody_consent(
    under: Siege, audience: str | None, consents: bool
) -> None:
    if audience is not None:
        await introduced(under.federation.instance, under.stage.host, audience)
    path = f"/people/{under.stage.host.id}"

    stranger = (await under.client.get(path, headers={"Accept": ACTIVITY_JSON})).json()
    ally = (await under.get(path, under.b)).json()

    assert (stranger["indexable"], ally["indexable"]) == (consents, consents)
    terms = next(one for one in stranger["@context"] if isinstance(one, dict))
    assert terms["toot"] + terms["indexable"].removeprefix("toot:") == "http://joinmastodon.org/ns#indexable"


# A missing attribute SHOULD be handled as a no
@pytest.mark.parametrize("said", [{}, {"indexable": None}, {"indexable": "yes"}, {"indexable": False}])
def test_who_does_not_say_yes_has_said_no(said: dict[str, object]) -> None:
    actor = {"id": "https://a.example/1", "type": "Person", "inbox": "https://a.example/1/inbox", **said}

    assert parse_actor(actor).is_indexable is False
