"""A speech worker that can do nothing: whatever is served beside it came from elsewhere."""

import json
import sys

print('{"type":"ready","engine":"refusing","reason":""}', flush=True)
for line in sys.stdin:
    answer = {"type": "failed", "id": json.loads(line)["id"], "reason": "refused"}
    print(json.dumps(answer), flush=True)
