"""Whether this is a whole run (`make torture`) or the small one of `make test`."""

import os

IS_WHOLE = bool(os.environ.get("ANTREAN_TORTURE"))
