"""What a message changes, measured against people held out at random."""
