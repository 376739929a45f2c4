"""Map of this room."""
