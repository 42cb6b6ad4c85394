"""From bytes and the environment to a configuration: what a file may look like, and what wins over it."""

from pathlib import Path

import pytest

from queue_server.config import Config, ConfigError, Mistake, hall_from, load, report
from tests.config.cases import SMALL


def test_the_environments_store_wins_over_the_files(tmp_path: Path) -> None:
    """Contract: `ANTREAN_STORE_URL` wins over the file."""
    assert "memory:" == loaded(tmp_path, env={"ANTREAN_STORE_URL": "memory:"}).store_url


def test_an_empty_variable_is_no_variable(tmp_path: Path) -> None:
    """A service manager's file often holds the name with nothing behind it."""
    config = loaded(tmp_path, env={"ANTREAN_STORE_URL": "", "ANTREAN_LIMITS": ""})

    assert ("sqlite:small.db", False) == (config.store_url, config.limits.is_off)


def test_lifted_limits_are_told_and_lengthen_the_lines(tmp_path: Path) -> None:
    """Contract: `ANTREAN_LIMITS=off` for load tests; a line then holds as many as any test takes."""
    config = loaded(tmp_path, env={"ANTREAN_LIMITS": "off"})

    assert (True, 10**6) == (config.limits.is_off, config.halls[0].rules.line_max)


def test_limits_that_are_on_change_nothing(tmp_path: Path) -> None:
    """The other value of the switch."""
    assert loaded(tmp_path) == loaded(tmp_path, env={"ANTREAN_LIMITS": "on"})


def test_mistakes_in_variables_bear_their_names_and_come_with_those_of_the_file(tmp_path: Path) -> None:
    """All mistakes together, wherever they stand."""
    env = {"ANTREAN_LIMITS": "no", "ANTREAN_STORE_URL": "oracle:"}

    mistakes = refused(tmp_path, SMALL.replace("port = 0", "port = -1").encode(), env=env)

    assert ["server.port", "ANTREAN_STORE_URL", "ANTREAN_LIMITS"] == [mistake.path for mistake in mistakes]


def test_a_file_may_hold_several_halls_and_each_has_its_own_id(tmp_path: Path) -> None:
    """A system of many halls; two of one id would share one journal."""
    hall = SMALL[SMALL.index("[[hall]]") :]
    other = hall.replace('id = "small"', 'id = "other"').replace("Asia/Makassar", "Asia/Jayapura")

    config = loaded(tmp_path, text=SMALL + other)
    mistakes = refused(tmp_path, (SMALL + hall).encode())

    assert [("small", "Asia/Makassar"), ("other", "Asia/Jayapura")] == [
        (hall.id, hall.timezone) for hall in config.halls
    ]
    assert [("hall[1].id", "small")] == [(mistake.path, mistake.inside) for mistake in mistakes]
    assert '"small" is already the id of hall[0]' in mistakes[0].message


def test_a_halls_own_file_is_read_as_the_halls_of_the_configuration_are(tmp_path: Path) -> None:
    """The same hall, and all its mistakes at once; whatever is not a hall is none of its business."""
    hall = SMALL[SMALL.index("[[hall]]") :]
    with pytest.raises(ConfigError) as broken:
        hall_from(hall.replace("Asia/Makassar", "Asia/Babat").replace('zone = "a"', 'zone = "x"', 1))
    with pytest.raises(ConfigError) as whole:
        hall_from(SMALL)
    with pytest.raises(ConfigError) as empty:
        hall_from("")
    with pytest.raises(ConfigError) as rubbish:
        hall_from("MPP Babat")

    assert loaded(tmp_path).halls[0] == hall_from(hall)
    assert 10**6 == hall_from(hall, has_limits=False).rules.line_max
    assert 2 <= len(broken.value.mistakes)
    assert ["store", "server", "limits", "speech"] == [mistake.path for mistake in whole.value.mistakes]
    assert ['lacks the key "hall".'] == [mistake.message for mistake in empty.value.mistakes]
    assert "is not TOML" in rubbish.value.mistakes[0].message


def test_a_relative_folder_of_sounds_starts_beside_the_file(tmp_path: Path) -> None:
    """The hub may be started from anywhere."""
    (tmp_path / "voices").mkdir()

    config = loaded(tmp_path, text=SMALL.replace('engine = "none"', 'sounds = "voices"'))

    assert tmp_path / "voices" == config.speech.sounds_dir


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_file_from_a_windows_editor_is_read(tmp_path: Path, ending: str) -> None:
    """Such editors put a byte order mark in front and end lines in their own way."""
    raw = b"\xef\xbb\xbf" + SMALL.replace("\n", ending).encode()

    assert loaded(tmp_path) == loaded_bytes(tmp_path, raw)


