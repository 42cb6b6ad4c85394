"""The configuration: `load` reads config.toml into a frozen `Config` or reports all its mistakes together."""

from queue_server.config.build import with_always_open
from queue_server.config.mistakes import ConfigError, Mistake, report
from queue_server.config.reader import config_from, hall_from, hall_text, load
from queue_server.config.settings import Config, Limits, SpeechSettings, TlsSettings

__all__ = [
    "Config",
    "ConfigError",
    "Limits",
    "Mistake",
    "SpeechSettings",
    "TlsSettings",
    "config_from",
    "hall_from",
    "hall_text",
    "load",
    "report",
    "with_always_open",
]
