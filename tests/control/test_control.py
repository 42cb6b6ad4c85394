"""The local socket: verbs reach the hub and nobody else does; whatever is said to it, it goes on."""

import asyncio
import contextlib
import socket
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from queue_server.control import (
    CONNECTIONS_MAX,
    LINE_BYTES_MAX,
    PATH_BYTES_MAX,
    SOCKET_NAME,
    Answer,
    ControlError,
    Verb,
    call,
    listening,
)
from queue_server.domain.refusals import Refusal, Rejected
from queue_server.errors import StoreFull


async def echo(args: Mapping[str, Any]) -> object:
    return dict(args)


async def refuse(args: Mapping[str, Any]) -> object:
    return Rejected(code=Refusal.INVALID, detail=f"There is no device {args['id']!r}.")


async def fail(_args: Mapping[str, Any]) -> object:
    raise StoreFull("no space left for the database; make room")


VERBS: Mapping[str, Verb] = {"echo": echo, "refuse": refuse, "fail": fail}
NOT_A_REQUEST = "One line of JSON with verb and args, please."


async def ask(data: Path, verb: str, **args: Any) -> Answer | None:
    """As a command-line verb does, from a thread, since `call` blocks."""
    return await asyncio.to_thread(call, data, verb, **args)


async def test_a_verb_reaches_its_handler_and_its_answer_comes_back(tmp_path: Path) -> None:
    """Arguments as given, answer as JSON."""
    async with listening(tmp_path, VERBS):
        answer = await ask(tmp_path, "echo", role="officer", name="Sití", hall=None)

    assert Answer(accepted=True, value={"role": "officer", "name": "Sití", "hall": None}) == answer


async def test_trouble_in_a_verb_comes_back_in_words_and_the_hub_goes_on(tmp_path: Path) -> None:
    """A full disk costs the verb, not the hub, and whoever typed it reads why."""
    async with listening(tmp_path, VERBS):
        failed = await ask(tmp_path, "fail")
        answer = await ask(tmp_path, "echo")

    detail = "no space left for the database; make room"
    assert Answer(accepted=False, code="BUSY", detail=detail) == failed
    assert Answer(accepted=True, value={}) == answer


async def test_a_refusal_comes_back_as_code_and_words(tmp_path: Path) -> None:
    """The command line prints the words and exits by the code."""
    async with listening(tmp_path, VERBS):
        answer = await ask(tmp_path, "refuse", id="kiosk-9")
        unknown = await ask(tmp_path, "brew")

    assert Answer(accepted=False, code="INVALID", detail="There is no device 'kiosk-9'.") == answer
    assert Answer(accepted=False, code="INVALID", detail="This hub has no verb 'brew'.") == unknown


async def test_without_a_hub_the_answer_is_none(tmp_path: Path) -> None:
    """No folder, no socket, after a hub ended, and after one died: all one case."""
    assert await ask(tmp_path / "nowhere", "echo") is None
    assert await ask(tmp_path, "echo") is None
    async with listening(tmp_path, VERBS):
        pass
    assert not (tmp_path / SOCKET_NAME).exists()
    assert await ask(tmp_path, "echo") is None
    leave_stale_socket(tmp_path)
    assert await ask(tmp_path, "echo") is None


async def test_a_hub_takes_the_place_of_one_that_died(tmp_path: Path) -> None:
    """kill -9 leaves the socket's file behind."""
    leave_stale_socket(tmp_path)

    async with listening(tmp_path, VERBS):
        assert await ask(tmp_path, "echo") == Answer(accepted=True, value={})


async def test_a_second_hub_on_the_folder_is_told_so_and_the_first_goes_on(tmp_path: Path) -> None:
    """Two hubs on one folder would be trouble; this is the second guard after the lock."""
    async with listening(tmp_path, VERBS):
        with pytest.raises(ControlError, match="Another hub"):
            async with listening(tmp_path, VERBS):
                pass
        assert await ask(tmp_path, "echo") == Answer(accepted=True, value={})


