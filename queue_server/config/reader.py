"""Reads config.toml once into a frozen `Config`, or reports every mistake in it together.

The file is untrusted text: any bytes lead to a `Config` or to a `ConfigError`, never to another exception. Read here
and nowhere else; what decisions need is journaled from it as `HallConfigured`. Proven by tests/config.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from queue_server.config.addresses import StoreAddress
from queue_server.config.build import MS_PER_S, built_hall
from queue_server.config.cross_checks import check_hall, check_hall_ids
from queue_server.config.file_shape import FileRow, HallFileRow, HallRow
from queue_server.config.mistakes import ROOT, At, ConfigError, Notes, mistake_at, shown
from queue_server.config.rows import entry_at, read_row
from queue_server.config.settings import Config, Limits, SpeechSettings, TlsSettings
from queue_server.domain.hall import HallConfig

FILE_BYTES_MAX = 1024 * 1024
"""Two hundred services with long lists take a third of this."""

STORE_VARIABLE = "ANTREAN_STORE_URL"
LIMITS_VARIABLE = "ANTREAN_LIMITS"


def load(path: Path, env: Mapping[str, str] | None = None) -> Config:
    """The configuration in a file, with what the environment overrides.

    Args:
        path: the TOML file; its folder is where `speech.sounds` starts from.
        env: environment variables; None: those of this process.

    Raises:
        ConfigError: with all mistakes.
    """
    tree = _parsed(_text(path))
    return config_from(tree, folder=path.parent, env=os.environ if env is None else env)


def config_from(tree: Mapping[str, object], *, folder: Path, env: Mapping[str, str]) -> Config:
    """The configuration in a parsed file. Arguments and errors as `load`."""
    notes = Notes()
    file = read_row(FileRow, tree, At(), notes)
    _check_halls(file.hall, notes)
    store_url = _store_url(file, env, notes)
    limits = _limits(file, env, notes)
    speech = _speech(file, folder, notes)
    tls = _tls(file, folder, notes)
    notes.raise_any()
    return Config(
        store_url=store_url,
        host=file.server.host,
        port=file.server.port,
        is_insecure_lan=file.server.insecure_lan,
        trusted_proxies=file.server.trusted_proxies,
        tls=tls,
        close_halls_after_ms=file.server.close_halls_after_s * MS_PER_S,
        limits=limits,
        speech=speech,
        halls=tuple(built_hall(hall, has_limits=not limits.is_off) for hall in file.hall),
    )


def hall_text(path: Path) -> str:
    """The text of a hall's own file, unread. Raises: ConfigError where there is none."""
    return _text(path)


def hall_from(text: str, *, has_limits: bool = True) -> HallConfig:
    """The hall that a file of its own describes.

    Args:
        text: TOML with one `[[hall]]` and nothing else.
        has_limits: as `built_hall`.

    Raises:
        ConfigError: with all mistakes.
    """
    notes = Notes()
    file = read_row(HallFileRow, _parsed(text), At(), notes)
    _check_halls(file.hall, notes)
    notes.raise_any()
    [hall] = file.hall
    return built_hall(hall, has_limits=has_limits)


def _check_halls(halls: tuple[HallRow, ...], notes: Notes) -> None:
    for index, hall in enumerate(halls):
        check_hall(hall, entry_at(At("hall"), index, {"id": hall.id}), notes)
    check_hall_ids(halls, notes)


def _text(path: Path) -> str:
    """The file's text without a byte order mark, which Windows editors put in front. Raises: ConfigError."""
    try:
        with path.open("rb") as file:
            raw = file.read(FILE_BYTES_MAX + 1)
    except OSError as error:
        raise _only(str(path), f"cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise _only(shown(str(path)), "is no file name.") from error
    if len(raw) > FILE_BYTES_MAX:
        raise _only(str(path), f"is larger than {FILE_BYTES_MAX} bytes; is it the right file?")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _only(f"line {line}", "is not UTF-8; save the file with that encoding.") from error


def _parsed(text: str) -> dict[str, object]:
    """The tables of a TOML text. Raises: ConfigError."""
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise _only(ROOT, "is nested too deeply to be read.") from error
    except ValueError as error:
        # Mostly a TOMLDecodeError, which ends in "(at line 3, column 7)"; a number of thousands of digits is a bare one.
        match = re.fullmatch(r"(.*) \(at (.*)\)", str(error), flags=re.DOTALL)
        reason, place = (match.group(1), match.group(2)) if match else (str(error), ROOT)
        raise _only(place, f"is not TOML: {reason}.") from error


def _only(path: str, message: str) -> ConfigError:
    return ConfigError((mistake_at(At(path), message),))


def _store_url(file: FileRow, env: Mapping[str, str], notes: Notes) -> str:
    if env.get(STORE_VARIABLE):
        return StoreAddress().read(env[STORE_VARIABLE], At(STORE_VARIABLE), notes)
    return file.store.url


def _limits(file: FileRow, env: Mapping[str, str], notes: Notes) -> Limits:
    switch = env.get(LIMITS_VARIABLE, "")
    if switch not in {"", "on", "off"}:
        notes.add(At(LIMITS_VARIABLE), f'must be "on", "off" or not set; found {shown(switch)}.')
    return Limits(
        tickets_per_minute=file.limits.tickets_per_minute,
        sockets_per_address=file.limits.sockets_per_address,
        sign_ins_per_minute=file.limits.sign_ins_per_minute,
        inbox_commands=file.limits.inbox_commands,
        is_off=switch == "off",
    )


def _speech(file: FileRow, folder: Path, notes: Notes) -> SpeechSettings:
    sounds_dir = None if file.speech.sounds is None else (folder / file.speech.sounds).absolute()
    if sounds_dir is not None and not _is_folder(sounds_dir):
        text = f"{shown(file.speech.sounds)} is no folder; paths start beside the configuration file."
        notes.add(At("speech.sounds"), text)
    return SpeechSettings(engine=file.speech.engine, command=file.speech.command, sounds_dir=sounds_dir)


def _tls(file: FileRow, folder: Path, notes: Notes) -> TlsSettings | None:
    """Whether the files are there and fit is seen at the start: `antrean check` may run on another machine."""
    row, at = file.server.tls, At("server.tls")
    if row.local and (row.certificate or row.key):
        notes.add(at, "has local = true and files of its own; say one of the two.")
    elif bool(row.certificate) != bool(row.key):
        lacking = "key" if row.certificate else "certificate"
        notes.add(at, f'lacks "{lacking}"; certificate and key go together (both may name one file).')
    if row.local:
        return TlsSettings(certificate=None, key=None)
    if row.certificate and row.key:
        return TlsSettings(
            certificate=(folder / row.certificate).absolute(), key=(folder / row.key).absolute()
        )
    return None


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        # Too long for the file system, or with a null byte in it.
        return False
