"""Tier two of the gate: a small classifier for sentences about which the rules say nothing (docs/adr/0016-second-tier.md)."""