def test_texts_lose_the_spaces_around_them(tmp_path: Path) -> None:
    """They are invisible in the file and visible on paper."""
    assert "Tamu" == loaded(tmp_path, text=SMALL.replace('"Tamu"', '"  Tamu "')).halls[0].wifi


def test_texts_in_further_languages_wait_for_their_day(tmp_path: Path) -> None:
    """A hall may drop a language for a while without losing its texts."""
    config = loaded(tmp_path, text=SMALL.replace('languages = ["id", "en"]', 'languages = ["en"]'))

    assert {"en": "Welcome."} == config.halls[0].notice


def test_an_address_loses_the_slash_at_its_end(tmp_path: Path) -> None:
    """`/t/{id}` is put behind it."""
    config = loaded(tmp_path, text=SMALL.replace("antrean.example.id", "antrean.example.id:8443/"))

    assert "https://antrean.example.id:8443" == config.halls[0].public_url


def test_two_kiosks_may_share_a_printer(tmp_path: Path) -> None:
    """They stand side by side in a small hall."""
    hall = loaded(tmp_path, text=SMALL.replace('printer = "none"', 'printer = "printer-1"')).halls[0]

    assert ["printer-1", "printer-1"] == [kiosk.printer for kiosk in hall.kiosks]


def test_hours_are_put_in_order_and_may_touch(tmp_path: Path) -> None:
    """Only overlapping ones are a mistake."""
    text = SMALL.replace('"08:00-12:00", "13:00-15:00"', '"12:00 – 24:00", "8:00-12:00"')  # noqa: RUF001 - as typed

    monday = loaded(tmp_path, text=text).halls[0].services[0].hours[0]

    assert [(480, 720), (720, 1_440)] == [(period.opens, period.closes) for period in monday]


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    """The first thing that goes wrong in an installation."""
    with pytest.raises(ConfigError) as caught:
        load(tmp_path / "none.toml", env={})

    path = str(tmp_path / "none.toml")
    assert (
        Mistake(path=path, message="cannot be read: No such file or directory."),
    ) == caught.value.mistakes


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    """`--config .` is an easy slip."""
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        load(tmp_path, env={})


def test_a_name_that_no_file_can_have_is_refused() -> None:
    """A null byte in a path is an exception of another kind."""
    with pytest.raises(ConfigError, match="is no file name"):
        load(Path("a\0b"), env={})


def test_a_file_of_another_encoding_names_the_line(tmp_path: Path) -> None:
    """TOML is UTF-8."""
    mistakes = refused(tmp_path, b"# one\n# caf\xe9\n")

    assert (Mistake(path="line 2", message="is not UTF-8; save the file with that encoding."),) == mistakes


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    """A database given by mistake must not fill the memory."""
    mistakes = refused(tmp_path, b"#" * (1024 * 1024 + 1))

    assert ["is larger than 1048576 bytes; is it the right file?"] == [
        mistake.message for mistake in mistakes
    ]


def test_an_empty_file_lacks_a_hall(tmp_path: Path) -> None:
    """Everything else has defaults."""
    assert (Mistake(path="file", message='lacks the key "hall".'),) == refused(tmp_path, b"")


def test_a_report_counts_the_mistakes_and_names_the_entry_of_each() -> None:
    """`antrean check` prints these lines."""
    one = Mistake(path="hall[0].counters[3].zone", message='"x" is no zone of this hall.', inside="loket-4")
    other = Mistake(path="server.port", message="must be a whole number.")

    assert '1 mistake:\n  hall[0].counters[3].zone (loket-4): "x" is no zone of this hall.' == report(
        ConfigError((one,))
    )
    assert report(ConfigError((one, other))).startswith("2 mistakes:\n")
    assert report(ConfigError((one, other))).endswith("\n  server.port: must be a whole number.")


def loaded(folder: Path, *, text: str = SMALL, env: dict[str, str] | None = None) -> Config:
    """The configuration in a file with this text."""
    return loaded_bytes(folder, text.encode(), env=env)


def loaded_bytes(folder: Path, raw: bytes, *, env: dict[str, str] | None = None) -> Config:
    """The configuration in a file with these bytes."""
    file = folder / "config.toml"
    file.write_bytes(raw)
    return load(file, env=env or {})


def refused(folder: Path, raw: bytes, *, env: dict[str, str] | None = None) -> tuple[Mistake, ...]:
    """The mistakes in a file with these bytes."""
    with pytest.raises(ConfigError) as caught:
        loaded_bytes(folder, raw, env=env)
    return caught.value.mistakes
