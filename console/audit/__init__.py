"""Who did what: the record as staff look at it."""
