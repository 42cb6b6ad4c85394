"""Live sockets: whole views down, newest only; commands and reports up."""
