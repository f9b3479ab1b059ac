"""How the machinery stands, and what to do where it does not."""
