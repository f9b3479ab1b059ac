"""Wording as data: what may not be said, what may, and how the checks recognise it."""
