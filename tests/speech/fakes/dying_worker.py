"""A speech worker that dies in the middle of its first request; started again, it is the real one.

Its argument is a file that tells the two lives apart.
"""

import os
import signal
import sys
from pathlib import Path

first_life = Path(sys.argv[1])
if first_life.exists():
    os.execv(sys.executable, [sys.executable, "-m", "queue_server.speech.worker"])  # noqa: S606 -- our own worker
first_life.touch()
print('{"type":"ready","engine":"dying","reason":""}', flush=True)
sys.stdin.readline()
os.kill(os.getpid(), signal.SIGKILL)
