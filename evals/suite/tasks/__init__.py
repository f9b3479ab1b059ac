"""Tasks on inspect-ai: each turns a data set into samples, solves them with our own code, and scores them."""
