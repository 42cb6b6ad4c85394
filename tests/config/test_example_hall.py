"""The hall that the product comes with, and how a file's words become the domain's values."""

import re
from pathlib import Path

from queue_server.config import Config, Limits, SpeechSettings, load, with_always_open
from queue_server.domain.hall import CounterPlace, Kiosk, Period, Printer, Rules, Screen, Service

EXAMPLE = Path(__file__).parents[2] / "config.toml"
SMALL = Path(__file__).with_name("small.toml")


def test_the_example_is_the_whole_of_lamongan() -> None:
    """Brief: ten agencies and the ADM, 25 services, 24 counters called Loket, three zones, kiosks with printers."""
    hall = load(EXAMPLE, env={}).halls[0]

    assert 11 == len(hall.agencies)
    assert "adm" in {agency.id for agency in hall.agencies}
    assert len(hall.services) >= 25
    assert len([counter for counter in hall.counters if re.fullmatch(r"Loket \d+", counter.name)]) >= 24
    assert len(hall.zones) >= 3
    assert len(hall.screens) >= 4
    assert [80, 80] == [printer.paper_width_mm for printer in hall.printers]
    assert 2 == len([kiosk for kiosk in hall.kiosks if kiosk.printer is not None])
    assert hall.public_url is None
    assert hall.wifi is not None


def test_every_service_of_the_example_can_be_read_in_both_languages() -> None:
    """Brief: names and what to bring, in Indonesian and English, with as many lines in each; a promise; hours."""
    hall = load(EXAMPLE, env={}).halls[0]

    for service in hall.services:
        assert ["id", "en"] == list(service.name)
        assert ["id", "en"] == list(service.requirements)
        assert len(service.requirements["id"]) == len(service.requirements["en"]) > 0
        assert service.target_ms is not None
        assert any(service.hours)
    assert ["id", "en"] == list(hall.notice)


def test_the_example_rules_are_the_domains_own() -> None:
    """The file writes out what holds without it, so that an administrator sees what can be changed."""
    assert Rules() == load(EXAMPLE, env={}).halls[0].rules


def test_a_file_becomes_the_domains_values() -> None:
    """Minutes and seconds become milliseconds, schedules become seven days, "none" becomes no printer."""
    config = load(SMALL, env={})
    hall = config.halls[0]

    assert (
        Config(
            store_url="sqlite:small.db",
            host="127.0.0.1",
            port=0,
            is_insecure_lan=False,
            trusted_proxies=(),
            close_halls_after_ms=900_000,
            limits=Limits(
                tickets_per_minute=12, sockets_per_address=256, sign_ins_per_minute=10, inbox_commands=1024
            ),
            speech=SpeechSettings(engine="none", command=None, sounds_dir=None),
            halls=(hall,),
        )
        == config
    )
    assert Rules(undo_ms=5_000) == hall.rules
    assert (
        Service(
            id=hall.services[0].id,
            agency=hall.agencies[0].id,
            prefix="A",
            name={"id": "KTP-el", "en": "Identity card"},
            requirements={"id": ("KK",), "en": ("Family card",)},
            target_ms=900_000,
            hours=((Period(opens=480, closes=720), Period(opens=780, closes=900)), (), (), (), (), (), ()),
        )
        == hall.services[0]
    )
    assert (
        CounterPlace(
            id=hall.counters[1].id, name="Loket 2", zone=hall.zones[1].id, services=(hall.services[2].id,)
        )
        == hall.counters[1]
    )
    assert (
        Kiosk(id=hall.kiosks[0].id, name={"id": "Kios", "en": "Kiosk"}, printer=hall.printers[0].id),
        Kiosk(id=hall.kiosks[1].id, name={"id": "Tablet", "en": "Tablet"}, printer=None),
    ) == hall.kiosks
    assert (Printer(id=hall.printers[0].id, paper_width_mm=58),) == hall.printers
    assert Screen(id=hall.screens[1].id, zone=hall.zones[1].id) == hall.screens[1]
    assert ("MPP Kecil", "Asia/Makassar", "https://antrean.example.id", "Tamu") == (
        hall.name,
        hall.timezone,
        hall.public_url,
        hall.wifi,
    )


def test_always_open_changes_that_rule_and_nothing_else() -> None:
    """Contract: `--always-open` ignores opening hours."""
    hall = load(SMALL, env={}).halls[0]

    opened = with_always_open(hall)

    assert Rules(undo_ms=5_000, is_always_open=True) == opened.rules
    assert (hall.id, hall.services, hall.counters) == (opened.id, opened.services, opened.counters)
