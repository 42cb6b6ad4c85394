"""Logs: one line of key=value on stderr, no personal data, instants in UTC."""

import logging
import sys

import structlog


def configure_logs() -> None:
    """For the process; tests use structlog's own capture instead."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(
        level=logging.WARNING,
        stream=sys.stderr,
        format="timestamp=%(asctime)s level=%(levelname)s event=%(message)r",
    )
