"""FEP-0837, federated marketplace: the properties that a proposal and its intent must have."""

from alliance.wishing import WishDraft, make_wish
from tests.hostile.siege import OURS, Siege
from tests.partner import ACTIVITY_JSON


async def test_a_request_is_a_proposal_with_everything_that_one_must_have(under: Siege) -> None:
    async with under.federation.instance.unit_of_work() as uow:
        draft = WishDraft(kind="learn", title="Polishing lenses", text="Barefoot.", audience="public")
        wish = await make_wish(uow, under.stage.host, draft)
    uri = f"{OURS}/requests/{wish.id}-{wish.token}"

    proposal = (await under.client.get(uri, headers={"Accept": ACTIVITY_JSON})).json()

    # "implementers MAY use object types from Activity Vocabulary, such as Note"
    assert (proposal["id"], proposal["type"], proposal["purpose"]) == (uri, "Note", "request")
    assert proposal["attributedTo"] == f"{OURS}/people/{under.stage.host.id}"
    assert proposal["to"] == ["https://www.w3.org/ns/activitystreams#Public"]
    intent = proposal["publishes"]
    assert (intent["id"], intent["type"]) == (f"{uri}#primary", "Intent")
    assert (intent["action"], intent["resourceQuantity"]) == ("deliverService", {"hasUnit": "one"})
    terms = proposal["@context"][1]
    assert terms["vf"] == "https://w3id.org/valueflows/ont/vf#"
    assert terms["om2"] == "http://www.ontology-of-units-of-measure.org/resource/om-2/"
    assert {"purpose", "publishes", "Intent", "action", "resourceQuantity", "hasUnit"} <= set(terms)


async def test_an_offer_says_so(under: Siege) -> None:
    async with under.federation.instance.unit_of_work() as uow:
        draft = WishDraft(kind="mentor_offered", title="Polishing lenses", audience="public")
        wish = await make_wish(uow, under.stage.host, draft)

    proposal = (
        await under.client.get(f"{OURS}/requests/{wish.id}-{wish.token}", headers={"Accept": ACTIVITY_JSON})
    ).json()

    assert (proposal["purpose"], proposal["publishes"]["resourceConformsTo"]) == (
        "offer",
        "urn:alliance:ns#mentoring",
    )
