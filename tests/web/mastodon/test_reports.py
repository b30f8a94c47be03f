"""Reports from apps reach our moderators, about what the reporter sees alone."""

from typing import Any

import pytest
from httpx import AsyncClient
from sqlalchemy import select

from alliance.commenting import say
from alliance.models import Report
from tests.alliance.stage import Stage
from tests.support.founding import Founded
from tests.web.mastodon.scenes import NOBODY, expert, got, posted

pytestmark = pytest.mark.anyio
ADDRESS = "/api/v1/reports"


async def reports(stage: Stage) -> list[Report]:
    async with stage.instance.reading() as db:
        return list(await db.scalars(select(Report).order_by(Report.id)))


async def test_a_person_is_reported_with_words_or_without(api: AsyncClient, stage: Stage) -> None:
    lena = await expert(stage)

    made = await posted(api, ADDRESS, "Report", account_id=lena.id, comment="Sells shoes.", category="spam")
    await posted(api, ADDRESS, "Report", account_id=lena.id, category="legal", forward="true")

    assert (made["comment"], made["category"], made["forwarded"]) == ("Sells shoes.", "spam", False)
    assert made["target_account"]["id"] == str(lena.id)
    first, second = await reports(stage)
    assert (first.person_id, first.reason, str(first.id)) == (lena.id, "Sells shoes.", made["id"])
    assert second.reason.startswith("This is against the law.")
    assert second.reason.count("\n") == 2


async def test_what_somebody_wrote_is_reported(api: AsyncClient, stage: Stage, founded: Founded) -> None:
    lena, own = await expert(stage), await stage.publish(audience="company")
    async with stage.instance.unit_of_work() as uow:
        comment = await say(uow, own.id, lena, "Buy shoes.")
    [session] = await got(api, f"/api/v1/accounts/{founded.company.id}/statuses", "Status[]")
    answers = await got(api, f"/api/v1/statuses/{session['id']}/context", "Context")
    status = answers["descendants"][0]["id"]

    made = await posted(api, ADDRESS, "Report", account_id=lena.id, **{"status_ids[]": status})
    about = {"account_id": str(founded.company.id), "status_ids[]": session["id"]}
    await posted(api, ADDRESS, "Report", **about)

    assert made["status_ids"] == [status]
    assert [(row.comment_id, row.session_id) for row in await reports(stage)] == [
        (comment.id, None),
        (None, own.id),
    ]
    # Somebody else's words are not held against anybody.
    wrong = await api.post(ADDRESS, data={"account_id": str(lena.id), "status_ids[]": session["id"]})
    assert wrong.status_code == 404


async def test_what_one_does_not_see_is_not_reported(api: AsyncClient, stage: Stage) -> None:
    hidden, quiet = await stage.person(), await stage.colleague("Kim Quiet")
    wanted: list[tuple[dict[str, Any], int]] = [
        ({}, 422),
        ({"account_id": str(hidden.id)}, 404),
        ({"account_id": str(quiet.id)}, 422),
        ({"account_id": str(quiet.id), "status_ids[]": "12345"}, 404),
        ({"account_id": str(quiet.id), "category": "moon"}, 422),
        ({"account_id": str(quiet.id), "comment": "x" * 1001}, 422),
        *(({"account_id": number}, 404) for number in NOBODY),
    ]
    for form, status in wanted:
        answer = await api.post(ADDRESS, data=form)
        assert answer.status_code == status, (form, answer.text)
    assert await reports(stage) == []
