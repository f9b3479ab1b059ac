"""Repeat-buying models: how often someone buys, whether they still will, and how much they spend."""
