"""FEP-fb2a, actor metadata: numbers are its sections."""

from federation.vocabulary.actor import parse_actor
from tests.hostile.siege import Siege
from tests.partner import ACTIVITY_JSON

ACTOR = {"id": "https://a.example/1", "type": "Person", "inbox": "https://a.example/1/inbox"}
NOTE = {"type": "Note", "name": "Pronouns", "content": "they/them"}
LEGACY = {"type": "PropertyValue", "name": "Pronouns", "value": "something older"}
LINK = {"type": "Link", "name": "Portfolio", "href": "https://example.com", "rel": ["me"]}


# 2. a Note with name and content; 4. beside it the form that older software reads
async def test_fields_are_notes_and_property_values(under: Siege) -> None:
    attached = (await under.client.get("/company", headers={"Accept": ACTIVITY_JSON})).json()["attachment"]

    notes = [one for one in attached if one["type"] == "Note"]
    values = [one for one in attached if one["type"] == "PropertyValue"]
    assert [(one["name"], one["content"]) for one in notes] == [(one["name"], one["value"]) for one in values]
    assert len(notes) == 1


# 4. Notes and Links first; what is a duplicate by name is ignored
def test_fields_of_others_are_read_in_every_form() -> None:
    actor = parse_actor(ACTOR | {"attachment": [LEGACY, NOTE, LINK, {"type": "Image", "name": "x"}, None]})

    assert actor.fields == (("Pronouns", "they/them"), ("Portfolio", "https://example.com"))


def test_fields_are_bounded() -> None:
    many = [{"type": "Note", "name": f"n{number}", "content": "x"} for number in range(100)]

    assert len(parse_actor(ACTOR | {"attachment": many}).fields) == 20
