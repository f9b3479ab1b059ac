"""The customer chart: numbers, segments, ranks and facts computed from a shop's records."""
