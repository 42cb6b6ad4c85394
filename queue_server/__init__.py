"""The hub of a public service hall: numbered tickets in, calls out, one order per hall."""

__version__ = "0.1.0"
