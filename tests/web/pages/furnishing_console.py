"""What administrators find in the furnished company: reports, servers, sources, the newsletter."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from alliance.domain_policies import treat_domain
from alliance.instance import Instance
from alliance.models import Company, Guest, Session, Source
from alliance.moderating import report
from alliance.newsletter import change_plan, send_now, write_note
from alliance.settings import MailServer
from alliance.subscribing import ask_for_newsletter
from federation.explaining import STEPS, Explanation
from federation.models import Destination, RefusedRequest
from tests.support.founding import Founded
from web.mail.tokens import guest_token

OTHER = "alpenwerk.example"


async def administered(instance: Instance, founded: Founded, others: Session, text: str) -> dict[str, Any]:
    """A report, a silenced domain, a request that was turned away, a server that is down, a source."""
    async with instance.unit_of_work() as uow:
        reported = await report(uow, founded.employee, text, session_id=others.id)
        await treat_domain(uow, "loud.example", "silence", reason=text, by=founded.admin)
        refused = uow.new_id()
        uow.db.add(
            RefusedRequest(
                id=refused, day=date(2026, 3, 16), host=OTHER, reason="no-signature", is_known=True, count=1,
                first_at=uow.now, last_at=uow.now, explanation=_explained(uow.now, text).stored(),
            )
        )  # fmt: skip
        uow.db.add(
            Destination(
                host=OTHER, failures=7, failing_since=uow.now, last_failure_at=uow.now, last_error=text[:200]
            )
        )
        company = Company(
            id=uow.new_id(), origin="https://library.example/@lib", host="lib@library.example",
            name=text[:200], summary=text, hue=5, created_at=uow.now, updated_at=uow.now, uri="https://library.example/@lib",
        )  # fmt: skip
        uow.db.add(company)
        await uow.db.flush()
        uow.db.add(
            Source(
                company_id=company.id, uri="https://library.example/@lib", host="library.example",
                state="following", topics=[text[:50]], since=uow.now, created_at=uow.now,
            )
        )  # fmt: skip
    return {"refused": refused, "source": company.id, "report": reported.id}


def _explained(now: datetime, text: str) -> Explanation:
    said = text[:100]
    return Explanation(
        reason="no-signature", step=STEPS[0], detail=said, received_at=now, method="POST", path=said,
        dialect="", host=said, key_id=said, algorithm=said, digest_given=said, digest_computed=said,
    )  # fmt: skip


async def newsletter_begun(instance: Instance, founded: Founded, text: str) -> dict[str, Any]:
    """One is on its way, and nobody sends it on; a guest has been asked."""
    instance.settings = replace(instance.settings, smtp=MailServer("127.0.0.1", 1, "none", None, None))
    async with instance.unit_of_work() as uow:
        await change_plan(uow, founded.admin, is_on=True, weekday=0, hour=8, for_everybody=True)
        await write_note(uow, founded.admin, text, text, "public")
        begun = await send_now(uow, founded.admin)
        await write_note(uow, founded.admin, text, "", "company")
        await ask_for_newsletter(uow, "mia@guest.example", "de", ())
        guest = (await uow.db.scalars(select(Guest.id))).one()
    return {
        "edition": begun.id,
        "week": begun.week,
        "guest_yes": guest_token(instance.vault, "yes", guest),
        "guest_no": guest_token(instance.vault, "no", guest),
    }
