"""Bring a shop's own files in: read, understood, checked, and undone again when asked."""
