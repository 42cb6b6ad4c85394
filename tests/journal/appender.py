"""A process to be killed: it appends for ever and says on stdout which number is acknowledged, one a line.

python -m tests.journal.appender FOLDER after    says so once `append` has returned, as the hub does
python -m tests.journal.appender FOLDER before   the negative control: says so before it appends
python -m tests.journal.appender FOLDER idle     opens, says 0 and waits
"""

import asyncio
import sys
from pathlib import Path

from queue_server.journal.store import open_store
from tests.journal.examples import LAMONGAN, outcome, tickets

BATCH_COUNT = 40
"""Entries in a batch: long enough in the making that a kill often meets one."""


async def main(folder: Path, mode: str) -> None:
    journal = await open_store("sqlite:antrean.db", folder)
    seq = (await journal.open_hall(LAMONGAN)).seq
    if mode == "idle":
        print(0, flush=True)
        await asyncio.Event().wait()
    while True:
        last_seq = seq + BATCH_COUNT
        if mode == "before":
            print(last_seq, flush=True)
        await journal.append(LAMONGAN, seq, tickets(seq + 1, BATCH_COUNT), [outcome(f"{last_seq}")])
        if mode == "after":
            print(last_seq, flush=True)
        seq = last_seq


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
