"""HTTP: the API, the pages, signing in, health. The route table is `routes.py`."""
