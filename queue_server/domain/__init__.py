"""The rules of a hall, pure: no clock, no socket, no file, no randomness.

`decide(state, command, by, now_ms)` says what a command would change, `evolve(state, entry)` changes it.
Everything else in this package is a leaf that those two call. Nothing here imports anything of ours from
outside the package; `tests/architecture` keeps it so.
"""
