"""Pages of conversations, notifications, reports and domains: who may do what, and what is said about it."""

import httpx
import pytest
from sqlalchemy import select

from alliance.commenting import say
from alliance.models import Comment, DomainPolicy, Employee, Report, Session
from federation.wiring import Federation
from tests.support.founding import Founded
from tests.web.pages.conftest import as_employee
from tests.web.pages.scenes import from_partner, offered, partner


async def spoken(founded: Founded, session: Session, by: Employee, text: str = "Is there coffee?") -> Comment:
    async with founded.instance.unit_of_work() as uow:
        return await say(uow, session.id, by, text)


async def stored(founded: Founded) -> list[Comment]:
    async with founded.instance.reading() as db:
        return list(await db.scalars(select(Comment).order_by(Comment.id)))


async def test_an_employee_comments_and_reads_it_at_once(founded: Founded, jonas: httpx.AsyncClient) -> None:
    session = await offered(founded.instance, founded.admin)

    answer = await jonas.post(f"/sessions/{session.id}/comments", data={"text": "Is there **coffee**?"})

    assert answer.status_code == 303
    page = (await jonas.get(answer.headers["location"])).text
    assert "<p>Is there <strong>coffee</strong>?</p>" in page
    assert "Said. Everybody who may see this session" in page


@pytest.mark.parametrize("text", ["", "   ", "x" * 5001])
async def test_what_was_typed_is_kept_when_it_can_t_be_said(
    founded: Founded, jonas: httpx.AsyncClient, text: str
) -> None:
    session = await offered(founded.instance, founded.admin)

    answer = await jonas.post(f"/sessions/{session.id}/comments", data={"text": text})

    assert answer.status_code == 422
    assert text.strip() in answer.text
    assert 'id="text-error"' in answer.text
    assert await stored(founded) == []


async def test_strangers_read_but_don_t_speak(
    founded: Founded, stranger: httpx.AsyncClient, jonas: httpx.AsyncClient
) -> None:
    session = await offered(founded.instance, founded.admin, audience="public")
    await spoken(founded, session, founded.employee)

    page = (await stranger.get(f"/sessions/{session.id}")).text
    answer = await stranger.post(f"/sessions/{session.id}/comments", data={"text": "Hello"})

    assert "coffee" in page
    assert 'name="text"' not in page
    assert "Report" not in page
    assert answer.status_code in (303, 401)
    assert len(await stored(founded)) == 1


async def test_nobody_changes_deletes_or_hides_what_is_not_theirs(
    founded: Founded, jonas: httpx.AsyncClient
) -> None:
    session = await offered(founded.instance, founded.admin)
    comment = await spoken(founded, session, founded.admin)

    for path, data in (
        (f"/comments/{comment.id}/edit", {"text": "Mine now"}),
        (f"/comments/{comment.id}/delete", {}),
        (f"/comments/{comment.id}/hide", {"reason": ""}),
        (f"/comments/{comment.id}/show", {}),
        (f"/sessions/{session.id}/conversation", {"mode": "closed"}),
    ):
        assert (await jonas.post(path, data=data)).status_code == 403, path

    assert [(one.state, one.text) for one in await stored(founded)] == [("shown", "Is there coffee?")]


async def test_the_author_changes_and_deletes_it(founded: Founded, jonas: httpx.AsyncClient) -> None:
    session = await offered(founded.instance, founded.admin)
    comment = await spoken(founded, session, founded.employee)

    assert "Is there coffee?" in (await jonas.get(f"/comments/{comment.id}/edit")).text
    await jonas.post(f"/comments/{comment.id}/edit", data={"text": "And tea?"})
    assert "And tea?" in (await jonas.get(f"/sessions/{session.id}")).text
    await jonas.post(f"/comments/{comment.id}/delete")

    assert "And tea?" not in (await jonas.get(f"/sessions/{session.id}")).text
    assert (await jonas.get(f"/comments/{comment.id}/edit")).status_code == 404


