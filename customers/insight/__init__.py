"""A shop's customers as staff look at them: one page a customer, and the lists that lead there."""
