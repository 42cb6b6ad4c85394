"""docs/running.md: every key of the counter, every warning, files that can be copied as they stand."""

import json
import re
from typing import get_args

from queue_server.wire.shapes import WarningCode
from tests.documentation.markdown import ROOT, blocks, codes, rows, text_of

PAGE = "docs/running.md"
COUNTER = ROOT / "queue_server" / "web" / "static" / "js" / "pages" / "counter"


def test_every_key_of_the_counter_is_described() -> None:
    """And no other: an officer learns from this table."""
    described = [codes(row[0])[0] for row in rows(PAGE, "A day in the hall", "key")]
    acts = re.findall(r'\bkey: "(.)"', (COUNTER / "acts.js").read_text(encoding="utf-8"))
    listened = re.findall(
        r'event\.key(?:\.toLowerCase\(\))? === "(.)"', (COUNTER / "keys.js").read_text(encoding="utf-8")
    )

    assert sorted({*acts, *(key.upper() for key in listened)}) == sorted(described)


def test_every_warning_has_its_row_of_what_to_do() -> None:
    """What the board says in red must be found here."""
    described = {code for row in rows(PAGE, "Troubleshooting", "you see") for code in codes(row[0])}

    assert set() == set(get_args(WarningCode)) - described


def test_the_policy_file_can_be_copied() -> None:
    """A file that is no JSON is passed over by the browser without a word."""
    [policy] = blocks(PAGE, "json")

    assert json.loads(policy)["TranslateEnabled"] is False
    assert json.loads(policy)["AutoplayAllowlist"]


def test_every_kind_of_printer_is_described() -> None:
    """As `--device` takes them."""
    from ticket_printer.devices.choice import FORMS  # noqa: PLC0415 -- an agent's package, for this one test

    described = {codes(row[1])[0].partition(":")[0] for row in rows(PAGE, "Printers", "connection")}

    assert set(re.findall(r"(\w+):", FORMS.replace("HOST:PORT", "").replace("VID:PID", ""))) == described


def test_the_ready_line_is_the_one_that_is_printed() -> None:
    """Service managers and people wait for it."""
    cli = (ROOT / "queue_server" / "cli.py").read_text(encoding="utf-8")

    assert 'print(f"ready {ready.url} hall={hall.id}"' in cli
    assert "ready http://127.0.0.1:8000 hall=lamongan" in text_of("README.md")
