"""`python -m queue_server` is `antrean`."""

from queue_server.cli import main

main()
