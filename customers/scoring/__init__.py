"""A shop's customers scored: models fitted on its own past, tested there, and read for one or for all."""
