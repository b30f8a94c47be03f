"""`alliance worker`."""

import asyncio
import signal
from typing import Annotated

import typer

from alliance.settings import Settings
from federation.chores import CHORES
from federation.series_chores import SERIES_CHORES
from federation.worker import Worker
from web.command_line.rooms import room
from web.command_line.running import opened, run
from web.command_line.serving import refuse_unless_startable
from web.inner_listener import listening
from web.logs import set_up_logs
from web.mail.sending import MAIL_CHORES
from web.mastodon.app_chores import APP_CHORES
from web.operations import for_inside
from web.process_memory import give_back_what_is_large
from web.watching import watch
from web.webhooks.sending import WEBHOOK_CHORES

app = room("alliance worker --concurrency 16", "Works through the queues.")


@app.command()
def worker(
    concurrency: Annotated[int, typer.Option(min=1, max=256, help="Queues worked on at once.")] = 16,
) -> None:
    """Delivers what waits and processes what came in, until Ctrl-C; what has begun is finished first."""
    settings = Settings.from_env()
    refuse_unless_startable(settings)
    run(_work(settings, concurrency))


async def _work(settings: Settings, concurrency: int) -> None:
    give_back_what_is_large()
    async with opened(settings, who=None) as federation:
        set_up_logs(settings.log)
        chores = (*CHORES, *SERIES_CHORES, *MAIL_CHORES, *APP_CHORES, *WEBHOOK_CHORES)
        worker = Worker(federation, concurrency=concurrency, chores=chores)
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, worker.stop)
        metrics, tracing = watch(federation)
        async with listening(settings.metrics_bind, for_inside(federation.instance, metrics)):
            await worker.run()
        if tracing is not None:
            await asyncio.to_thread(tracing.close)
