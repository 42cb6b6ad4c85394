"""State to what one viewer may see, pure: whole views, bounded lists, nothing that the viewer must not know."""
