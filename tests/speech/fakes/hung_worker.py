"""A speech worker that is ready and then never answers."""

import sys
import time

print('{"type":"ready","engine":"hung","reason":""}', flush=True)
for _ in sys.stdin:
    time.sleep(3_600)
