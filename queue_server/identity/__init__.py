"""Who is asking: accounts, device tokens, one-use links, sessions, and what each role may do.

`model`, `permissions`, `register` are pure. `store` is the one door to what is kept, in a file of its own:
personal data stays here and never reaches the journal, which knows actors by opaque ids only.
"""
