"""The ways to a printer, one driver per file."""
