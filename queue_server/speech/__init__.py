"""The hall's voice: what a call says (pure), and how that becomes a sound file (one child process, one cache).

`phrases` turns a call into words. `service` turns words into files, from recorded clips, an external command or
the synthesiser, and is the only module here that the rest of the hub needs beside `phrases`.
"""
