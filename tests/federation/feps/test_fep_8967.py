"""FEP-8967, link previews for attached links: "Link in attachment"."""

from tests.hostile.siege import OURS, Siege
from tests.partner import ACTIVITY_JSON


async def test_a_session_attaches_its_page_as_a_link_with_href(under: Siege) -> None:
    session = await under.stage.publish(audience="public", title="Polishing lenses")
    uri = f"{OURS}/sessions/{session.id}"

    event = (await under.client.get(uri, headers={"Accept": ACTIVITY_JSON})).json()

    links = [one for one in event["attachment"] if one["type"] == "Link"]
    assert [one["href"] for one in links] == [uri]
    # Everything that Mastodon 4.5 makes of it it reads from that page.
    page = (await under.client.get(uri, headers={"Accept": "text/html"})).text
    assert "<title>Polishing lenses" in page
