"""What crosses the network: shapes, frames, the codec, close codes and the client's half of the live protocol.

Imports nothing of ours, so that the agents can stand on it alone.
"""
