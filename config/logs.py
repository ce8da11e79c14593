"""One line of JSON per log event on stderr: static event names, ids and codes, never names, texts or addresses."""

import logging
import sys

import structlog
from structlog.tracebacks import ExceptionDictTransformer
from structlog.types import Processor

_SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]

_TRACES = structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False))
"""Where an error passed through; never the values there, which hold names, texts and tokens."""


def configure_logs(level: str) -> None:
    """Send our events and those of libraries to stderr; call once at an entry point."""
    structlog.configure(
        processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    renderers: list[Processor] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        _TRACES,
        structlog.processors.JSONRenderer(),
    ]
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=renderers, foreign_pre_chain=_SHARED))
    logging.captureWarnings(True)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    # What flask-limiter says when somebody asks too often is that person's address.
    for name in ("alembic", "boto3", "botocore", "celery", "flask-limiter", "kombu", "s3transfer", "urllib3"):
        logging.getLogger(name).setLevel(logging.WARNING)
