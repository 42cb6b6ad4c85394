"""Copies of a hall on one machine: taking one, keeping it in a file, putting it back."""
