"""Every verb and option of `antrean` is described, and every command line that a page shows can be typed."""

import configparser
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from queue_server.cli import Exit, main
from tests.documentation.markdown import blocks, codes, documents, rows, text_of

RUNNING = "docs/running.md"

UNIT_SECTIONS = {"Unit", "Service", "Timer", "Install"}


def test_every_verb_and_option_is_described() -> None:
    """One row each under "Commands" in docs/running.md, with exactly the options that it has."""
    described = {
        codes(row[0])[0].removeprefix("antrean "): set(codes(row[1]))
        for row in rows(RUNNING, "Commands", "command")
    }

    assert {name: _options(verb) for name, verb in _verbs().items()} == described


def test_every_exit_code_is_described() -> None:
    """Service managers go by them."""
    described = {int(row[0]) for row in rows(RUNNING, "Commands", "exit code")}

    assert {int(code) for code in Exit} == described


@pytest.mark.parametrize("page", documents(), ids=str)
def test_every_command_line_shown_can_be_typed(page: Path) -> None:
    """A verb that is there with options that it knows; what is required is given, or comes from the environment."""
    assert [] == [line for line in _command_lines(page) if (_fault(line) is not None)]


def test_the_walk_over_command_lines_sees_them() -> None:
    """And a wrong one among them is found."""
    lines = _command_lines(RUNNING)

    assert len(lines) >= 10
    assert {"serve", "check", "apply", "token", "link", "printer", "display", "backup", "restore", "tls"} <= {
        line.split()[1] for line in lines
    }
    assert "no verb" in (_fault("antrean start --demo") or "")
    assert "--colour" in (_fault("antrean serve --colour red") or "")
    assert "--role" in (_fault("antrean token --hall lamongan") or "")


def test_every_unit_file_is_one() -> None:
    """Sections and keys as systemd reads them, and the program where the page installed it."""
    units = [block for block in blocks(RUNNING, "ini") if "[Unit]" in block]

    assert len(units) == 5
    for unit in units:
        parser = configparser.RawConfigParser(strict=False, delimiters=("=",), comment_prefixes=("#",))
        parser.optionxform = str  # type: ignore[assignment,method-assign]  # systemd's keys have capitals
        parser.read_string(unit)

        assert set(parser.sections()) <= UNIT_SECTIONS
        assert "Description" in parser["Unit"]


def test_the_environment_of_the_pages_is_the_programs() -> None:
    """A variable that nothing reads would be believed for years."""
    told = set(re.findall(r"\bANTREAN_[A-Z_]+\b", "".join(text_of(page) for page in documents())))
    read = {option.envvar for verb in _verbs().values() for option in verb.params if option.envvar}
    files = {"ANTREAN_HUB", "ANTREAN_DEVICE"}
    "Of the unit files, which hand them to options."

    assert told - files == read | {"ANTREAN_STORE_URL", "ANTREAN_LIMITS"}


def _verbs() -> dict[str, click.Command]:
    """Every verb by its name; one of a group by both words."""
    return dict(_verbs_of(main, ""))


def _verbs_of(group: click.Group, before: str) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        verb = group.get_command(context, name)
        if isinstance(verb, click.Group):
            yield from _verbs_of(verb, f"{before}{name} ")
        elif verb is not None:
            yield f"{before}{name}", verb


def _options(verb: click.Command) -> set[str]:
    return {
        name
        for option in verb.params
        for name in (*option.opts, *option.secondary_opts)
        if name.startswith("--")
    } - {"--help"}


def _command_lines(page: str | Path) -> list[str]:
    """Each from the word `antrean` on, joined where a command stands inside another."""
    lines: list[str] = []
    for block in blocks(page):
        for line in block.splitlines():
            inner = re.findall(r"\$\((?:\S*/)?(antrean [^)]+)\)", line)
            outer = re.sub(r"\$\([^)]*\)", "X", line)
            lines += inner
            lines += re.findall(
                r"(?:^|[\s/=])(antrean (?:serve|check|apply|hall|token|link|printer|display|backup|restore|tls|[a-z]+ --).*)$",
                outer,
            )
    return lines


def _fault(line: str) -> str | None:
    """Why this cannot be typed; None: it can."""
    _program, name, *words = shlex.split(line)
    if words and f"{name} {words[0]}" in _verbs():
        name = f"{name} {words[0]}"
    verb = _verbs().get(name)
    if verb is None and words:
        verb = _verbs().get(f"{name} {words[0]}")
    if verb is None:
        return f"no verb {name}"
    given = {word for word in words if word.startswith("--")}
    unknown = given - _options(verb)
    needed = {
        option.opts[0]
        for option in verb.params
        if isinstance(option, click.Option) and option.required and not option.envvar
    }
    missing = needed - given
    return f"{sorted(unknown | missing)}" if unknown or missing else None
