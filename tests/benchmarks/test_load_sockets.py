"""The load generator reads what servers send: frames by hand, whole or in pieces."""

import pytest

from benchmarks.floors.raw_tcp import view_frame
from benchmarks.load_sockets import _payload


@pytest.mark.parametrize("length", [60, 125, 126, 700, 65_535, 65_536, 100_000])
def test_a_frame_is_found_once_it_is_whole(length: int) -> None:
    """All three forms of a length (RFC 6455, 5.2); one byte short is not yet a frame."""
    frame = view_frame(length)

    assert (len(frame) - length, len(frame)) == _payload(frame + b"\x81", 0)
    assert None is _payload(frame[:-1], 0)
    assert None is _payload(frame, len(frame))


def test_a_second_frame_is_found_behind_the_first() -> None:
    """What was read at once may hold several."""
    first, second = view_frame(100), view_frame(300)
    _, end = _payload(first + second, 0) or (0, 0)

    assert (len(first) + 4, len(first + second)) == _payload(first + second, end)
