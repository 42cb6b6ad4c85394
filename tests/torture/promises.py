"""What the hub promises under faults, under the names by which tests and reports speak of it.

A whole run shows the figure that stands beside each promise here. `plugin` refuses a test that names a promise which is
not in this table, and `summary` lists every one that no test showed.
"""

from typing import NamedTuple


class Promise(NamedTuple):
    """One thing that somebody in the hall relies on."""

    says: str
    whole: str
    """What a whole run shows of it."""


PROMISES = {
    "R1": Promise(
        "a power cut loses nothing that was answered",
        "10,000 cut points: 0 lost, 0 numbers twice, 0 gaps, 0 corrupt",
    ),
    "R2": Promise(
        "nor does `kill -9`",
        "300 kills under 8 kiosks that ask again: 0 lost, 0 twice, each gets its first answer; serving 2 s later",
    ),
    "R3": Promise(
        "an error of the disk is never called success",
        "every sync and write failing once and for good (EIO, ENOSPC): nothing answered is missing, keys settle doubts",
    ),
    "R4": Promise(
        "a full disk stops writing, not showing",
        "`BUSY`, screens stay, on again within 5 s of space, 0 lost",
    ),
    "R5": Promise(
        "a damaged journal is noticed",
        "1,000 flipped bytes and cut rows: 0 silently different states",
    ),
    "R6": Promise(
        "the rules hold whatever happens",
        "10,000 days of the rules and 1,000 of the whole hub: every law holds, each day to the byte by its seed",
    ),
    "R7": Promise(
        "what a client sees is a truth",
        "on every recorded stream: no number falls, the last view is the fresh one, nothing uncommitted, nothing missed",
    ),
    "R8": Promise(
        "bad Wi-Fi is lived with",
        "10 % loss: 0.5 s at p95; 30 %: 10 s at most; 25 s of nothing: back in 5 s; late in 10 s, hidden in 61 s",
    ),
    "R9": Promise(
        "frozen screens harm nobody",
        "50 stopped clients freed in 15 s, the others as before, 10 MB more at most, SIGTERM in 5 s",
    ),
    "R10": Promise(
        "everybody comes back at once",
        "2,000 clients after a restart in step within 5 s; a ticket takes 500 ms at p99 meanwhile",
    ),
    "R11": Promise(
        "pressed twice is done once",
        "10,000 commands sent 2 to 5 times, out of order, over restarts and nodes: one effect each",
    ),
    "R12": Promise(
        "spoken once, printed once",
        "agents killed 100 times each: no call twice, one at most lost in the mouth; doubtful papers marked, none missing",
    ),
    "R13": Promise(
        "the clock is not to be trusted",
        "jumps, midnight, year's end, summer time, a clock that boots in 2035: no number twice, no negative wait",
    ),
    "R14": Promise(
        "two nodes on one PostgreSQL tell one truth",
        "200 rounds of stops, kills and cuts: 0 lost, 0 twice, 2 s of stall at most, screens agree 3 s later",
    ),
    "R15": Promise(
        "it runs for years",
        "24 hours of a hall at 48 times the pace: memory +1 MB an hour at most, nothing else grows, p99 flat",
    ),
    "R16": Promise(
        "back from a copy",
        "50 restores of backups taken under load: equal states, another journal id, no number twice",
    ),
    "S1": Promise(
        "rubbish on the live socket harms nobody",
        "301 protocol cases and 1,000,000 fuzzed frames: 0 failed, memory flat, honest clients served",
    ),
    "S2": Promise(
        "rubbish in a decoder is refused",
        "10,000,000 fuzzed inputs: 0 crashes",
    ),
    "S3": Promise(
        "rubbish over HTTP is refused",
        "every operation of the hub's own description, every check: 0 failures",
    ),
    "S4": Promise(
        "nobody gets in",
        "role by address, command and view: 0 wrong cells; 10 foreign origins; a lost right closes in 2 s; guesses find 0",
    ),
    "S5": Promise(
        "text stays text",
        "500 hostile texts at every place: 0 executed, 0 control bytes on paper, 0 formulas",
    ),
    "S6": Promise(
        "private things die",
        "planted names, numbers and secrets, erased: 0 bytes of them in files, logs, exports and later backups",
    ),
    "A1": Promise(
        "everyone can use it",
        "0 serious faults on every page, whole journeys by keyboard, 7:1 on the hall screen",
    ),
}
