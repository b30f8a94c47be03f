"""A webhook ends by itself, and those who look after it are told by mail."""

from collections.abc import Iterable

from sqlalchemy import select

from alliance.administrating import open_administrators
from alliance.mail_queue import waiting_mail
from alliance.models import CommunityMember, Employee, Webhook
from alliance.unit_of_work import UnitOfWork
from alliance.webhooks import forget_open_news

MAIL_KIND = "webhook_ended"


async def end_webhook(uow: UnitOfWork, hook: Webhook) -> None:
    """Nothing more is tried until somebody resumes it."""
    hook.state, hook.batch = "ended", None
    await forget_open_news(uow, hook.id)
    if uow.settings.smtp is None:
        return
    told = {admin.id for admin in await uow.db.scalars(open_administrators())}
    await _mail(uow, hook, told, f"/admin/webhooks/{hook.id}")
    if hook.community_id is not None:
        owners = (
            select(Employee.id)
            .join(CommunityMember, CommunityMember.person_id == Employee.id)
            .where(
                CommunityMember.community_id == hook.community_id,
                CommunityMember.role == "owner",
                Employee.disabled_at.is_(None),
            )
        )
        others = set((await uow.db.scalars(owners)).all()) - told
        await _mail(uow, hook, others, f"/communities/{hook.community_id}/webhooks/{hook.id}")


async def _mail(uow: UnitOfWork, hook: Webhook, people: Iterable[int], path: str) -> None:
    for employee_id in sorted(people):
        data = {"title": hook.name, "path": path}
        uow.db.add(waiting_mail(uow, MAIL_KIND, employee_id=employee_id, data=data))
    await uow.db.flush()
