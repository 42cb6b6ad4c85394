"""The hall screen's agent: opens the page and speaks the calls of one zone."""
