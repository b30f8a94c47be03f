"""Log lines: JSON with stable keys for machines, words for people at a terminal.

Every line has `event`, `level`, `logger`, `stream` and `timestamp` (UTC, RFC 3339). `request` is the number
that the answer carries as X-Request-ID, `trace` the trace that a proxy began (W3C Trace Context), `activity`
the id of what goes to a partner or comes from one (the same on both sides), `partner` the other's host.
"""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog


def set_up_logs(level: str) -> None:
    """Sends our lines and those of libraries to stdout from `level` (debug, info, warning, error) upwards."""
    steps: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        _add_stream,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    is_terminal = sys.stdout.isatty()
    render: list[Any] = (
        # Prettier tracebacks show local variables, and among these are links and tokens.
        [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
        if is_terminal
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *steps,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=steps,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *render],
        )
    )
    handler.addFilter(_is_news)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    # Libraries speak up when something is wrong; their chatter may contain addresses that we never log.
    for library in ("aiohttp", "asyncio", "sqlalchemy", "alembic", "uvicorn", "bovine", "httpx"):
        logging.getLogger(library).setLevel(logging.WARNING if level != "debug" else logging.INFO)


_STREAMS = {"alliance.security": "security", "alliance.access": "access"}


def _add_stream(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Where a line belongs: `security` (who came in, who was turned away), `access`, or `work`."""
    event["stream"] = _STREAMS.get(event.get("logger", ""), "work")
    return event


def _is_news(record: logging.LogRecord) -> bool:
    """uvicorn repeats what web/errors.py has logged already, with the request's number.

    And it tells of WebSockets with the whole address, where the token may be.
    """
    needless = ("Exception in ASGI application", '%s - "WebSocket ')
    return not (record.name == "uvicorn.error" and str(record.msg).startswith(needless))
