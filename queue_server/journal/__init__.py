"""The append-only truth of every hall, and the outcomes that stand beside it."""