async def test_a_moderator_hides_and_shows_again(
    founded: Founded, jonas: httpx.AsyncClient, ada: httpx.AsyncClient, federation: Federation
) -> None:
    session = await offered(founded.instance, founded.admin)
    comment = await spoken(founded, session, founded.admin)

    await ada.post(f"/comments/{comment.id}/hide", data={"reason": "Off topic"})
    assert "coffee" not in (await jonas.get(f"/sessions/{session.id}")).text
    assert "Off topic" in (await ada.get(f"/sessions/{session.id}")).text
    await ada.post(f"/comments/{comment.id}/show")

    assert "coffee" in (await jonas.get(f"/sessions/{session.id}")).text


async def test_a_mention_an_answer_and_a_comment_are_told_once_each(
    founded: Founded, jonas: httpx.AsyncClient, ada: httpx.AsyncClient
) -> None:
    session = await offered(founded.instance, founded.admin)
    await jonas.post(f"/sessions/{session.id}/comments", data={"text": "Hello @ada, coffee?"})
    (first,) = await stored(founded)
    await ada.post(f"/sessions/{session.id}/comments", data={"text": "Yes @jonas", "reply": str(first.id)})

    hers, his = (await ada.get("/notifications")).text, (await jonas.get("/notifications")).text

    assert hers.count('<li class="thing') == his.count('<li class="thing') == 1
    assert "Jonas Brandt named you" in hers
    assert "Ada Petersen answered you" in his
    assert '<span class="count figures">1' in (await jonas.get("/")).text
    await jonas.post("/notifications/read")
    assert 'class="count' not in (await jonas.get("/")).text


async def test_a_notification_leads_to_the_comment_and_is_nobody_elses(
    founded: Founded, jonas: httpx.AsyncClient, ada: httpx.AsyncClient
) -> None:
    session = await offered(founded.instance, founded.admin)
    comment = await spoken(founded, session, founded.employee)
    page = (await ada.get("/notifications")).text
    address = page.split('href="/notifications/')[1].split('"')[0]

    assert (await jonas.get(f"/notifications/{address}")).status_code == 404
    answer = await ada.get(f"/notifications/{address}")

    assert answer.headers["location"] == f"/sessions/{session.id}#comment-{comment.id}"
    assert 'class="count' not in (await ada.get("/")).text


async def test_what_was_hidden_or_deleted_leaves_no_notification(
    founded: Founded, jonas: httpx.AsyncClient, ada: httpx.AsyncClient
) -> None:
    session = await offered(founded.instance, founded.admin)
    comment = await spoken(founded, session, founded.employee)

    await jonas.post(f"/comments/{comment.id}/delete")

    assert "coffee" not in (await ada.get("/notifications")).text
    assert 'class="count' not in (await ada.get("/")).text


async def test_interest_is_said_and_taken_back_also_for_partners_sessions(
    founded: Founded, jonas: httpx.AsyncClient
) -> None:
    ours = await offered(founded.instance, founded.admin)
    theirs = await from_partner(founded.instance, await partner(founded.instance))
    for session in (ours, theirs):
        await jonas.post(f"/sessions/{session.id}/interested")
        await jonas.post(f"/sessions/{session.id}/interested")
        assert "1 interested" in (await jonas.get(f"/sessions/{session.id}")).text
        await jonas.post(f"/sessions/{session.id}/not-interested")
        assert "1 interested" not in (await jonas.get(f"/sessions/{session.id}")).text


async def test_a_closed_conversation_has_no_form(
    founded: Founded, jonas: httpx.AsyncClient, ada: httpx.AsyncClient
) -> None:
    session = await offered(founded.instance, founded.admin)

    await ada.post(f"/sessions/{session.id}/conversation", data={"mode": "closed"})

    page = (await jonas.get(f"/sessions/{session.id}")).text
    assert "The conversation is closed." in page
    assert 'name="text"' not in page
    answer = await jonas.post(f"/sessions/{session.id}/comments", data={"text": "Still"})
    assert answer.status_code == 409
    assert await stored(founded) == []


