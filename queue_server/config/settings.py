"""What the process is started with: the configuration, checked and frozen."""

from pathlib import Path

import msgspec

from queue_server.domain.hall import HallConfig


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How much one client may ask for."""

    tickets_per_minute: int
    """Per kiosk."""
    sockets_per_address: int
    """Live sockets at once from one network address."""
    sign_ins_per_minute: int
    """Attempts per network address and name."""
    inbox_commands: int
    """Commands that wait in the hub's inbox; beyond it is `BUSY`. Holds also when `is_off`."""
    is_off: bool = False
    """`ANTREAN_LIMITS=off`: nothing but the inbox is bounded. Allowed on a loopback address only, which whoever binds
    the socket must see to."""


class SpeechSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where the voice comes from: recorded clips first, then the command, then the engine."""

    engine: str
    """"auto", "system", "wheel" or "none"."""
    command: str | None
    """Command line of an external synthesiser, with `{out}` and perhaps `{language}` in it. None: there is none."""
    sounds_dir: Path | None
    """Folder of voice packs and of the hall's own chime, absolute. None: there is none."""


class TlsSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The hub speaks https itself, with files of the hall's own or with what `antrean tls init` made (both None)."""

    certificate: Path | None
    """The certificate and what vouches for it, in PEM form; absolute."""
    key: Path | None
    """Its key, without a password; absolute."""


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that config.toml and the environment say."""

    store_url: str
    """`sqlite:` and a path, relative to the data directory; `postgresql://…`; or `memory:`."""
    host: str
    port: int
    """0: any free one."""
    is_insecure_lan: bool
    """Pages may be served over plain http beyond loopback."""
    trusted_proxies: tuple[str, ...]
    """Addresses of reverse proxies whose X-Forwarded-For and X-Forwarded-Proto are believed."""
    close_halls_after_ms: int
    """A hall that nobody has used for so long is closed on this node; it opens again when it is asked for."""
    tls: TlsSettings | None = None
    """None: plain http."""
    limits: Limits
    speech: SpeechSettings
    halls: tuple[HallConfig, ...]
    """At least one, ids unique. The first is this node's own: always open, and on pages that belong to no hall."""
