"""A worker that sends mail, in a process of its own, so that a test can kill it."""

import asyncio
import sys
from dataclasses import replace

import structlog

from alliance.settings import MailServer, Settings
from federation.wiring import open_instance
from federation.worker import Worker
from tests.worker_process import settings_from
from web.mail.sending import MAIL_CHORES


async def work(settings: Settings) -> None:
    """Sends until it is killed."""
    _, federation = await open_instance(settings)
    await Worker(federation, chores=MAIL_CHORES).run()


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    smtp = MailServer("127.0.0.1", int(sys.argv[2]), "none", None, None)
    asyncio.run(work(replace(settings_from(sys.argv[1]), smtp=smtp, mail_rate=6000)))
