"""The hub's own TLS: a hall's certificate and key, the authority that can make them, and when they end."""
