"""What the machine itself can do, measured in the same run: the least that any program would need for the same effect."""
