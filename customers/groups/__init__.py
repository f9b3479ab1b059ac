"""Groups found from what customers buy together, named from what sets them apart."""