async def test_a_report_is_decided_on_the_moderators_list_with_its_reason(
    founded: Founded, jonas: httpx.AsyncClient, ada: httpx.AsyncClient
) -> None:
    session = await offered(founded.instance, founded.admin)
    comment = await spoken(founded, session, founded.admin, "Buy my coins")
    about = {"comment": str(comment.id)}
    assert (await jonas.post("/report", data={**about, "reason": ""})).status_code == 422
    assert (await jonas.post("/report", data={**about, "reason": "Advertising"})).status_code == 303

    assert "Advertising" in (await ada.get("/admin/moderation")).text
    assert (await jonas.get("/admin/moderation")).status_code == 404
    async with founded.instance.reading() as db:
        report = (await db.scalars(select(Report))).one()
    decided = {"outcome": "hidden", "note": "Coins"}
    assert (await jonas.post(f"/admin/moderation/{report.id}/decide", data=decided)).status_code == 404
    await ada.post(f"/admin/moderation/{report.id}/decide", data=decided)

    assert "Advertising" not in (await ada.get("/admin/moderation")).text
    closed = (await ada.get("/admin/moderation?state=closed&kind=comment")).text
    assert "It was hidden" in closed
    assert "Coins" in closed
    assert "coins" not in (await jonas.get(f"/sessions/{session.id}")).text
    again = await ada.post(f"/admin/moderation/{report.id}/decide", data=decided)
    assert again.status_code == 409


async def test_the_moderators_list_goes_on_to_older_reports(
    founded: Founded, jonas: httpx.AsyncClient, ada: httpx.AsyncClient
) -> None:
    session = await offered(founded.instance, founded.admin)
    async with founded.instance.unit_of_work() as uow:
        for number in range(23):
            uow.db.add(
                Report(
                    id=uow.new_id(), session_id=session.id, reporter_host="b.example",
                    reason=f"No {number:02}", state="open", created_at=uow.now,
                )
            )  # fmt: skip

    first = (await ada.get("/admin/moderation")).text
    onward = first.split('href="/admin/moderation?state=open&amp;kind=&amp;before=')[1].split('"')[0]
    second = (await ada.get(f"/admin/moderation?state=open&kind=&before={onward}")).text

    assert first.count('class="case"') == 20
    assert second.count('class="case"') == 3
    assert "No 00" in second


async def test_nobody_reports_what_they_can_t_see(founded: Founded, jonas: httpx.AsyncClient) -> None:
    for about in ("comment", "session", "person"):
        answer = await jonas.post("/report", data={about: "12345", "reason": "Rude"})
        assert answer.status_code == 404
    assert (await jonas.get("/report")).status_code == 404


async def test_domains_are_decided_by_administrators_alone(
    founded: Founded, jonas: httpx.AsyncClient, ada: httpx.AsyncClient, federation: Federation
) -> None:
    wanted = {"domain": "Spam.Example.", "severity": "suspend", "reason": "Advertising"}
    assert (await jonas.post("/admin/domains", data=wanted)).status_code == 404
    async with founded.instance.unit_of_work() as uow:
        (await uow.db.get_one(Employee, founded.employee.id)).roles = ["moderator"]
    async with await as_employee(federation, founded.employee) as moderator:
        assert (await moderator.post("/admin/domains", data=wanted)).status_code == 404
        assert (await moderator.get("/admin/moderation")).status_code == 200

    assert (await ada.post("/admin/domains", data=wanted)).status_code == 303
    page = (await ada.get("/admin/domains")).text
    assert "spam.example" in page
    assert "Advertising" in page
    for wrong in ("not a domain", "", "nordlicht.example"):
        answer = await ada.post("/admin/domains", data={**wanted, "domain": wrong})
        assert answer.status_code == 422, wrong
    await ada.post("/admin/domains/free", data={"domain": "spam.example"})
    async with founded.instance.reading() as db:
        assert list(await db.scalars(select(DomainPolicy))) == []