async def test_the_socket_is_the_hub_s_own_user_s_alone(tmp_path: Path) -> None:
    """Mode 0600 is the guard."""
    async with listening(tmp_path, VERBS):
        assert stat.S_IMODE((tmp_path / SOCKET_NAME).stat().st_mode) == 0o600


async def test_a_folder_too_deep_for_a_socket_s_name_works_all_the_same(tmp_path: Path) -> None:
    """A socket's path has some hundred bytes; folders are deeper. Nothing is left behind elsewhere."""
    deep = tmp_path.joinpath(*["a folder with a rather long name"] * 6)
    deep.mkdir(parents=True)
    assert len(str(deep)) > 2 * PATH_BYTES_MAX

    async with listening(deep, VERBS):
        assert await ask(deep, "echo", n=1) == Answer(accepted=True, value={"n": 1})
        assert [SOCKET_NAME] == [path.name for path in deep.iterdir()]

    assert await ask(deep, "echo") is None
    assert [] == list(deep.iterdir())


async def test_a_relative_folder_is_meant_from_where_the_caller_stands(
    tmp_path: Path,
) -> None:
    """`--data ./data` is the default."""
    with contextlib.chdir(tmp_path):
        async with listening(Path(), VERBS):
            assert await ask(tmp_path, "echo") == Answer(accepted=True, value={})
            assert await ask(Path(), "echo") == Answer(accepted=True, value={})


RUBBISH = {
    "no JSON": b"hello\n",
    "no line's end": b'{"verb": "echo"}',
    "nothing": b"",
    "a list": b"[]\n",
    "no verb": b"{}\n",
    "a number as verb": b'{"verb": 7}\n',
    "a list as args": b'{"verb": "echo", "args": []}\n',
    "bytes that are no text": b"\xff\xfe\x00\n",
    "a line too long": b"x" * (LINE_BYTES_MAX + 10) + b"\n",
}


@pytest.mark.parametrize(("rule", "sent"), RUBBISH.items())
async def test_rubbish_is_refused_and_the_next_one_served(tmp_path: Path, rule: str, sent: bytes) -> None:
    """It comes from the hub's own user, so it is a mistake and not an attack; it costs nothing either way."""
    async with listening(tmp_path, VERBS):
        reader, writer = await asyncio.open_unix_connection(tmp_path / SOCKET_NAME)
        writer.write(sent)
        writer.write_eof()
        received = await reader.read()
        writer.close()

        assert NOT_A_REQUEST.encode() in received, rule
        assert await ask(tmp_path, "echo") == Answer(accepted=True, value={})


async def test_a_hub_that_ends_lets_go_of_who_is_connected(tmp_path: Path) -> None:
    """The end of the block waits for no handler that hangs and no client that is silent."""
    entered = asyncio.Event()

    async def hang(_: Mapping[str, Any]) -> object:
        entered.set()
        return await asyncio.Event().wait()

    async with listening(tmp_path, {"hang": hang}):
        silent_reader, silent_writer = await asyncio.open_unix_connection(tmp_path / SOCKET_NAME)
        asking = asyncio.create_task(ask(tmp_path, "hang"))
        await entered.wait()

    with pytest.raises(ControlError, match="gave no answer"):
        await asking
    assert await silent_reader.read() == b""
    silent_writer.close()


async def test_more_connections_than_the_bound_are_closed_without_an_answer(tmp_path: Path) -> None:
    """The bound keeps a script gone wrong from taking all of the hub's file handles."""
    async with listening(tmp_path, VERBS):
        idle = [await asyncio.open_unix_connection(tmp_path / SOCKET_NAME) for _ in range(CONNECTIONS_MAX)]

        with pytest.raises(ControlError):
            await ask(tmp_path, "echo")

        idle[0][1].write(b'{"verb": "echo"}\n')
        assert b'"accepted":true' in await idle[0][0].read()
        assert await ask(tmp_path, "echo") == Answer(accepted=True, value={})
        for _, writer in idle:
            writer.close()


def leave_stale_socket(data: Path) -> None:
    """As a killed hub leaves it: the file is there, nobody listens."""
    place = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    place.bind(str(data / SOCKET_NAME))
    place.close()
