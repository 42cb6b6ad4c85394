"""What agents fetch from the hub over plain HTTP, and what they refuse."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from queue_server.fetching import Fetcher, FetchTrouble, HubAddress, only_hall

Answer = Callable[[str], bytes]


@asynccontextmanager
async def web_server(answer: Answer) -> AsyncIterator[HubAddress]:
    """A server that answers each request line with the bytes that `answer` gives for its path."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        writer.write(answer(head.split()[1].decode()))
        await writer.drain()
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    async with server:
        yield HubAddress.parse(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")


def ok(body: bytes) -> bytes:
    """A whole answer."""
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(body) + body


async def fetched(hub: HubAddress, path: str) -> bytes:
    """One fetch by a fetcher of its own."""
    fetcher = Fetcher(hub)
    try:
        return await fetcher.fetch(path)
    finally:
        fetcher.close()


async def test_a_file_comes_whole() -> None:
    """Sound files come by the path that a view gave."""
    body = bytes(range(256)) * 1_000
    async with web_server(lambda path: ok(body) if path == "/sounds/a.wav" else b"") as hub:
        assert await fetched(hub, "/sounds/a.wav") == body


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "answers 404"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort", "cannot be fetched|too early"),
        (b"rubbish\r\n\r\n", "cannot be fetched"),
        (b"", "cannot be fetched"),
    ],
    ids=["not 200", "cut short", "not HTTP", "nothing"],
)
async def test_what_is_not_a_whole_file_is_trouble(answer: bytes, words: str) -> None:
    """No half file is ever played."""
    async with web_server(lambda _: answer) as hub:
        with pytest.raises(FetchTrouble, match=words):
            await fetched(hub, "/sounds/a.wav")


@pytest.mark.parametrize("path", ["//evil.example/a.wav", "http://evil.example/a.wav", "a.wav", ""])
async def test_only_paths_of_the_hub_are_fetched(path: str) -> None:
    """A view that names another host must not send the agent there."""
    with pytest.raises(FetchTrouble, match="not a path of the hub"):
        await fetched(HubAddress.parse("http://127.0.0.1:1"), path)


async def test_a_hub_that_is_not_there_is_trouble() -> None:
    """The port is closed."""
    with pytest.raises(FetchTrouble, match="cannot be fetched"):
        await fetched(HubAddress.parse("http://127.0.0.1:1"), "/")


async def test_the_only_hall_is_found() -> None:
    """An agent needs no --hall where there is exactly one."""
    async with web_server(lambda _: ok(b'[{"id":"lamongan","name":"MPP"}]')) as hub:
        assert await only_hall(hub) == "lamongan"


@pytest.mark.parametrize(
    ("body", "words", "is_final"),
    [
        (b'[{"id":"a"},{"id":"b"}]', r"it has: a, b.*--hall", True),
        (b"[]", "none", True),
        (b"{}", "as a hub does", False),
    ],
    ids=["two halls", "no hall", "no list"],
)
async def test_without_exactly_one_hall_the_words_say_what_to_do(
    body: bytes, words: str, is_final: bool
) -> None:
    """Errors say what, where and what to do; what only --hall can mend is not asked again."""
    async with web_server(lambda _: ok(body)) as hub:
        with pytest.raises(FetchTrouble, match=words) as trouble:
            await only_hall(hub)

    assert is_final is trouble.value.is_final


@pytest.mark.parametrize(("status", "is_final"), [(401, True), (403, True), (429, False), (503, False)])
async def test_a_token_that_opens_nothing_is_not_shown_again(status: int, is_final: bool) -> None:
    """Somebody has to make another one; a busy hub is another matter."""
    answer = b"HTTP/1.1 %d No\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}" % status
    async with web_server(lambda _: answer) as hub:
        fetcher = Fetcher(hub)
        with pytest.raises(FetchTrouble, match=f"answers {status}") as trouble:
            await fetcher.post("/api/v1/device-link", token="T")
        fetcher.close()

    assert is_final is trouble.value.is_final


@pytest.mark.parametrize(
    ("text", "live"),
    [
        ("http://hub.local:8000", "ws://hub.local:8000/api/v1/halls/h%2F1/live"),
        ("http://10.0.0.5/", "ws://10.0.0.5:80/api/v1/halls/h%2F1/live"),
        ("https://antrean.example", "wss://antrean.example:443/api/v1/halls/h%2F1/live"),
        ("http://[::1]:8000", "ws://[::1]:8000/api/v1/halls/h%2F1/live"),
    ],
)
def test_the_live_address_follows_from_the_hubs(text: str, live: str) -> None:
    """http becomes ws, https becomes wss."""
    assert HubAddress.parse(text).live_url("h/1") == live


@pytest.mark.parametrize("text", ["", "hub:8000", "ftp://hub", "http://", "http://hub/path", "http://u@hub"])
def test_what_is_no_hub_address_is_refused(text: str) -> None:
    """Said at the start, in words for whoever typed it."""
    with pytest.raises(ValueError, match="hub address"):
        HubAddress.parse(text)
