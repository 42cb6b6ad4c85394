"""A speech worker whose answers are no answers."""

import sys

print('{"type":"ready","engine":"babbling","reason":""}', flush=True)
for _ in sys.stdin:
    print("Audio saved to /somewhere", flush=True)
